import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { queueRoom } from '../../../src/control/runs/room.ts';
import { openStore } from '../../../src/hosts/node/database/open.ts';
import { queueDatabase } from '../../setup/postgres-queue.ts';
import { code } from '../../store/world.ts';

async function open() {
  const url = await queueDatabase();
  const store = await openStore(url, { folder: '/', migrate: false });
  const sql = postgres(url, { max: 1 });
  onTestFinished(async () => {
    await Promise.all([store.close(), sql.end()]);
  });
  const age = (run: string, ms: number) =>
    sql`update pgboss.job set start_after = start_after - ${ms} * interval '1 millisecond' where data ->> 'run' = ${run}`;
  const enqueue = (run: string, more: object = {}) =>
    store.queue.enqueue({ tenant: null, run, segment: 1, priority: 0, ...more });
  return { store, sql, age, enqueue };
}

it('counts what is due and nobody has taken, and tells since when', async () => {
  const { store, sql, age, enqueue } = await open();
  expect(await store.queue.backlog(null, 10)).toEqual({ queued: 0, age_ms: 0 });
  for (const run of ['a', 'b', 'taken', 'again']) await enqueue(run);
  await enqueue('later', { delay: 3_600_000 });
  await sql`update pgboss.job set state = 'active' where data ->> 'run' = 'taken'`;
  await sql`update pgboss.job set state = 'retry' where data ->> 'run' = 'again'`;
  await age('taken', 900_000);
  await age('b', 60_000);
  const seen = await store.queue.backlog(null, 10);
  expect(seen.queued).toBe(3);
  expect(seen.age_ms).toBeGreaterThanOrEqual(60_000);
  expect(seen.age_ms).toBeLessThan(120_000);
  expect((await store.queue.backlog(null, 2)).queued).toBe(2);
});

it('tells of one tenant what is its own', async () => {
  const { store, age, enqueue } = await open();
  for (const run of ['a', 'b']) await enqueue(run, { tenant: 'acme' });
  await enqueue('c', { tenant: 'other' });
  await age('a', 60_000);
  expect((await store.queue.backlog('acme', 10)).queued).toBe(2);
  const other = await store.queue.backlog('other', 10);
  expect(other.queued).toBe(1);
  expect(other.age_ms).toBeLessThan(50_000);
});

it('looks at an index, however much has been done and is parked', async () => {
  const { sql } = await open();
  await sql`insert into pgboss.job (name, state, start_after, policy)
    select 'runs', (case when n % 2 = 0 then 'completed' else 'created' end)::pgboss.job_state,
      now() + interval '1 hour', 'standard' from generate_series(1, 20000) as n`;
  await sql`analyze`;
  const plan = await sql`explain select min(start_after) from pgboss.job
    where name = 'runs' and state = 'created' and not blocked and start_after <= pgboss.job_now()`;
  expect(JSON.stringify(plan)).not.toContain('Seq Scan');
});

it('refuses runs past either bound, looks at the queue only now and then, and lets them in again', async () => {
  const { store, sql, age, enqueue } = await open();
  let now = 0;
  let looks = 0;
  const queue: typeof store.queue = {
    ...store.queue,
    backlog: (...args) => {
      looks++;
      return store.queue.backlog(...args);
    },
  };
  const room = queueRoom({ store: { queue }, tenant: null, clock: { now: () => now }, most: 2, oldest: 60_000 });
  await enqueue('a');
  await Promise.all(Array.from({ length: 50 }, () => room.require()));
  expect(looks).toBe(1);
  await enqueue('b');
  // Within the time that a look counts.
  await room.require();
  now += 1_000;
  await expect(room.require()).rejects.toEqual(code('QUEUE_FULL', '2 runs are queued'));
  await sql`update pgboss.job set state = 'active' where data ->> 'run' = 'b'`;
  await age('a', 100_000);
  now += 1_000;
  const refused = room.require();
  await expect(refused).rejects.toEqual(code('QUEUE_FULL', '60 s are allowed'));
  await expect(refused).rejects.toMatchObject({ details: { retry_after: 10, queue_age_ms: expect.any(Number) } });
  await sql`update pgboss.job set state = 'active' where data ->> 'run' = 'a'`;
  now += 1_000;
  await room.require();
});

it('remembers no failure of the database', async () => {
  const { store } = await open();
  let broken = true;
  const queue: typeof store.queue = {
    ...store.queue,
    backlog: (...args) => (broken ? Promise.reject(new Error('away')) : store.queue.backlog(...args)),
  };
  const room = queueRoom({ store: { queue }, tenant: null, clock: { now: () => 0 }, most: 2, oldest: 60_000 });
  await expect(room.require()).rejects.toThrow('away');
  broken = false;
  await room.require();
});
