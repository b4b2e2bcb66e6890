import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withCopy, withQueue } from '../postgres.ts';
import { sampleOf } from '../row.ts';
import { number } from '../table.ts';

/** `npm ci && npm run durable`: workflows of ten durable steps on one PostgreSQL, each engine in a process of its own. */
const ENGINES = ['flowmason', 'dbos', 'openworkflow'];
const AT_ONCE = [16, 64];
const TIMES = 3;
const RUNS = 600;
const LIMIT_MS = 120_000;

const start = promisify(execFile);
const one = fileURLToPath(new URL('durable-one.ts', import.meta.url));
const versions: Record<string, string> = { node: process.version };

console.log(`${new Date().toISOString().slice(0, 10)} · ${cpus()[0]?.model.trim()} · ${cpus().length} cores\n`);
console.log('engine        at once    runs/s  ours to theirs');
await withQueue(async (url) => {
  for (const atOnce of AT_ONCE) {
    const rates = new Map<string, number[]>(ENGINES.map((engine) => [engine, []]));
    // In turns, so that a busy moment of the machine hits all.
    for (let i = 0; i < TIMES; i++)
      for (const engine of ENGINES)
        rates.get(engine)?.push(await withCopy(url, (copy) => measure(engine, copy, atOnce)));
    const ours = rates.get('flowmason') ?? [];
    for (const [engine, values] of rates) {
      const ratio = sampleOf(values.map((rate, i) => (ours[i] ?? 0) / rate)).median;
      const cells = [engine.padEnd(12), String(atOnce).padStart(8), number(sampleOf(values).median).padStart(9)];
      console.log(`${cells.join(' ')}  ${`${number(ratio)} ×`.padStart(14)}`);
    }
  }
});
console.log(
  `\n${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(' · ')}`,
);

/** Runs a second. */
async function measure(engine: string, url: string, atOnce: number): Promise<number> {
  const { stdout } = await start(process.execPath, [one, engine, url, String(atOnce), String(RUNS)], {
    timeout: LIMIT_MS,
  });
  const found = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  Object.assign(versions, found.versions);
  return found.rate;
}
