import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { tempFolder } from '../fm.ts';
import { freePort, launch, preparePlace } from './launch.ts';

/** A PostgreSQL server of one test, which it may stop and start. */
export interface OwnServer {
  readonly url: string;
  /** Ends it as a restart of the machine does, with its clients in the middle of something, and starts it again. */
  restart(): Promise<void>;
  /** Starts it again where it has ended by itself. */
  revive(): Promise<void>;
}

export interface OwnServerOptions {
  /** Where its files are. Default: a temporary folder. */
  readonly folder?: string;
}

/** So that a small disk has room for it. */
const SIZES = ['shared_buffers=32MB', 'max_wal_size=48MB', 'min_wal_size=32MB'];

/** Starts a server that waits for the disk; it is gone when the test is over. */
export async function ownServer({ folder = tempFolder() }: OwnServerOptions = {}): Promise<OwnServer> {
  const place = preparePlace(folder);
  const port = await freePort();
  const start = async () => {
    const launched = launch(place, port, SIZES);
    await launched.ready;
    return launched;
  };
  let running = await start();
  const isOver = (): boolean => running.server.exitCode !== null || running.server.signalCode !== null;
  const end = async (): Promise<void> => {
    if (isOver()) return;
    const gone = once(running.server, 'exit');
    running.server.kill('SIGQUIT');
    await gone;
  };
  onTestFinished(end);
  return {
    url: running.url,
    async restart() {
      await end();
      running = await start();
    },
    async revive() {
      if (isOver()) running = await start();
    },
  };
}
