import postgres from 'postgres';
import * as v from 'valibot';
import { expect, it, onTestFinished } from 'vitest';
import { defineComponent } from '../../../src/executor/component.ts';
import { queueDispatcher } from '../../../src/hosts/edge/queue-dispatcher.ts';
import { systemClock } from '../../../src/hosts/node/clock.ts';
import { JobQueue } from '../../../src/hosts/node/dispatcher/pg-boss/job-queue.ts';
import { reconcile } from '../../../src/hosts/node/dispatcher/pg-boss/reconcile.ts';
import { planeIn, WAYS } from '../../control/plane.ts';
import { worldIn } from '../../store/world.ts';
import { effects } from '../open.ts';
import { effect, value, WorkerWorld } from '../world.ts';
import { openIdle } from './queue-world.ts';

const SOON = { timeout: 30_000, interval: 50 };

function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1 });
  onTestFinished(() => sql.end());
  return sql;
}

const jobs = (sql: postgres.Sql) =>
  sql`select data ->> 'run' as run, (data ->> 'segment')::int as segment, state, retry_count from pgboss.job
    where name = 'runs' order by created_on, segment`;

it('executes by priority, then by age', async () => {
  const { world, start, worker } = await openIdle();
  const { server, url } = await effects();
  const call = { id: 'call', component: 'http-request', config: { url: `${url}/{{ input.n }}`, method: 'POST' } };
  await world.deploy([{ name: 'call', stages: [call] }]);
  for (const [n, priority] of [
    [1, 0],
    [2, 0],
    [3, 9],
    [4, 0],
  ])
    await start('call', { n: n ?? 0 }, { priority: priority ?? 0 });
  await (await worker({ concurrency: 1 })).once();
  expect(server.calls.map(({ name }) => name)).toEqual(['3', '1', '2', '4']);
});

it('holds no job for a run that waits for a signal, and goes on when it comes', async () => {
  const { url, world, start, worker } = await openIdle();
  const ask = { id: 'ask', component: 'signal', config: { name: 'go' } };
  await world.deploy([{ name: 'approve', stages: [ask, value('x', '{{ stages.ask.output.ok }}', 'ask')] }]);
  const sql = connect(url);
  await (await worker()).start();
  const run = await start('approve');
  await expect.poll(async () => (await world.row(run)).status, SOON).toBe('waiting');
  await expect.poll(() => jobs(sql), SOON).toEqual([{ run, segment: 1, state: 'completed', retry_count: 0 }]);
  const { segment } = await world.store.signals.send({ run, name: 'go', data: { ok: 5 }, actor: 'ada' });
  await world.store.queue.enqueue({ tenant: null, run, segment: segment ?? 0, priority: 0 });
  await expect.poll(async () => (await world.row(run)).result, SOON).toEqual({ result: 5 });
});

it('wakes a run whose time has come, and earlier when it is cancelled', async () => {
  const { url, world, start, worker } = await openIdle({ parkAfter: 100 });
  const nap = (duration: string) => ({
    name: `nap-${duration}`,
    stages: [{ id: 'nap', component: 'delay', config: { duration } }],
  });
  await world.deploy([nap('1s'), nap('1h')]);
  const sql = connect(url);
  await (await worker()).start();
  const [short, long] = [await start('nap-1s'), await start('nap-1h')];
  await expect.poll(async () => (await world.row(short)).status, SOON).toBe('succeeded');
  const later = async () => (await jobs(sql)).find(({ run, segment }) => run === long && segment === 2);
  await expect.poll(later, SOON).toMatchObject({ state: 'created' });
  const { segment } = await world.store.runs.cancel(long);
  await world.store.queue.enqueue({ tenant: null, run: long, segment: segment ?? 0, priority: 0 });
  await expect.poll(async () => (await world.row(long)).status, SOON).toBe('cancelled');
});

