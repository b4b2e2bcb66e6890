import { PgDialect } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JournalEntry } from '../../src/core/journal.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { RUN_GROUPS, recordStatement } from '../../src/store/dialects/postgres-groups.ts';
import type { Store } from '../../src/store/store.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import { epoch, newRun, SUCCEEDED } from './samples.ts';
import { code, worldOf } from './world.ts';

const RUNS = ['a', 'b', 'c', 'd'];
const start = (path: string): JournalEntry => ({ kind: 'start', path, started_at: 1 });

async function opened() {
  const url = await postgresDatabase();
  const database = await openPostgres(url);
  onTestFinished(() => database.release());
  const { store } = await worldOf(database);
  for (const id of RUNS) await store.runs.create(newRun(id));
  return { url, store };
}

/** Somebody who is just changing a run, and does not end. */
async function locked(url: string, run: string) {
  const client = postgres(url, { max: 1, onnotice() {} });
  onTestFinished(() => client.end({ timeout: 0 }));
  await client.unsafe('begin');
  await client.unsafe('select id from runs where id = $1 for update', [run]);
  return { release: () => client.unsafe('commit') };
}

describe('changes of several runs at the same time', () => {
  const CHANGES: Record<string, (store: Store, run: string) => Promise<unknown>> = {
    record: (store, run) => store.journal.record(run, epoch(1), 1, [start(run)]),
    claim: (store, run) => store.runs.claim(run, epoch(1, 1)),
    finish: (store, run) => store.runs.finish(run, epoch(1), SUCCEEDED),
  };
  it.each(Object.entries(CHANGES))('do not wait for one that somebody else is changing: %s', async (_, change) => {
    const { url, store } = await opened();
    for (const id of RUNS) await store.runs.claim(id, epoch(1));
    const other = await locked(url, 'b');
    let isThere = false;
    const [a, b, c, d] = RUNS.map((id) => change(store, id)) as [
      Promise<unknown>,
      Promise<unknown>,
      Promise<unknown>,
      Promise<unknown>,
    ];
    void b.finally(() => {
      isThere = true;
    });
    await Promise.all([a, c, d]);
    // And again, without those that are stuck.
    await store.vars.list('production');
    expect(isThere).toBe(false);
    await other.release();
    await b;
    const runs = await Promise.all(RUNS.map((id) => store.runs.get(id)));
    expect(new Set(runs.map((run) => `${run?.status} ${run?.epoch}`)).size).toBe(1);
    const loaded = await Promise.all(RUNS.map((id) => store.journal.load(id)));
    expect(new Set(loaded.map(({ entries }) => entries.length)).size).toBe(1);
  });

  it('fail alone when there is something wrong with one', async () => {
    const { store } = await opened();
    await Promise.all(RUNS.map((id) => store.runs.claim(id, epoch(1))));
    const answers = await Promise.allSettled(
      RUNS.map((id) => store.journal.record(id, epoch(1), 1, [start(id === 'c' ? 'no\u0000text' : id)])),
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('end each with what it came to', async () => {
    const { store } = await opened();
    await Promise.all(RUNS.map((id) => store.runs.claim(id, epoch(1), { worker: `w-${id}`, host: 'h' })));
    const error = { type: 'COMPONENT', code: 'broken', message: 'It is “broken”\u0000' } as const;
    await store.runs.claim('d', epoch(1, 1));
    const ends = await Promise.allSettled([
      store.runs.finish('a', epoch(1), { status: 'succeeded', result: { at: ['a', null] }, error: null, usage: null }),
      store.runs.finish('b', epoch(1), { status: 'failed', result: null, error, usage: null }),
      store.runs.finish('c', epoch(1), { status: 'cancelled', result: 'text', error: null, usage: null }),
      store.runs.finish('d', epoch(1), SUCCEEDED),
      store.runs.finish('none', epoch(1), SUCCEEDED),
    ]);
    expect(ends.map((one) => (one.status === 'fulfilled' ? one.value : one.reason))).toEqual([
      null,
      null,
      null,
      code('RUN_SUPERSEDED'),
      code('NOT_FOUND'),
    ]);
    const runs = await Promise.all(RUNS.map((id) => store.runs.get(id)));
    expect(runs.map((run) => run && [run.status, run.result, run.error])).toEqual([
      ['succeeded', { at: ['a', null] }, null],
      ['failed', null, error],
      ['cancelled', 'text', null],
      ['running', null, null],
    ]);
    const attempts = await Promise.all(RUNS.map((id) => store.attempts.list(id)));
    expect(attempts.map((list) => list.map(({ worker, outcome }) => [worker, outcome]))).toEqual([
      [['w-a', 'finished']],
      [['w-b', 'finished']],
      [['w-c', 'cancelled']],
      [
        ['w-d', 'worker_lost'],
        ['', null],
      ],
    ]);
  });

  it.each([
    ['record', recordStatement({ journal: '[]', log: '[]' }, { skipLocked: true })],
    ['take', RUN_GROUPS.take('[]', { skipLocked: true })],
    ['end', RUN_GROUPS.end('[]', { skipLocked: false })],
  ])(
    'look each of them up by its key, however many have ended and however few were running: %s',
    async (_, statement) => {
      const { url } = await opened();
      const client = postgres(url, { max: 1 });
      onTestFinished(() => client.end());
      await client`insert into runs (id, environment, project, pipeline, version, release, status, epoch, repetition,
        priority, actor, vars, accepted_at)
      select 'run' || n, 'production', 'shop', 'pay', '1', 'first', 'succeeded', 1, 0, 0, 'ada', '{}', n
      from generate_series(1, 20000) as n`;
      await client`insert into run_attempts (run, epoch, worker, host, started_at)
      select 'run' || n, 1, 'w', 'h', n from generate_series(1, 20000) as n`;
      await client`analyze`;
      await client`set plan_cache_mode = force_generic_plan`;
      const { sql, params } = new PgDialect().sqlToQuery(statement);
      await client.unsafe(`prepare change (${params.map(() => 'text').join(', ')}) as ${sql}`);
      const plan = await client.unsafe(`explain execute change (${params.map(() => `'[]'`).join(', ')})`);
      const lines = plan.map((row) => String(row['QUERY PLAN']));
      expect(lines.filter((line) => /(Seq Scan on|runs_status)/.test(line))).toEqual([]);
      expect(lines.filter((line) => line.includes('using runs_pkey')).length).toBeGreaterThan(0);
    },
  );

  it('tell which runs nobody has ever taken, of which there is nothing to load', async () => {
    const { store } = await opened();
    const claimed = async (id: string, retry = 0) => (await store.runs.claim(id, epoch(1, retry)))?.isFresh;
    expect(await Promise.all(RUNS.map((id) => claimed(id)))).toEqual([true, true, true, true]);
    await store.runs.putBack('a', epoch(1));
    await store.runs.putBack('b', epoch(1), { begun: false, why: 'put_back' });
    expect(await Promise.all([claimed('a'), claimed('b'), claimed('c', 1), claimed('d')])).toEqual([
      false,
      true,
      false,
      undefined,
    ]);
  });
});
