import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { onTestFinished } from 'vitest';
import { type ControlPlane, SCOPES } from '../../src/control/control.ts';
import { type AppOptions, createApp } from '../../src/control/http/app.ts';
import { readMigrations } from '../../src/hosts/node/database/migrations.ts';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { migrate } from '../../src/store/migrate.ts';
import { Jobs, planeIn } from '../control/plane.ts';
import { APPROVE, DIVIDE, GREET } from '../control/runs/world.ts';
import { Project } from '../run/project.ts';
import { JumpClock } from '../worker/jump-clock.ts';
import { WorkerWorld } from '../worker/world.ts';

export interface Staging {
  readonly shop: Project;
  readonly world: WorkerWorld;
  readonly server: Server;
  /** From now on runs are executed. */
  work(): Promise<void>;
  readonly admit: AppOptions['admit'];
  /** How often somebody has called. */
  requests(): number;
  /** From now on others decide who may call. */
  use(admit: AppOptions['admit']): void;
}

/** A server with pipelines, that executes runs, and a project that knows it as `staging`. */
export async function staging(more: Partial<ControlPlane> = {}): Promise<Staging> {
  const database = await openDatabase('sqlite::memory:', '/');
  await migrate(database.migrations, readMigrations().sqlite, 0);
  const world = new WorkerWorld(database, new JumpClock(), { environment: 'staging' });
  await world.deploy([GREET, APPROVE, DIVIDE]);
  const jobs = new Jobs();
  const control = planeIn(world, { control: { descriptors: world.descriptors, dispatcher: jobs, ...more } });
  const anybody: AppOptions['admit'] = async () => ({ control, caller: { actor: 'ci', scopes: new Set(SCOPES) } });
  let admit = anybody;
  let requests = 0;
  const app = createApp({
    admit(...args) {
      requests++;
      return admit(...args);
    },
    requestId: () => 'req-1',
  });
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await world.close();
    await world.store.close();
  });
  const shop = new Project({ environments: { staging: { url: `http://127.0.0.1:${port}`, api_key: 'key' } } });
  return {
    shop,
    world,
    server,
    admit: anybody,
    requests: () => requests,
    use: (other) => {
      admit = other;
    },
    async work() {
      const dispatcher = world.dispatcher();
      onTestFinished(() => dispatcher.close());
      jobs.enqueue = async (job) => dispatcher.enqueue({ ...job, retry: 0 });
      await dispatcher.start();
    },
  };
}
