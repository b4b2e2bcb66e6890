import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { prepareTemplate, type TestServer } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for a PostgreSQL server. */
    postgres: string;
  }
}

/**
 * One PostgreSQL for all test files of a run, started when the first of them asks. `FM_TEST_PG_URL` names a server to
 * use instead.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<Started> | undefined;
  const desk = createServer((_, response) => {
    started ??= start();
    started.then(
      ({ server }) => response.end(JSON.stringify(server)),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  const address = desk.address();
  project.provide('postgres', `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}/`);
  return async () => {
    desk.close();
    desk.closeAllConnections();
    await started?.then(({ end }) => end());
  };
}

interface Started {
  readonly server: TestServer;
  end(): Promise<void>;
}

async function start(): Promise<Started> {
  const given = process.env.FM_TEST_PG_URL;
  if (given !== undefined) {
    const { server, drop } = await prepareTemplate(given);
    return { server, end: drop };
  }
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('keeper.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(keeper, 'exit');
  const lines = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]();
  const { value: url } = await lines.next();
  if (url === undefined) throw new Error('PostgreSQL did not start; what it said stands above');
  const { server } = await prepareTemplate(url);
  return {
    server,
    async end() {
      keeper.stdin.end();
      await ended;
    },
  };
}
