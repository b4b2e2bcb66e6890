import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { effects } from '../worker/open.ts';
import { openIdle } from '../worker/queue/queue-world.ts';
import { startWorker, type WorkerProcess } from '../worker/queue/worker-process.ts';
import { effect } from '../worker/world.ts';
import { seeded } from './seeded.ts';

const RUNS = 200;
const STAGES = ['a', 'b', 'c', 'd', 'e'];

it('ends every run once, whatever happens to its workers', async () => {
  const { below } = seeded('workers');
  const { url, world, start } = await openIdle();
  const { server, url: to } = await effects();
  const stages = STAGES.map((name, i) => effect(name, to, ...(i === 0 ? [] : [STAGES[i - 1] ?? ''])));
  await world.deploy([{ name: 'chain', stages }]);
  const sql = postgres(url, { max: 1 });
  onTestFinished(() => sql.end());
  const workers: WorkerProcess[] = [];
  const add = async (): Promise<void> =>
    void workers.push(await startWorker(url, '--concurrency', '5', '--drain', '2s'));
  await Promise.all([add(), add(), add()]);
  const runs = await Promise.all(Array.from({ length: RUNS }, () => start('chain')));
  const left = async () => (await sql`select id from runs where status <> 'succeeded'`).length;
  for (let blows = 0; blows < 15 && (await left()) > 0; blows++) {
    await delay(below(1_500));
    const [victim] = workers.splice(below(workers.length), 1);
    const signal = (['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const)[below(3)] ?? 'SIGKILL';
    victim?.kill(signal);
    await add();
    // One that hung goes on when others have taken its runs over.
    if (signal === 'SIGSTOP') void delay(15_000).then(() => victim?.kill('SIGCONT'));
  }
  await expect.poll(left, { timeout: 240_000, interval: 500 }).toBe(0);
  for (const name of STAGES) expect(server.effects(name)).toBe(RUNS);
  const ended = await sql`select run, path, count(*)::int as times from journal where kind = 'end' group by 1, 2`;
  expect(ended).toHaveLength(RUNS * STAGES.length);
  expect(ended.filter(({ times }) => times !== 1)).toEqual([]);
  expect(runs).toHaveLength(RUNS);
}, 600_000);
