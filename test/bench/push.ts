import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { editPipeline, writeProject } from './projects.ts';
import { type Bench, type Row, type Sample, type Scale, sampleOf } from './row.ts';

const FM = fileURLToPath(new URL('../../bin/fm.js', import.meta.url));
const STAGES = 20;

/** What the commands of one project took beyond the start of fm, in milliseconds, and the starts themselves. */
interface Measured {
  readonly first: Sample;
  readonly change: Sample;
  readonly status: Sample;
  readonly start: Sample;
}

/** Whole processes of `fm push` and `fm status` in projects of 20 stages a pipeline, beyond `fm --version`. */
export const bench: Bench = {
  name: 'push',
  summary: 'whole processes of `fm push` and `fm status` beyond `fm --version`',

  async run({ repeat, stages }: Scale): Promise<Row[]> {
    // The tests of the bench have small projects.
    const sizes = [stages / 100, stages / 10, stages].map((pipelines) => Math.max(2, pipelines));
    const [few, some, many] = sizes.map((pipelines, at) => {
      return measure(pipelines, at === 2 ? Math.min(3, repeat) : Math.min(7, repeat));
    });
    if (!few || !some || !many) throw new Error('nothing was measured');
    const count = (at: number): string => (sizes[at] ?? 0).toLocaleString('en-US');
    const common = { bench: 'push', unit: 'ms' } as const;
    const floor = { name: 'fm --version, taken off', sample: some.start };
    return [
      { ...common, name: `first fm push, ${count(1)} pipelines`, measured: some.first, floor, budget: most(3_000) },
      { ...common, name: `fm push of one change in ${count(1)}`, measured: some.change, floor, budget: most(400) },
      { ...common, name: `fm status, ${count(1)} pipelines`, measured: some.status, floor, budget: most(400) },
      ...(['first', 'change', 'status'] as const).map((name): Row => {
        const [small, large] = [few[name], many[name]];
        return {
          ...common,
          name: `${LABELS[name]}, ${count(2)} pipelines`,
          measured: large,
          floor: { name: `${count(0)} pipelines`, sample: small },
          ratio: large.median / small.median,
          // As many times as there are more pipelines: what is linear is below, because a part of it is the same for all.
          budget: { of: 'ratio', most: (sizes[2] ?? 0) / (sizes[0] ?? 1) },
        };
      }),
    ];
  },
};

const LABELS = { first: 'first fm push', change: 'fm push of one change', status: 'fm status' } as const;

function most(ms: number): Row['budget'] {
  return { of: 'median', most: ms };
}

function measure(pipelines: number, repeat: number): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'fm-bench-'));
  try {
    writeProject(folder, { pipelines, stages: STAGES });
    const times: Record<keyof Measured, number[]> = { first: [], change: [], status: [], start: [] };
    run(['--version'], folder);
    for (let i = 0; i < repeat; i++) {
      const start = run(['--version'], folder);
      times.start.push(start);
      for (const place of ['flowmason.db', 'flowmason.db-wal', 'flowmason.db-shm', '.flowmason'])
        rmSync(join(folder, place), { recursive: true, force: true });
      times.first.push(run(['push', '--yes'], folder) - start);
      editPipeline(folder, i % pipelines, i);
      times.change.push(run(['push', '--yes'], folder) - start);
      times.status.push(run(['status'], folder) - start);
    }
    const { first, change, status, start } = times;
    return { first: sampleOf(first), change: sampleOf(change), status: sampleOf(status), start: sampleOf(start) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args: readonly string[], cwd: string): number {
  const from = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [FM, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: cwd, FM_SECRET_API_KEY: 'bench' },
  });
  const took = performance.now() - from;
  if (status !== 0) throw new Error(`fm ${args.join(' ')} ended ${status}: ${stderr}`);
  return took;
}
