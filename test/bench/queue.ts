import type { PgBoss } from 'pg-boss';
import { together } from '../../src/core/together.ts';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import type { JobData } from '../../src/hosts/node/dispatcher/pg-boss/job-queue.ts';
import { openBoss } from '../../src/hosts/node/dispatcher/pg-boss/open-boss.ts';
import { QueueWorker } from '../../src/hosts/node/dispatcher/pg-boss/queue-worker.ts';
import { RUNS } from '../../src/hosts/node/dispatcher/pg-boss/settings.ts';
import { journalWriter } from '../../src/store/journal-writer.ts';
import { WorkerWorld } from '../worker/world.ts';
import { effectful, graphOf } from './graphs.ts';
import { withQueue } from './postgres.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const STAGES = 10;
const AT_ONCE = 16;
/** As the other engines get. */
const MOST_CONNECTIONS = 20;

/** What durable runs cost that workers share: ENGINE.md 1. */
export const bench: Bench = {
  name: 'queue',
  summary: 'runs of ten durable stages a second, against a bare loop over the same queue and journal',

  run({ repeat }: Scale): Promise<Row[]> {
    return withQueue(async (url) => {
      const world = await tens(url, AT_ONCE);
      try {
        return [await throughput(world, url, repeat)];
      } finally {
        await world.close();
        await world.store.close();
      }
    });
  },
};

/** Runs of ten stages on a database with the queue, for a comparison with others: milliseconds for so many of them. */
export async function openTens(url: string, atOnce: number): Promise<{ execute(runs: number): Promise<number> }> {
  const world = await tens(url, atOnce);
  return {
    async execute(runs) {
      const work = () => withFlowMason(world, { url, atOnce }, runs);
      return (runs * 1_000) / (await rate(world, runs, work));
    },
  };
}

async function tens(url: string, atOnce: number): Promise<World> {
  const database = await openPostgres(url, { connections: Math.min(atOnce, MOST_CONNECTIONS) });
  const world = new WorkerWorld(database, systemClock, { components: [effectful], interruptsEvery: 1_000 });
  await world.deploy([{ name: 'ten', stages: graphOf('chain', 'order', STAGES, effectful.name) }]);
  return world;
}

type World = WorkerWorld<typeof systemClock>;

interface Place {
  readonly url: string;
  readonly atOnce: number;
}

async function throughput(world: World, url: string, repeat: number): Promise<Row> {
  const runs = repeat === 1 ? AT_ONCE : 200;
  const [ours, bare]: [number[], number[]] = [[], []];
  const measure = async (isOurs: boolean): Promise<void> => {
    const one = await rate(world, runs, () =>
      isOurs ? withFlowMason(world, { url, atOnce: AT_ONCE }, runs) : bareLoop(world, url),
    );
    (isOurs ? ours : bare).push(one);
  };
  // The first of each warms the machine up. They take turns in who is first.
  for (let i = -1; i < Math.min(repeat, 12); i++) {
    await measure(i % 2 === 0);
    await measure(i % 2 !== 0);
    if (i === -1) ours.length = bare.length = 0;
  }
  const [measured, floor] = [sampleOf(ours), sampleOf(bare)];
  return {
    bench: 'queue',
    name: `${STAGES} durable stages, ${AT_ONCE} at once`,
    unit: 'runs/s',
    measured,
    floor: { name: 'a bare loop', sample: floor },
    // Of each pair, which had the same neighbours on the machine.
    ratio: sampleOf(ours.map((rate, i) => rate / (bare[i] ?? 0))).median,
    budget: { of: 'ratio', least: 0.85 },
  };
}

/** Runs a second from the first claim on; the runs are queued before. */
async function rate(world: World, runs: number, work: () => Promise<number>): Promise<number> {
  const started = await Promise.all(Array.from({ length: runs }, () => world.start('ten')));
  for (const run of started) await world.store.queue.enqueue({ tenant: null, run, segment: 1, priority: 0 });
  const ms = await work();
  for (const run of started) {
    const { status } = await world.row(run);
    if (status !== 'succeeded') throw new Error(`a run ended ${status}`);
  }
  return (runs * 1_000) / ms;
}

async function withFlowMason(world: World, { url, atOnce }: Place, runs: number): Promise<number> {
  const worker = await QueueWorker.open({
    url,
    clock: systemClock,
    hosts: [world.host],
    concurrency: atOnce,
    onExecuted: () => ended++,
    onError: fatal,
  });
  let ended = 0;
  const from = performance.now();
  await worker.once();
  const ms = performance.now() - from;
  await worker.close(0);
  if (ended !== runs) throw new Error(`${ended} of ${runs} runs were executed`);
  return ms;
}

/** The same work without FlowMason around it: claim, ten times two entries that are flushed, end. */
async function bareLoop(world: World, url: string): Promise<number> {
  const boss = await openBoss(url, { supervise: true, connections: 4, onError: fatal });
  const complete = together<Job, void>(systemClock, async (jobs) => {
    await boss.complete(RUNS, [...jobs]);
    return jobs.map(() => undefined);
  });
  const from = performance.now();
  const working = new Set<Promise<void>>();
  for (;;) {
    const jobs = await boss.fetch<JobData>(RUNS, { batchSize: AT_ONCE - working.size });
    for (const job of jobs) {
      const work = bareRun(world, job)
        .then(() => complete(job))
        .finally(() => working.delete(work));
      working.add(work);
    }
    if (working.size === 0) break;
    await Promise.race(working);
    // Others end in the same turn.
    await new Promise(setImmediate);
  }
  const ms = performance.now() - from;
  await boss.stop({ graceful: false });
  return ms;
}

type Job = Awaited<ReturnType<typeof PgBoss.prototype.fetch<JobData>>>[number];

async function bareRun({ store }: World, job: Job): Promise<void> {
  const { run, segment } = job.data;
  const epoch = { segment, retry: job.retryCount };
  await store.runs.claim(run, epoch);
  const journal = journalWriter(store.journal, { run, epoch, next: 1, clock: systemClock });
  let output = { value: 0 };
  for (let i = 0; i < STAGES; i++) {
    const [path, started_at] = [`s${i}`, systemClock.now()];
    journal.append({ kind: 'start', path, started_at });
    await journal.flush();
    output = { value: output.value + 1 };
    const times = { started_at, finished_at: systemClock.now() };
    const { name: component } = effectful;
    journal.append({ kind: 'end', path, id: path, component, status: 'succeeded', output, attempts: 1, ...times });
  }
  await journal.flush();
  await store.runs.finish(run, epoch, { status: 'succeeded', result: output, error: null, usage: null });
}

function fatal(error: unknown): never {
  throw error;
}
