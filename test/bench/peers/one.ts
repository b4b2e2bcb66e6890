import type { Engine, Shape } from './engine.ts';

// One engine, one shape, one size, in a process of its own: `node one.ts langgraph chain 1000`.
const [name = '', shape = '', count = ''] = process.argv.slice(2);
const size = Number(count);
const { engine }: { engine: Engine } = await import(`./${name}.ts`);

const start = performance.now();
const run = await engine.prepare(shape as Shape, size);
const prepared = performance.now() - start;

const expected = shape === 'chain' ? size : 2;
/** A first run that takes longer than this is the measurement; otherwise it warms up, and three more follow. */
const SLOW_MS = 60_000;
const times: number[] = [];
for (let i = 0; i < 4; i++) {
  const from = performance.now();
  const value = await run();
  const took = performance.now() - from;
  if (value !== expected) throw new Error(`${name} ${shape} ${size} gave ${value}, not ${expected}`);
  if (i > 0 || took > SLOW_MS) times.push(took);
  if (took > SLOW_MS) break;
}
times.sort((a, b) => a - b);
process.stdout.write(`${JSON.stringify({ prepared, median: times[times.length >> 1], versions: engine.versions })}\n`);