it('uses up no try of a run that finds no place, and lets it in when another one ends', async () => {
  const { url, world, start, worker } = await openIdle();
  const { server, url: to } = await effects();
  await world.deploy([{ name: 'one', concurrency: { limit: 1 }, stages: [effect('one', to)] }]);
  server.hold('one');
  const sql = connect(url);
  await (await worker()).start();
  const runs = [await start('one'), await start('one'), await start('one')];
  await server.asked('one');
  const waiting = async () => (await jobs(sql)).filter(({ state }) => state === 'created').length;
  await expect.poll(waiting, SOON).toBe(2);
  // Nobody tries again by himself for an hour.
  await sql`update pgboss.job set start_after = now() + interval '1 hour' where state = 'created'`;
  server.release('one');
  const statuses = () => Promise.all(runs.map(async (run) => (await world.row(run)).status));
  await expect.poll(statuses, SOON).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect((await jobs(sql)).map(({ retry_count }) => retry_count)).toEqual([0, 0, 0]);
  expect(server.attempts('one')).toBe(3);
});

const twice = defineComponent({
  name: 'twice',
  version: '1.0.0',
  summary: 'Doubles a number.',
  effects: false,
  config: v.strictObject({ of: v.number() }),
  output: v.any(),
  run: ({ of }) => of * 2,
});

it('leaves a run to workers that have its components, without using up a try', async () => {
  const { url, world, start, worker } = await openIdle({ components: [twice] });
  await world.deploy([{ name: 'double', stages: [{ id: 'x', component: 'twice', config: { of: 4 } }] }]);
  const sql = connect(url);
  const run = await start('double');
  const other = new WorkerWorld(world.database, systemClock);
  onTestFinished(() => other.close());
  for (let tries = 0; tries < 3; tries++) {
    await (await worker({ hosts: [other.host] })).once();
    expect(await jobs(sql)).toEqual([{ run, segment: 1, state: 'created', retry_count: 0 }]);
    expect(await world.row(run)).toMatchObject({ status: 'queued', started_at: null, error: null });
    await sql`update pgboss.job set start_after = now()`;
  }
  await (await worker()).start();
  await expect.poll(async () => (await world.row(run)).status, SOON).toBe('succeeded');
});

it('leaves a run to workers of its environment, whose secrets are for it', async () => {
  const { url, world, start, worker } = await openIdle();
  await world.deploy([{ name: 'one', stages: [value('x', 1)] }]);
  const sql = connect(url);
  const run = await start('one');
  await (await worker({ hosts: [{ ...world.host, environment: 'production' }] })).once();
  expect(await jobs(sql)).toEqual([{ run, segment: 1, state: 'created', retry_count: 0 }]);
  expect(await world.row(run)).toMatchObject({ status: 'queued', started_at: null });
  await (await worker()).start();
  await expect.poll(async () => (await world.row(run)).status, SOON).toBe('succeeded');
});

it('gives up the run of a pool and of strange components, too, whoever finds it', async () => {
  const { url, world, start, worker } = await openIdle({ components: [twice] });
  const stages = [{ id: 'x', component: 'twice', config: { of: 4 } }];
  await world.deploy([
    { name: 'train', pool: 'gpu', stages: [value('x', 1)] },
    { name: 'double', stages },
  ]);
  const sql = connect(url);
  const runs = [await start('train'), await start('double')];
  const other = new WorkerWorld(world.database, systemClock);
  onTestFinished(() => other.close());
  await sql`update pgboss.job set state = 'failed', retry_count = 25`;
  await (await worker({ hosts: [{ ...other.host, pools: new Set() }] })).once();
  for (const run of runs)
    expect(await world.row(run)).toMatchObject({ status: 'failed', error: { code: 'worker_lost' } });
});

