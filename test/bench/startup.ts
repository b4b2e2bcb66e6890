import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const FM = fileURLToPath(new URL('../../bin/fm.js', import.meta.url));
const TEMPLATE = fileURLToPath(new URL('../../src/templates/default', import.meta.url));

/** What is started, and how many times the bare interpreter's start it may take. */
const CASES: readonly { readonly args: readonly string[]; readonly most: number }[] = [
  { args: ['--version'], most: 1.5 },
  { args: ['--help'], most: 3 },
  { args: ['list'], most: 3 },
  { args: ['explain', 'CYCLE'], most: 3 },
  { args: ['components'], most: 3 },
  { args: ['validate'], most: 3 },
  { args: ['show', 'my-pipeline'], most: 3 },
  { args: ['graph', 'my-pipeline'], most: 3 },
  { args: ['config', 'list'], most: 3 },
  { args: ['runs', 'list'], most: 3 },
  { args: ['run', 'three.pipeline.json', '--quiet'], most: 4 },
  { args: ['test', '--list'], most: 3 },
];

const THREE_STAGES = {
  name: 'three',
  stages: [
    { id: 'first', component: 'json-transform', config: { template: { value: 1 } } },
    { id: 'second', component: 'json-transform', config: { template: '{{ stages.first.output.result.value + 1 }}' } },
    { id: 'third', component: 'json-transform', config: { template: '{{ stages.second.output.result + 1 }}' } },
  ],
};

/** Whole processes, A B A B with `node -e 0`, so that a busy moment hits both. */
export const bench: Bench = {
  name: 'startup',
  summary: 'whole processes of the built program beside `node -e 0`',

  async run({ repeat }: Scale): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'fm-bench-'));
    try {
      cpSync(TEMPLATE, folder, { recursive: true });
      writeFileSync(join(folder, 'three.pipeline.json'), JSON.stringify(THREE_STAGES));
      return CASES.map(({ args, most }) => {
        // The first start fills caches of the file system and of the compiler.
        start([FM, ...args], folder);
        const floor: number[] = [];
        const measured: number[] = [];
        for (let i = 0; i < repeat; i++) {
          floor.push(start(['-e', '0'], folder));
          measured.push(start([FM, ...args], folder));
        }
        const [a, b] = [sampleOf(floor), sampleOf(measured)];
        return {
          bench: 'startup',
          name: `fm ${args.join(' ')}`,
          unit: 'ms',
          measured: b,
          floor: { name: 'node -e 0', sample: a },
          ratio: b.median / a.median,
          budget: { of: 'ratio', most },
        };
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function start(args: readonly string[], cwd: string): number {
  const from = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const took = performance.now() - from;
  if (status !== 0) throw new Error(`fm ${args.slice(1).join(' ')} ended ${status}: ${stderr}`);
  return took;
}
