import { Pool } from 'undici';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { QueueWorker } from '../../src/hosts/node/dispatcher/pg-boss/queue-worker.ts';
import { WorkerWorld } from '../worker/world.ts';
import { effectful, graphOf } from './graphs.ts';
import { makeKeys } from './keys.ts';
import { withQueue } from './postgres.ts';
import { inFolder, serve } from './processes.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const AT_ONCE = 16;
/** Milliseconds between two starts: a hundred a second. */
const EVERY = 10;
const KEYS = 4;

/** How long runs take that somebody starts over HTTP while a worker waits for them. */
export const bench: Bench = {
  name: 'latency',
  summary: 'milliseconds from `POST …/runs` to the first stage, and to the end of a run among a hundred a second',

  run({ repeat }: Scale): Promise<Row[]> {
    return withQueue((url) =>
      inFolder(async (folder) => {
        const server = await serve(url, folder);
        const world = await worldIn(url);
        const pool = new Pool(server.url, { connections: AT_ONCE });
        try {
          const keys = await makeKeys(world.host.store, KEYS);
          let calls = 0;
          const start = (pipeline: string) => startRun(pool, keys[++calls % KEYS], pipeline);
          const idle = await whileIdle(world, url, start, repeat * 20);
          const busy = await underLoad(world, url, start, repeat === 1 ? 20 : repeat * 100);
          return [
            row('POST …/runs to first stage, p50', idle, 50, 20),
            row('POST …/runs to first stage, p95', idle, 95, 40),
            row('100 runs/s of three stages, start to end, p50', busy, 50, 30),
            row('100 runs/s of three stages, start to end, p95', busy, 95),
          ];
        } finally {
          await pool.close();
          await world.close();
          await server.end();
        }
      }),
    );
  },
};

interface World {
  readonly host: WorkerWorld['host'];
  /** Called when a stage begins. */
  onStage: () => void;
  close(): Promise<void>;
}

async function worldIn(url: string): Promise<World> {
  const database = await openPostgres(url, { connections: AT_ONCE });
  const noticed: typeof effectful = {
    ...effectful,
    name: 'noticed',
    run: async () => {
      world.onStage();
      return { value: 1 };
    },
  };
  const options = { environment: 'staging', components: [effectful, noticed], interruptsEvery: 1_000 };
  const made = new WorkerWorld(database, systemClock, options);
  await made.deploy([
    { name: 'one', stages: graphOf('chain', 'order', 1, noticed.name) },
    { name: 'three', stages: graphOf('chain', 'order', 3, effectful.name) },
  ]);
  const world: World = {
    host: made.host,
    onStage() {},
    async close() {
      await made.close();
      await made.store.close();
    },
  };
  return world;
}

async function startRun(pool: Pool, key = '', pipeline = ''): Promise<string> {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: `/api/v1/pipelines/${pipeline}/runs`,
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: '{}',
  });
  const text = await body.text();
  if (statusCode !== 202) throw new Error(text);
  return (JSON.parse(text) as { readonly run_id: string }).run_id;
}

type Start = (pipeline: string) => Promise<string>;

/** One run after the other: a worker that has nothing else to do. */
async function whileIdle(world: World, url: string, start: Start, times: number): Promise<number[]> {
  const ended = new Map<string, () => void>();
  const worker = await open(world, url, (run) => ended.get(run)?.());
  const all: number[] = [];
  for (let i = -20; i < times; i++) {
    const begun = new Promise<void>((resolve) => {
      world.onStage = resolve;
    });
    const from = performance.now();
    const run = await start('one');
    const done = new Promise<void>((resolve) => ended.set(run, resolve));
    await begun;
    if (i >= 0) all.push(performance.now() - from);
    // The worker is to wait again before the next one; it may have told of the end before anybody asked.
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, PAUSE))]);
  }
  await worker.close(60_000);
  return all;
}

const PAUSE = 20;

/** Starts at fixed times, whether the runs before have ended or not. */
async function underLoad(world: World, url: string, start: Start, runs: number): Promise<number[]> {
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  let onEnd = (): void => {};
  const worker = await open(world, url, (run) => {
    ended.set(run, performance.now());
    onEnd();
  });
  const from = performance.now();
  await Promise.all(
    Array.from({ length: runs }, async (_, i) => {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, from + i * EVERY - performance.now())));
      const at = performance.now();
      begun.set(await start('three'), at);
    }),
  );
  await new Promise<void>((resolve) => {
    onEnd = () => ended.size === runs && resolve();
    onEnd();
  });
  await worker.close(60_000);
  // The first second warms it up.
  const warm = runs > 200 ? 100 : 0;
  return [...begun].map(([run, at]) => (ended.get(run) ?? Number.NaN) - at).slice(warm);
}

async function open(world: World, url: string, onExecuted: (run: string) => void): Promise<QueueWorker> {
  const worker = await QueueWorker.open({
    url,
    clock: systemClock,
    hosts: [world.host],
    concurrency: AT_ONCE,
    onExecuted,
    onError(error) {
      throw error;
    },
  });
  await worker.start();
  return worker;
}

function row(name: string, values: readonly number[], percent: number, most?: number): Row {
  const sorted = values.toSorted((a, b) => a - b);
  const { min, max } = sampleOf(values);
  const median = sorted[Math.floor(((sorted.length - 1) * percent) / 100)] ?? max;
  const budget = most === undefined ? undefined : { of: 'median' as const, most };
  return { bench: 'latency', name, unit: 'ms', measured: { median, min, max }, budget };
}
