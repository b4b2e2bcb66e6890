import { MOST_QUEUED } from '../../src/hosts/edge/queue-dispatcher.ts';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { type ClaimedJob, JobQueue } from '../../src/hosts/node/dispatcher/pg-boss/job-queue.ts';
import { administer } from '../setup/postgres/template.ts';
import { WorkerWorld } from '../worker/world.ts';
import { effectful, graphOf } from './graphs.ts';
import { withCopy, withQueue } from './postgres.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const FEW = 100;
/** Runs of one tenant at a time, on all workers together. */
const CAP = 4;
const CAPPED = 'acme';

/** What it takes to claim a run, however much else the database holds. */
export const bench: Bench = {
  name: 'claims',
  summary: 'milliseconds to claim a run among a million that ended, and beside fifty thousand of a tenant at its bound',

  run({ repeat, rows: finished }: Scale): Promise<Row[]> {
    const queued = Math.round(finished / 20);
    return withQueue((url) =>
      withCopy(url, async (copy) => {
        await fill(url, FEW);
        await fill(copy, finished);
        const [few, many] = [await open(url), await open(copy)];
        try {
          const times = repeat * 20;
          const ended = await interleaved(few, many, times);
          // The one that takes long first: what is held has to be said to be alive.
          await many.backlog(queued);
          await few.backlog(0);
          const capped = await interleaved(few, many, times);
          const among = (count: number) => count.toLocaleString('en-US');
          return [
            row(`claim among ${among(finished)} finished runs`, ended, `among ${among(FEW)}`),
            row(`claim beside ${among(queued)} queued runs of a tenant at its bound`, capped, 'without them'),
          ];
        } finally {
          await few.close();
          await many.close();
        }
      }),
    );
  },
};

interface Side {
  /** Milliseconds to take one job and its run. */
  claim(): Promise<number>;
  /** As many runs of one tenant are under way as may be, and so many more are queued. */
  backlog(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Rows as they are when runs have ended: of the run, and of its job until the queue is cleaned up. */
async function fill(url: string, count: number): Promise<void> {
  await administer(
    url,
    `set synchronous_commit = off;
    insert into runs (id, environment, project, pipeline, version, release, status, epoch, repetition, priority, actor, input, vars, accepted_at, started_at, finished_at)
    select 'f' || lpad(i::text, 15, '0'), 'local', 'shop', 'one', '1.0.0', repeat('a', 64), 'succeeded', 1000000, 0, 0, 'ada', '{}', '{}', i, i, i
    from generate_series(1, ${count}) as i;
    insert into pgboss.job (id, name, data, state, priority, created_on, started_on, completed_on, keep_until, policy)
    select gen_random_uuid(), 'runs', jsonb_build_object('tenant', null, 'run', 'f' || lpad(i::text, 15, '0'), 'segment', 1), 'completed', 0, now(), now(), now(), now() + interval '1 day', q.policy
    from generate_series(1, ${count}) as i, pgboss.queue as q where q.name = 'runs';
    analyze runs; analyze pgboss.job_common`,
  );
}

async function open(url: string): Promise<Side> {
  const world = new WorkerWorld(await openPostgres(url), systemClock, { components: [effectful] });
  await world.deploy([{ name: 'one', stages: graphOf('chain', 'order', 1, effectful.name) }]);
  const onError = (error: unknown): never => {
    throw error;
  };
  const queue = await JobQueue.open(url, { onError, tenantConcurrency: CAP });
  const enqueue = async (tenant: string | null): Promise<string> => {
    const run = await world.start('one');
    await world.store.queue.enqueue({ tenant, run, segment: 1, priority: 0 });
    return run;
  };
  let held: ClaimedJob[] = [];
  return {
    async claim() {
      // Else others would take them over.
      if (held.length > 0) await queue.touch(held);
      const run = await enqueue(null);
      const from = performance.now();
      const [job] = await queue.fetch(1);
      const claimed = job && (await world.store.runs.claim(job.data.run, { segment: 1, retry: job.retryCount }));
      const ms = performance.now() - from;
      if (claimed?.id !== run) throw new Error(`the run ${run} was not claimed`);
      await queue.complete([job as NonNullable<typeof job>]);
      return ms;
    },
    async backlog(count) {
      // What `flowmason_enqueue` lets in; the others wait with their runs.
      await administer(
        url,
        `set synchronous_commit = off;
        insert into runs (id, environment, project, pipeline, version, release, status, epoch, repetition, priority, actor, input, vars, accepted_at)
        select 'q' || lpad(i::text, 15, '0'), 'local', 'shop', 'one', '1.0.0', repeat('a', 64), 'queued', 1000000, 0, 0, 'ada', '{}', '{}', i
        from generate_series(1, ${count}) as i;
        select count(flowmason_enqueue('${CAPPED}', 'q' || lpad(i::text, 15, '0'), 1, 0, 0, 0, ${MOST_QUEUED}))
        from generate_series(1, ${count}) as i;
        analyze runs; analyze pgboss.job_common`,
      );
      for (let i = 0; i < CAP; i++) await enqueue(CAPPED);
      held = await queue.fetch(CAP);
      if (held.length !== CAP) throw new Error('the runs of the tenant were not claimed');
    },
    async close() {
      await queue.close();
      await world.close();
      await world.store.close();
    },
  };
}

interface Pair {
  readonly few: readonly number[];
  readonly many: readonly number[];
}

async function interleaved(few: Side, many: Side, times: number): Promise<Pair> {
  const pair = { few: [] as number[], many: [] as number[] };
  for (let i = -10; i < times; i++) {
    const [a, b] = [await few.claim(), await many.claim()];
    if (i < 0) continue;
    pair.few.push(a);
    pair.many.push(b);
  }
  return pair;
}

function row(name: string, { few, many }: Pair, floor: string): Row {
  const [a, b] = [sampleOf(few), sampleOf(many)];
  return {
    bench: 'claims',
    name,
    unit: 'ms',
    measured: b,
    floor: { name: floor, sample: a },
    ratio: b.median / a.median,
    budget: { of: 'ratio', most: 2 },
  };
}
