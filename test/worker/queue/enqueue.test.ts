import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../src/hosts/node/database/open.ts';
import { openBoss } from '../../../src/hosts/node/dispatcher/pg-boss/open-boss.ts';
import { CHANNEL, RUNS } from '../../../src/hosts/node/dispatcher/pg-boss/settings.ts';
import type { Store } from '../../../src/store/store.ts';
import { postgresDatabase } from '../../setup/postgres.ts';
import { queueDatabase } from '../../setup/postgres-queue.ts';
import { newRun } from '../../store/samples.ts';
import { code } from '../../store/world.ts';

interface Opened {
  readonly url: string;
  readonly store: Store;
  readonly sql: postgres.Sql;
}

async function open(url?: string): Promise<Opened> {
  const at = url ?? (await queueDatabase());
  const store = await openStore(at, { folder: '/', migrate: false });
  const sql = postgres(at, { max: 2 });
  onTestFinished(async () => {
    await Promise.all([store.close(), sql.end()]);
  });
  return { url: at, store, sql };
}

const job = (run: string, more: object = {}) => ({ tenant: 'acme', run, segment: 1, priority: 5, ...more });
const MOMENTS = ['start_after', 'created_on', 'keep_until'];

it('writes the row that pg-boss would write', async () => {
  const { url, store, sql } = await open();
  const boss = await openBoss(url, { supervise: false, connections: 1, onError: () => {} });
  onTestFinished(() => boss.stop({ graceful: false }));
  await store.queue.enqueue(job('r1'));
  await boss.send(RUNS, { tenant: 'acme', run: 'r1', segment: 1 }, { priority: 5, group: { id: 'acme' } });
  const rows = await sql`select * from pgboss.job where name = ${RUNS} order by created_on`;
  const [mine, theirs] = rows.map(({ id: _id, ...row }) => row);
  const still = (row: postgres.Row | undefined) => ({
    ...row,
    ...Object.fromEntries(MOMENTS.map((key) => [key, null])),
  });
  expect(still(mine)).toEqual(still(theirs));
  const spans = [mine, theirs].map((row) => row?.keep_until - row?.start_after);
  expect(spans[0]).toBe(spans[1]);
  expect(mine).toMatchObject({ start_after: mine?.created_on, heartbeat_seconds: 10, retry_limit: 25 });
});

it('does nothing a second time, and differs between tenants, runs and segments', async () => {
  const { store, sql } = await open();
  const all = [job('r1'), job('r1'), job('r2'), job('r1', { segment: 2 }), job('r1', { tenant: null })];
  await Promise.all([...all, ...all].map((each) => store.queue.enqueue(each)));
  const [row] = await sql`select count(*)::int as jobs from pgboss.job`;
  expect(row).toEqual({ jobs: 4 });
});

it('accepts runs with their jobs, those of one moment together, each as if it were alone', async () => {
  const { store, sql } = await open();
  const accept = (id: string, more: object = {}) =>
    store.queue.accept(newRun(id, more), { tenant: 'acme', most: 5 }).then(
      ({ id: accepted, status }) => `${accepted} ${status}`,
      (error) => error.code,
    );
  const large = { text: 'é"\n\u0000'.repeat(20_000) };
  const answers = await Promise.all([
    accept('a', { priority: 7, input: { n: [1, null] }, vars: { v: 'x' }, trigger: 't', traceparent: 'p' }),
    accept('b'),
    accept('b'),
    accept('bad\u0000id'),
    accept('large', { input: large }),
    accept('c'),
  ]);
  expect(answers).toEqual(['a queued', 'b queued', 'ALREADY_EXISTS', 'TEXT_INVALID', 'large queued', 'c queued']);
  expect(await accept('c')).toBe('ALREADY_EXISTS');
  await store.runs.create(newRun('apart', { priority: 7, input: { n: [1, null] }, vars: { v: 'x' } }));
  await store.queue.enqueue(job('apart', { priority: 7, most: 5 }));
  const [a, apart] = await Promise.all(['a', 'apart'].map((id) => store.runs.get(id)));
  expect({ ...a, id: 'apart', accepted_at: apart?.accepted_at, trigger: null, traceparent: null }).toEqual(apart);
  expect(a).toMatchObject({ trigger: 't', traceparent: 'p' });
  expect((await store.runs.get('large'))?.input).toEqual(large);
  const rows = await sql`select data ->> 'run' as run, * from pgboss.job order by 1`;
  expect(rows.map(({ run, priority }) => [run, priority])).toEqual([
    ['a', 7],
    ['apart', 7],
    ['b', 0],
    ['c', 0],
    ['large', 0],
  ]);
  const alike = (row: postgres.Row | undefined) => ({
    ...row,
    ...Object.fromEntries(['id', 'run', 'data', ...MOMENTS].map((key) => [key, null])),
  });
  expect(alike(rows[0])).toEqual(alike(rows[1]));
  // The tenant has as many as it may have; the run waits for somebody to look for it.
  expect(await accept('over')).toBe('over queued');
  expect(await sql`select id from pgboss.job where data ->> 'run' = 'over'`).toEqual([]);
});