it('leaves a run to workers of its pool', async () => {
  const { url, world, start, worker } = await openIdle();
  await world.deploy([{ name: 'train', pool: 'gpu', stages: [value('x', 1)] }]);
  const sql = connect(url);
  const run = await start('train');
  await (await worker({ hosts: [{ ...world.host, pools: new Set(['eu']) }] })).once();
  expect(await jobs(sql)).toEqual([{ run, segment: 1, state: 'created', retry_count: 0 }]);
  expect(await world.row(run)).toMatchObject({ status: 'queued', started_at: null });
  await (await worker({ hosts: [{ ...world.host, pools: new Set(['gpu']) }] })).start();
  await expect.poll(async () => (await world.row(run)).status, SOON).toBe('succeeded');
});

it('executes no more runs of a tenant at a time than it may, however many workers claim', async () => {
  const { url, world } = await openIdle();
  const queues = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const queue = await JobQueue.open(url, { onError: () => {}, tenantConcurrency: 3 });
      onTestFinished(() => queue.close());
      return queue;
    }),
  );
  for (let n = 0; n < 40; n++) {
    const tenant = n % 2 === 0 ? 'acme' : 'other';
    await world.store.queue.enqueue({ tenant, run: `r${n}`, segment: 1, priority: 0 });
  }
  const claimed = (await Promise.all(queues.map((queue) => queue.fetch(10)))).flat();
  const count = (tenant: string) => claimed.filter(({ data }) => data.tenant === tenant).length;
  expect([count('acme'), count('other')]).toEqual([3, 3]);
  await queues[0]?.complete(claimed);
  const more = (await Promise.all(queues.map((queue) => queue.fetch(10)))).flat();
  expect(more).toHaveLength(6);
});

it('finds runs without a job, whatever has become of it', async () => {
  const { url, world, start } = await openIdle({ parkAfter: 100 });
  const { server, url: to } = await effects();
  const stages = [effect('a', to), effect('b', to, 'a')];
  const nap = { name: 'nap', stages: [{ id: 'nap', component: 'delay', config: { duration: '1h' } }] };
  await world.deploy([{ name: 'chain', stages }, nap]);
  const queue = await JobQueue.open(url, { onError: () => {} });
  onTestFinished(() => queue.close());
  const sql = connect(url);
  const lost = await world.start('chain');
  const kept = await start('chain');
  const parked = await world.start('nap');
  await world.execute(parked);
  // Begun, and then the database of the queue came from a backup.
  const running = await world.start('chain');
  await world.store.runs.claim(running, { segment: 1, retry: 2 });
  // Its job is done, and it is not.
  const done = await start('chain');
  await world.store.runs.claim(done, { segment: 1, retry: 0 });
  await sql`update pgboss.job set state = 'completed' where data ->> 'run' = ${done}`;
  // Given up, and whoever was to end it died as well.
  const dead = await start('chain');
  await world.store.runs.claim(dead, { segment: 1, retry: 25 });
  await sql`update pgboss.job set state = 'failed', retry_count = 25 where data ->> 'run' = ${dead}`;

  for (let again = 0; again < 2; again++) await reconcile(world.host, queue);
  const found = (await jobs(sql)).map(({ run, segment, state, retry_count }) => [run, segment, state, retry_count]);
  expect(new Set(found)).toEqual(
    new Set([
      [lost, 1, 'created', 0],
      [kept, 1, 'created', 0],
      [parked, 2, 'created', 0],
      [running, 1, 'created', 3],
      [done, 1, 'created', 1],
      [dead, 1, 'failed', 25],
    ]),
  );
  expect(await world.row(dead)).toMatchObject({ status: 'failed', error: { code: 'worker_lost' } });
  expect(server.calls).toEqual([]);
});

it('lets in what was above the cap of a tenant', async () => {
  const { url, world } = await openIdle();
  const host = { ...world.host, tenant: 'acme' };
  await world.deploy([{ name: 'say', stages: [value('x', 1)] }]);
  for (let n = 0; n < 5; n++) await world.start('say');
  const queue = await JobQueue.open(url, { onError: () => {} });
  onTestFinished(() => queue.close());
  const sql = connect(url);
  for (const expected of [2, 2]) {
    await reconcile(host, queue, { most: 2 });
    expect(await jobs(sql)).toHaveLength(expected);
  }
  await queue.complete(await queue.fetch(1));
  await world.execute((await jobs(sql))[0]?.run);
  await reconcile(host, queue, { most: 2 });
  expect((await jobs(sql)).filter(({ state }) => state === 'created')).toHaveLength(2);
});

