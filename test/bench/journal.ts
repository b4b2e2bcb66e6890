import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../src/hosts/node/journal-file.ts';
import { effectful, graphOf, planOf, runOnce, runtimeOf, trivial } from './graphs.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const KINDS = [
  { name: 'pure stages', component: trivial.name, floor: 'a write per stage', sync: false },
  { name: 'stages with effects', component: effectful.name, floor: 'a write and fdatasync per stage', sync: true },
];

/** What recording a run on disk costs: the same chain with and without a journal, A B A B. */
export const bench: Bench = {
  name: 'journal',
  summary: 'milliseconds per stage that the journal on disk adds to a run in memory',

  async run({ repeat, stages }: Scale): Promise<Row[]> {
    const size = Math.max(1, stages / 10);
    const folder = mkdtempSync(join(tmpdir(), 'fm-bench-'));
    const rows: Row[] = [];
    try {
      for (const kind of KINDS) rows.push(await cost(kind, folder, size, repeat));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return rows;
  },
};

async function cost(kind: (typeof KINDS)[number], folder: string, size: number, repeat: number): Promise<Row> {
  const plan = planOf(graphOf('chain', 'order', size, kind.component));
  const runtime = runtimeOf();
  const extra: number[] = [];
  const floor: number[] = [];
  for (let i = 0; i < repeat; i++) {
    const memory = await timed(() => runOnce(plan, runtime));
    const file = join(folder, `${kind.component}-${i}.ndjson`);
    const journal = openJournal(file, { bytes: 0, alongside: [] });
    const disk = await timed(() => runOnce(plan, runtime, journal));
    journal.close();
    extra.push((disk - memory) / size);
    floor.push((await timed(async () => plainWrites(`${file}.floor`, size, kind.sync))) / size);
  }
  const [a, b] = [sampleOf(floor), sampleOf(extra)];
  return {
    bench: 'journal',
    name: kind.name,
    unit: 'ms',
    measured: b,
    floor: { name: kind.floor, sample: a },
    ratio: b.median / a.median,
    budget: { of: 'median', most: 1 },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** The floor: the disk itself, with lines as long as a journal's. */
async function plainWrites(file: string, lines: number, sync: boolean): Promise<void> {
  const line = `${'x'.repeat(200)}\n`;
  const fd = openSync(file, 'w');
  for (let i = 0; i < lines; i++) {
    writeSync(fd, line);
    if (sync) fdatasyncSync(fd);
  }
  closeSync(fd);
}