it('notifies when the job is due, and when one becomes due earlier', async () => {
  const { store, sql } = await open();
  let told = 0;
  await sql.listen(CHANNEL, () => told++);
  await store.queue.enqueue(job('r1', { delay: 3_600_000 }));
  await store.queue.enqueue(job('r1', { delay: 7_200_000 }));
  const due = async () => (await sql`select start_after - created_on as wait from pgboss.job`).map(({ wait }) => wait);
  expect(await due()).toEqual(['01:00:00']);
  await store.queue.enqueue(job('r1'));
  expect(await due()).toEqual([expect.stringMatching(/^00:00:/)]);
  await store.queue.enqueue(job('r1'));
  await store.queue.enqueue(job('r2'));
  await expect.poll(() => told).toBe(2);
});

it('is part of the transaction that writes the run', async () => {
  const { store, sql } = await open();
  const failed = store.transaction(async (tx) => {
    await tx.queue.enqueue(job('r1'));
    throw new Error('changed its mind');
  });
  await expect(failed).rejects.toThrow('changed its mind');
  expect(await sql`select id from pgboss.job`).toEqual([]);
  await store.transaction((tx) => tx.queue.enqueue(job('r1')));
  expect(await sql`select id from pgboss.job`).toHaveLength(1);
});

it('keeps to the cap of a tenant, and lets the others be', async () => {
  const { store, sql } = await open();
  for (const run of ['r1', 'r2', 'r3', 'r4']) await store.queue.enqueue(job(run, { most: 2 }));
  await store.queue.enqueue(job('r1', { tenant: 'other', most: 2 }));
  await store.queue.enqueue(job('r2', { tenant: null, most: 0 }));
  expect(await sql`select group_id, count(*)::int as jobs from pgboss.job group by 1 order by 1`).toEqual([
    { group_id: 'acme', jobs: 2 },
    { group_id: 'other', jobs: 1 },
    { group_id: null, jobs: 1 },
  ]);
});

it('holds names of any kind', async () => {
  const { store, sql } = await open();
  const nasty = `'; drop table pgboss.job; -- "\\ \${x} 😀`;
  await store.queue.enqueue(job('r1', { tenant: nasty }));
  expect(await sql`select group_id, data ->> 'tenant' as tenant from pgboss.job`).toEqual([
    { group_id: nasty, tenant: nasty },
  ]);
});

it('says what to do where no queue is installed', async () => {
  const { url, store } = await open(await postgresDatabase());
  const hint = expect.objectContaining({ code: 'SCHEMA_BEHIND', hint: 'fm migrate' });
  await expect(store.queue.enqueue(job('r1'))).rejects.toEqual(hint);
  await expect(openBoss(url, { supervise: true, connections: 1, onError: () => {} })).rejects.toEqual(hint);
  await expect(store.transaction((tx) => tx.queue.enqueue(job('r1')))).rejects.toEqual(code('SCHEMA_BEHIND'));
});
