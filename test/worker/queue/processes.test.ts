import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { fm } from '../../setup/fm.ts';
import { effects } from '../open.ts';
import { effect } from '../world.ts';
import { openIdle } from './queue-world.ts';
import { startWorker } from './worker-process.ts';

const ENDED = { timeout: 50_000, interval: 100 };

function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1 });
  onTestFinished(() => sql.end());
  return sql;
}

it('takes over from a worker that was killed, one that hangs, and gives up what kills every worker', async () => {
  const { url, world, start } = await openIdle({ environment: 'staging' });
  const { server, url: to } = await effects();
  const chain = (name: string) => ({
    name,
    stages: [effect(`${name}-a`, to), effect(`${name}-b`, to, `${name}-a`), effect(`${name}-c`, to, `${name}-b`)],
  });
  await world.deploy(['killed', 'stopped', 'poison'].map(chain));
  const sql = connect(url);
  const begin = async (name: string) => {
    server.hold(`${name}-b`);
    const run = await start(name);
    const worker = await startWorker(url, '--concurrency', '1');
    await server.asked(`${name}-b`);
    return { run, worker };
  };
  const killed = await begin('killed');
  const stopped = await begin('stopped');
  const poison = await begin('poison');
  // As if it had been its last try.
  await sql`update pgboss.job set retry_limit = 0 where data ->> 'run' = ${poison.run}`;
  const other = await startWorker(url, '--concurrency', '3');
  stopped.worker.kill('SIGSTOP');
  const from = performance.now();
  for (const { worker } of [killed, poison]) worker.kill('SIGKILL');
  await server.asked('killed-b', 2);
  expect(performance.now() - from).toBeLessThan(15_000);
  await server.asked('stopped-b', 2);
  server.release('killed-b');
  server.release('stopped-b');
  for (const { run } of [killed, stopped]) await other.said({ run, kind: 'ended', status: 'succeeded' });

  // The one that hung goes on, and nothing of it counts.
  stopped.worker.kill('SIGCONT');
  await stopped.worker.said({ run: stopped.run, kind: 'superseded' });
  expect(await world.row(stopped.run)).toMatchObject({ status: 'succeeded' });
  for (const name of ['killed', 'stopped']) {
    const counts = ['a', 'b', 'c'].map((stage) => [
      server.effects(`${name}-${stage}`),
      server.attempts(`${name}-${stage}`),
    ]);
    expect(counts).toEqual([
      [1, 1],
      [1, 2],
      [1, 1],
    ]);
  }

  await expect.poll(async () => (await world.row(poison.run)).status, ENDED).toBe('failed');
  expect(await world.row(poison.run)).toMatchObject({ error: { type: 'INTERNAL', code: 'worker_lost' } });
  expect(server.attempts('poison-b')).toBe(1);
  const attempts = async (run: string) => (await world.store.attempts.list(run)).map(({ outcome }) => outcome);
  expect(await Promise.all([killed, stopped, poison].map(({ run }) => attempts(run)))).toEqual([
    ['worker_lost', 'finished'],
    ['superseded', 'finished'],
    ['worker_lost', 'finished'],
  ]);
});

it('shares 200 runs between three workers, each effect once', async () => {
  const { url, world, start } = await openIdle({ environment: 'staging' });
  const { server, url: to } = await effects();
  await world.deploy([{ name: 'pay', stages: [effect('pay', to), effect('ship', to, 'pay')] }]);
  const runs = await Promise.all(Array.from({ length: 200 }, () => start('pay')));
  const workers = await Promise.all([1, 2, 3].map(() => startWorker(url, '--concurrency', '5')));
  const sql = connect(url);
  const left = async () => (await sql`select id from runs where status <> 'succeeded'`).length;
  await expect.poll(left, ENDED).toBe(0);
  expect(['pay', 'ship'].map((name) => [server.effects(name), server.attempts(name)])).toEqual([
    [200, 200],
    [200, 200],
  ]);
  for (const { kill } of workers) kill('SIGTERM');
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0, 0]);
  const shares = workers.map(({ lines }) => lines.filter(({ kind }) => kind === 'ended').length);
  expect(shares.reduce((sum, share) => sum + share)).toBe(runs.length);
  expect(Math.min(...shares)).toBeGreaterThan(0);
  expect(await sql`select id from workers`).toEqual([]);
});

it('executes with --once what is due, and ends', async () => {
  const { url, world, start } = await openIdle({ environment: 'staging' });
  const { server, url: to } = await effects();
  await world.deploy([{ name: 'pay', stages: [effect('pay', to)] }]);
  const due = [await start('pay'), await start('pay')];
  const later = await world.start('pay');
  await world.store.queue.enqueue({ tenant: null, run: later, segment: 1, priority: 0, delay: 3_600_000 });
  // Accepted, and the enqueuing got lost.
  due.push(await world.start('pay'));
  const settings = { protected: false, promotes_from: null, immutable_versions: false, requires: [] };
  await world.store.environments.ensure('staging', settings);
  const strange = await fm(['worker', '--once'], { env: { FM_ENVIRONMENT: 'production', FM_DATABASE_URL: url } });
  expect([strange.code, strange.stderr]).toEqual([
    5,
    expect.stringMatching(
      /^ENVIRONMENT_MISMATCH .* the database of staging, and FM_ENVIRONMENT is production\nTry: export FM_ENVIRONMENT=staging,/,
    ),
  ]);
  const worker = await startWorker(url, '--once', '--concurrency', '1');
  expect(await worker.ended).toBe(0);
  for (const run of due) expect(await world.row(run)).toMatchObject({ status: 'succeeded' });
  expect([await world.row(later), server.attempts('pay')]).toMatchObject([{ status: 'queued' }, 3]);
});

it('lets runs end after SIGTERM, and gives back those that take too long', async () => {
  const { url, world, start } = await openIdle({ environment: 'staging' });
  const { server, url: to } = await effects();
  await world.deploy([{ name: 'chain', stages: [effect('a', to), effect('b', to, 'a'), effect('c', to, 'b')] }]);
  server.hold('b');
  const first = await start('chain');
  const patient = await startWorker(url, '--drain', '50s');
  await server.asked('b');
  patient.kill('SIGTERM');
  await patient.said({ msg: 'ending; a second signal ends at once' });
  const second = await start('chain');
  server.release('b');
  expect(await patient.ended).toBe(0);
  expect(await world.row(first)).toMatchObject({ status: 'succeeded' });
  expect(await world.row(second)).toMatchObject({ status: 'queued' });

  server.hold('b');
  const hasty = await startWorker(url, '--drain', '1ms');
  await server.asked('b', 2);
  hasty.kill('SIGTERM');
  expect(await hasty.ended).toBe(0);
  expect(await world.row(second)).toMatchObject({ status: 'queued' });
  const [job] = await connect(url)`select state, retry_count from pgboss.job where data ->> 'run' = ${second}`;
  expect(job).toEqual({ state: 'created', retry_count: 0 });
  server.release('b');
  await (await startWorker(url, '--once')).ended;
  expect(await world.row(second)).toMatchObject({ status: 'succeeded' });
  expect(['a', 'b', 'c'].map((name) => server.effects(name))).toEqual([2, 2, 2]);
});
