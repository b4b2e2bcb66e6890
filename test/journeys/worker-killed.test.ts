import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { launchServer } from '../server/server-process.ts';
import { type Ended, fm, tempFolder } from '../setup/fm.ts';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { startWorker } from '../worker/queue/worker-process.ts';

const SOON = { timeout: 30_000, interval: 50 };

/** What the template reads from and sends to; tasks of the user `held` are answered by `release` only. */
async function openApi(held: string) {
  const asked: string[] = [];
  const sent: unknown[] = [];
  const waiting: ServerResponse[] = [];
  let isHolding = true;
  const answer = (response: ServerResponse, body: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const tasks = [{ completed: true }, { completed: false }, { completed: false }];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
    const user = searchParams.get('userId');
    asked.push(user === null ? pathname : `${pathname} ${user}`);
    if (request.method === 'POST') {
      sent.push(JSON.parse(await text(request)));
      answer(response, {});
    } else if (pathname === '/users') {
      answer(
        response,
        [1, 2, 3, 4, 5].map((id) => ({ id, name: `User ${id}` })),
      );
    } else if (user === held && isHolding) waiting.push(response);
    else answer(response, tasks);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    // A listening TCP server has one.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    times: (what: string): number => asked.filter((one) => one === what).length,
    release(): void {
      isHolding = false;
      for (const response of waiting) answer(response, tasks);
    },
  };
}

it('a worker dies in the middle of the ETL template in staging, and the run ends right', async () => {
  const api = await openApi('3');
  const database = await queueDatabase({ heartbeat: 3 });
  const settings = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: database };
  const kill = (child: { kill: (signal: 'SIGKILL') => void }) => onTestFinished(() => child.kill('SIGKILL'));
  const server = await launchServer(tempFolder(), settings, kill, []);
  const home = tempFolder();
  const env = { HOME: home, FM_STAGING_URL: server.url, FM_STAGING_KEY: server.key };
  const typed = async (cwd: string, ...args: string[]): Promise<Ended> => {
    const ended = await fm(args, { cwd, env });
    expect(ended, `fm ${args.join(' ')}\n${ended.stderr}`).toMatchObject({ code: 0 });
    return ended;
  };
  await typed(home, 'init', 'sync', '--template', 'etl');
  const root = join(home, 'sync');
  await typed(root, 'vars', 'set', `api_url=${api.url}`, '--env', 'staging');
  await typed(root, 'deploy', 'staging');

  const sql = postgres(database, { max: 1 });
  onTestFinished(() => sql.end());
  const recorded = async (stage: string) =>
    (await sql`select path from journal where kind = 'end' and path like ${`%${stage}`}`).length;
  const first = await startWorker(database, '--concurrency', '1');
  const following = typed(root, 'run', 'sync-users', '--env', 'staging', '--json');
  // Four users are done, and one is under way.
  await expect.poll(() => recorded('/summary'), SOON).toBe(4);
  await expect.poll(() => api.times('/todos 3'), SOON).toBe(1);
  const second = await startWorker(database, '--concurrency', '1');
  first.kill('SIGKILL');
  await expect.poll(() => api.times('/todos 3'), SOON).toBe(2);
  api.release();

  const { stdout } = await following;
  const run = JSON.parse(stdout);
  expect(run).toMatchObject({ status: 'succeeded', result: { users: 5, failed: 0, sent: true, kept: null } });
  // What was recorded did not happen again; the one that was under way was asked for once more.
  expect(['/users', '/todos 1', '/todos 2', '/todos 3', '/todos 4', '/todos 5', '/posts'].map(api.times)).toEqual([
    1, 1, 1, 2, 1, 1, 1,
  ]);
  const users = [1, 2, 3, 4, 5].map((id) => ({ id, name: `User ${id}`, done: 1, open: 2 }));
  expect(api.sent).toEqual([{ users }]);
  const shown = JSON.parse((await typed(root, 'runs', 'show', run.run_id, '--env', 'staging', '--json')).stdout);
  expect(shown).toMatchObject({ status: 'succeeded', result: run.result });

  second.kill('SIGTERM');
  expect(await second.ended).toBe(0);
}, 120_000);
