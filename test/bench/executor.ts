import { type Flow, graphOf, planOf, runOnce, runtimeOf, type Shape } from './graphs.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';
import { number } from './table.ts';

const SHAPES: readonly Shape[] = ['chain', 'fan-out'];
const FLOWS: readonly Flow[] = ['order', 'data'];

/** Stages per second in memory, and how the time grows with the number of stages. */
export const bench: Bench = {
  name: 'executor',
  summary: 'trivial stages per second in memory, beside a loop that awaits an async function per stage',

  async run(scale: Scale): Promise<Row[]> {
    const rows: Row[] = [];
    for (const shape of SHAPES) for (const flow of FLOWS) rows.push(await speed(shape, flow, scale));
    for (const shape of SHAPES) rows.push(await growth(shape, scale));
    return rows;
  },
};

async function speed(shape: Shape, flow: Flow, { repeat, stages }: Scale): Promise<Row> {
  const plan = planOf(graphOf(shape, flow, stages));
  const runtime = runtimeOf();
  const run = async (): Promise<number> => perSecond(stages, () => runOnce(plan, runtime));
  const loop = async (): Promise<number> => perSecond(stages, () => plain(stages));
  // The first runs warm up the compiler of the machine.
  for (let i = 0; i < Math.min(3, repeat); i++) await Promise.all([await run(), await loop()]);
  const measured: number[] = [];
  const floor: number[] = [];
  for (let i = 0; i < repeat; i++) {
    floor.push(await loop());
    measured.push(await run());
  }
  const [a, b] = [sampleOf(floor), sampleOf(measured)];
  return {
    bench: 'executor',
    name: `${shape} of ${number(stages)}, ${flow}`,
    unit: 'stages/s',
    measured: b,
    floor: { name: 'plain loop', sample: a },
    ratio: a.median / b.median,
    budget: { of: 'median', least: 50_000 },
  };
}

/** The power of the number of stages that the time grows with, from a hundredth to the whole: 1 is a line, 2 a square. */
async function growth(shape: Shape, { repeat, stages }: Scale): Promise<Row> {
  const small = Math.max(1, stages / 100);
  const [few, many] = [planOf(graphOf(shape, 'order', small)), planOf(graphOf(shape, 'order', stages))];
  const runtime = runtimeOf();
  const exponents: number[] = [];
  for (let i = 0; i <= repeat; i++) {
    let from = performance.now();
    for (let done = 0; done < stages; done += small) await runOnce(few, runtime);
    const apart = performance.now() - from;
    from = performance.now();
    await runOnce(many, runtime);
    const together = performance.now() - from;
    // The first round warms up.
    if (i > 0) exponents.push(1 + Math.log(together / apart) / Math.log(stages / small));
  }
  return {
    bench: 'executor',
    name: `${shape}, time ∝ stages^x, ${small} to ${number(stages)}`,
    unit: 'x',
    measured: sampleOf(exponents),
    budget: { of: 'median', most: 1.25 },
  };
}

async function perSecond(stages: number, work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (stages / (performance.now() - from)) * 1_000;
}

/** The floor: what the language itself needs to call that many async functions one after another. */
async function plain(stages: number): Promise<number> {
  let last = 0;
  const stage = async (config: { value: number }): Promise<{ value: number }> => ({ value: config.value + 1 });
  for (let i = 0; i < stages; i++) last = (await stage({ value: last })).value;
  return last;
}
