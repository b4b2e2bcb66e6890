import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { tempFolder } from '../fm.ts';
import { freePort, launch, preparePlace } from './launch.ts';

/** A PostgreSQL server of one test, which it may stop and start. */
export interface OwnServer {
  readonly url: string;
  /** Ends it as a restart of the machine does, with its clients in the middle of something, and starts it again. */
  restart(): Promise<void>;
}

/** Starts a server that waits for the disk; it is gone when the test is over. */
export async function ownServer(): Promise<OwnServer> {
  const place = preparePlace(tempFolder());
  const port = await freePort();
  const start = async () => {
    const launched = launch(place, port, ['shared_buffers=32MB']);
    await launched.ready;
    return launched;
  };
  let running = await start();
  const end = async (): Promise<void> => {
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
  };
}