it('gets a run with the transaction that accepts it, and the next segment with that which wakes it', async () => {
  const { url, world, worker } = await openIdle();
  await world.deploy([{ name: 'approve', stages: [{ id: 'ask', component: 'signal', config: { name: 'go' } }] }]);
  const sql = connect(url);
  const [, connectTo] = WAYS[0] ?? [];
  const here = worldIn(world.database);
  const within = queueDispatcher({ store: here.store, tenant: null });
  let after = 0;
  const dispatcher = { ...within, enqueue: async () => void after++ };
  const client = await connectTo?.(planeIn(here, { environment: 'local', control: { dispatcher } }));
  const started = await client?.call('POST /pipelines/:name/runs', { name: 'approve', priority: 7 });
  const run = started?.run_id ?? '';
  expect(await sql`select data, priority from pgboss.job`).toEqual([
    { data: { tenant: null, run, segment: 1 }, priority: 7 },
  ]);
  await (await worker()).once();
  await client?.call('POST /runs/:id/signals/:name', { id: run, name: 'go', data: 1 });
  expect(await jobs(sql)).toMatchObject([
    { segment: 1, state: 'completed' },
    { segment: 2, state: 'created' },
  ]);
  expect(after).toBe(0);
  await (await worker()).once();
  expect(await world.row(run)).toMatchObject({ status: 'succeeded', result: 1 });
});

it('gets nothing of runs whose id is taken at the same moment', async () => {
  const { url, world } = await openIdle();
  await world.deploy([{ name: 'say', stages: [value('x', 1)] }]);
  const sql = connect(url);
  const [, connectTo] = WAYS[0] ?? [];
  const here = worldIn(world.database);
  const dispatcher = queueDispatcher({ store: here.store, tenant: null });
  const client = await connectTo?.(planeIn(here, { environment: 'local', control: { dispatcher } }));
  const start = (run_id: string) => client?.call('POST /pipelines/:name/runs', { name: 'say', run_id });
  const started = await Promise.allSettled(Array.from({ length: 8 }, () => start('order-7')));
  const refused = started.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
  expect(refused).toEqual(Array(7).fill('ALREADY_EXISTS'));
  expect(await sql`select data from pgboss.job`).toEqual([{ data: { tenant: null, run: 'order-7', segment: 1 } }]);
  // What was refused has left nothing behind on the connections.
  await Promise.all(Array.from({ length: 8 }, (_, at) => start(`order-${at + 8}`)));
  expect(await sql`select count(*)::int as runs from runs`).toEqual([{ runs: 9 }]);
  expect(await jobs(sql)).toHaveLength(9);
});

it('does nothing twice when it loses its connections in the middle', { timeout: 90_000 }, async () => {
  const { url, world, start, worker } = await openIdle();
  const { server, url: to } = await effects();
  await world.deploy([{ name: 'chain', stages: [effect('a', to), effect('b', to, 'a'), effect('c', to, 'b')] }]);
  const sql = connect(url);
  await (await worker()).start();
  server.hold('b');
  const runs = await Promise.all(Array.from({ length: 8 }, () => start('chain')));
  await server.asked('b', 8);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  server.release('b');
  // Through the store that lost all that it had: each of its connections is of use again.
  const statuses = async () => new Set(await Promise.all(runs.map(async (run) => (await world.row(run)).status)));
  await expect.poll(statuses, { ...SOON, timeout: 60_000 }).toEqual(new Set(['succeeded']));
  expect(['a', 'b', 'c'].map((name) => server.effects(name))).toEqual([8, 8, 8]);
});
