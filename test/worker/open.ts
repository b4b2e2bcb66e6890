import { onTestFinished } from 'vitest';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { EffectServer } from './effect-server.ts';
import { JumpClock } from './jump-clock.ts';
import { WorkerWorld, type WorldOptions } from './world.ts';

/** The URL of a database of one's own that has the schema. */
export type NewDatabase = () => Promise<string>;

export interface Opened {
  readonly url: string;
  readonly world: WorkerWorld;
  /** Another worker on the same database: another process, as far as the database knows. */
  another(options?: WorldOptions): Promise<WorkerWorld>;
}

export type Open = (options?: WorldOptions) => Promise<Opened>;

/** Makes databases with workers on them; everything is closed when the test is over. */
export function opener(database: NewDatabase): Open {
  return async (options = {}) => {
    const url = await database();
    const open = async (more: WorldOptions = {}): Promise<WorkerWorld> => {
      const clock = new JumpClock();
      const world = new WorkerWorld(await openDatabase(url, '/'), clock, { ...options, ...more });
      onTestFinished(async () => {
        await world.close();
        await world.store.close();
      });
      return world;
    };
    return { url, world: await open(), another: open };
  };
}

/** An effect server that is gone when the test is over. */
export async function effects(): Promise<{ server: EffectServer; url: string }> {
  const server = new EffectServer();
  const url = await server.listen();
  onTestFinished(() => server.close());
  return { server, url };
}
