import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { openLibsql } from '../../src/hosts/node/database/libsql.ts';
import { readMigrations } from '../../src/hosts/node/database/migrations.ts';
import { migrate } from '../../src/store/migrate.ts';
import { WorkerWorld } from '../worker/world.ts';
import { effectful, graphOf, planOf, runOnce, runtimeOf, trivial } from './graphs.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const SIZES = [10, 50];
const KINDS = [
  { name: 'pure', component: trivial },
  { name: 'with effects', component: effectful },
];

/** What a run of a local org costs: the same chain in memory, and claimed, recorded and ended in a libSQL file, A B A B. */
export const bench: Bench = {
  name: 'worker',
  summary: 'milliseconds per stage that a run in a libSQL file takes longer than one in memory',

  async run({ repeat, stages }: Scale): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'fm-bench-'));
    const database = await openLibsql(join(folder, 'org.db'));
    await migrate(database.migrations, readMigrations().sqlite, systemClock.now());
    const world = new WorkerWorld(database, systemClock, { components: [trivial, effectful], interruptsEvery: 1_000 });
    const rows: Row[] = [];
    try {
      for (const kind of KINDS) {
        for (const size of SIZES.filter((size) => size <= stages)) rows.push(await cost(world, kind, size, repeat));
      }
    } finally {
      await world.close();
      await world.store.close();
      rmSync(folder, { recursive: true, force: true });
    }
    return rows;
  },
};

async function cost(
  world: WorkerWorld<typeof systemClock>,
  { name, component }: (typeof KINDS)[number],
  size: number,
  repeat: number,
): Promise<Row> {
  const graph = graphOf('chain', 'order', size, component.name);
  const [plan, runtime] = [planOf(graph), runtimeOf()];
  const pipeline = `${component.name}-${size}`;
  await world.deploy([{ name: pipeline, stages: graph }]);
  const extra: number[] = [];
  const floor: number[] = [];
  // The first runs warm up the compiler of the machine and compile the release.
  for (let i = -Math.min(5, repeat); i < repeat; i++) {
    const memory = await timed(() => runOnce(plan, runtime));
    const run = await world.start(pipeline);
    const job = await world.jobOf(run);
    const disk = await timed(() => world.execute(job.run));
    const { status } = await world.row(run);
    if (status !== 'succeeded') throw new Error(`the run ended ${status}`);
    if (i < 0) continue;
    floor.push(memory / size);
    extra.push((disk - memory) / size);
  }
  const [a, b] = [sampleOf(floor), sampleOf(extra)];
  return {
    bench: 'worker',
    name: `${size} stages, ${name}`,
    unit: 'ms',
    measured: b,
    floor: { name: 'in memory', sample: a },
    ratio: b.median / a.median,
    budget: { of: 'median', most: 1.5 },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
