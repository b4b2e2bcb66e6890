import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { number } from '../table.ts';
import type { Shape } from './engine.ts';

/** `npm ci && npm run bench`: the same graphs on each engine, each measurement in a process of its own. */
const ENGINES = ['flowmason', 'mastra', 'langgraph'];
const SHAPES: readonly Shape[] = ['chain', 'fan-out'];
const SIZES = [100, 1_000, 10_000];
/** For one warm-up, three runs and the building of the graph. */
const LIMIT_MS = 600_000;

interface Measurement {
  readonly prepared: number;
  readonly median: number;
  readonly versions: Readonly<Record<string, string>>;
}

const start = promisify(execFile);
const one = fileURLToPath(new URL('one.ts', import.meta.url));
const versions: Record<string, string> = { node: process.version };

console.log(`${new Date().toISOString().slice(0, 10)} · ${cpus()[0]?.model.trim()} · ${cpus().length} cores\n`);
console.log('engine      shape     stages  build ms    run ms    stages/s');
for (const shape of SHAPES)
  for (const size of SIZES)
    for (const engine of ENGINES) {
      const found = await measure(engine, shape, size);
      const figures = found
        ? [found.prepared, found.median, (size / found.median) * 1_000].map((figure) => number(figure))
        : ['–', '–', `did not finish in ${LIMIT_MS / 1_000} s`];
      const [build = '', run = '', rate = ''] = figures;
      const cells = [engine.padEnd(11), shape.padEnd(8), number(size).padStart(7), build.padStart(9), run.padStart(9)];
      console.log(`${cells.join(' ')}  ${rate.padStart(10)}`);
      Object.assign(versions, found?.versions);
    }
console.log(
  `\n${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(' · ')}`,
);

/** Undefined when it did not finish in time. */
async function measure(engine: string, shape: Shape, size: number): Promise<Measurement | undefined> {
  try {
    const { stdout } = await start(process.execPath, [one, engine, shape, String(size)], { timeout: LIMIT_MS });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    if (error instanceof Error && 'killed' in error && error.killed) return undefined;
    throw error;
  }
}
