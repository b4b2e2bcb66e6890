import * as v from 'valibot';
import type { Plan } from '../../src/core/plan.ts';
import { defineComponent } from '../../src/executor/component.ts';
import { graphOf, planOf, runOnce, runtimeOf, type Shape, trivial } from './graphs.ts';

// Prints the bytes that a run holds per finished stage: `node --expose-gc memory-child.ts chain 10000`.
const [shape, count] = [process.argv[2] as Shape, Number(process.argv[3])];

let held = 0;
/** Looks at the heap while the run is alive, when all other stages are finished. */
const look = defineComponent({
  name: 'look',
  version: '1.0.0',
  summary: 'Measures the heap.',
  effects: false,
  config: v.strictObject({}),
  output: v.strictObject({ value: v.number() }),
  run: async () => {
    held = heap();
    return { value: 0 };
  },
});

function planWithLook(size: number): Plan {
  const stages = graphOf(shape, 'order', size);
  const all = stages.slice(1).map((stage) => stage.id);
  return planOf([...stages, { id: `s${size}`, component: 'look', depends_on: all }], [trivial, look]);
}

const plan = planWithLook(count);
const runtime = runtimeOf([trivial, look]);
// A small run fills what stays for good, compiled code above all, and leaves nothing as large as what is measured.
await runOnce(planWithLook(Math.min(count, 100)), runtime);
const before = heap();
await runOnce(plan, runtime);
const outputs = outputBytes();
process.stdout.write(`${(held - before - outputs) / count}\n`);

/** What the same outputs take by themselves, in an array. */
function outputBytes(): number {
  const from = heap();
  const outputs = Array.from({ length: count }, (_, index) => ({ value: index }));
  const bytes = heap() - from;
  if (outputs.length !== count) throw new Error('the outputs are gone');
  return bytes;
}

function heap(): number {
  if (!globalThis.gc) throw new Error('start it with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
