import { pathToFileURL } from 'node:url';
import { compileTemplate } from '../../src/core/expression/template.ts';
import type { Environment, Template } from '../../src/core/expression/types.ts';
import type { Json } from '../../src/core/json.ts';
import { type Bench, FULL, type Row, type Scale, sampleOf } from './row.ts';
import { table } from './table.ts';

interface Line {
  sku: string;
  price: number;
  quantity: number;
  category: string;
}

interface Input {
  user: { name: string; email: string; tier: string; address: { city?: string } | null };
  order: { id: string; total: number; status: string; lines: Line[] };
}

/** Objects of data differ in their optional keys: a function that only ever sees one shape would be measured as a special case. */
const SHAPES = 8;

/** As it comes: parsed from JSON. */
const INPUTS: Input[] = Array.from(
  { length: SHAPES },
  (_, shape) => JSON.parse(JSON.stringify(inputOf(shape))) as Input,
);

function inputOf(shape: number): object {
  const lines = Array.from({ length: 100 }, (_, index) => ({
    ...extra((shape + index) % SHAPES),
    sku: `sku-${(index * 37) % 100}`,
    price: ((index * 31) % 97) + 0.5,
    quantity: (index % 5) + 1,
    category: ['books', 'music', 'games'][index % 3],
  }));
  return {
    ...extra(shape),
    user: { ...extra(shape), name: ' Ann Example ', email: 'ann@example.com', tier: 'gold', address: null },
    order: { ...extra(shape), id: 'order-12345', total: 1234.56, status: 'paid', lines },
  };
}

function extra(shape: number): object {
  return shape === 0 ? {} : { [`optional_${shape}`]: shape };
}

/** A template, and the function that somebody would write instead of it. */
interface Case {
  readonly name: string;
  readonly template: Json;
  readonly plain: (input: Input) => unknown;
  /** Evaluations per sample. */
  readonly times: number;
}

const CASES: readonly Case[] = [
  {
    name: 'one field',
    template: '{{ input.user.name }}',
    plain: (input) => input.user.name,
    times: 500_000,
  },
  {
    name: 'condition',
    template: '{{ input.order.total > 1000 && input.user.tier == "gold" && input.order.status != "open" }}',
    plain: (input) => input.order.total > 1000 && input.user.tier === 'gold' && input.order.status !== 'open',
    times: 200_000,
  },
  {
    name: 'missing field',
    template: '{{ default(input.user.address.city, "unknown") }}',
    plain: (input) => input.user.address?.city ?? 'unknown',
    times: 500_000,
  },
  {
    name: 'text with 4 values',
    template:
      'Order {{ input.order.id }} of {{ input.user.email }}: {{ input.order.total }} ({{ input.order.status }})',
    plain: ({ order, user }) => `Order ${order.id} of ${user.email}: ${order.total} (${order.status})`,
    times: 100_000,
  },
  {
    name: 'config of a request',
    template: {
      url: 'https://example.com/orders/{{ input.order.id }}?tier={{ input.user.tier }}',
      method: 'POST',
      headers: { accept: 'application/json', 'x-user': '{{ input.user.email }}' },
      body: {
        customer: '{{ input.user.name.trim() }}',
        amount: '{{ input.order.total * 1.19 }}',
        lines: '{{ input.order.lines.map(l, {"sku": l.sku, "quantity": l.quantity}) }}',
      },
    },
    plain: ({ order, user }) => ({
      url: `https://example.com/orders/${order.id}?tier=${user.tier}`,
      method: 'POST',
      headers: { accept: 'application/json', 'x-user': user.email },
      body: {
        customer: user.name.trim(),
        amount: order.total * 1.19,
        lines: order.lines.map((l) => ({ sku: l.sku, quantity: l.quantity })),
      },
    }),
    times: 2_000,
  },
  {
    name: 'text functions',
    template: '{{ input.user.name.trim().upper() + "/" + input.order.id.split("-")[1] }}',
    plain: ({ order, user }) => `${user.name.trim().toUpperCase()}/${order.id.split('-')[1]}`,
    times: 100_000,
  },
  {
    name: 'filter and map 100 items',
    template: '{{ input.order.lines.filter(l, l.quantity > 2).map(l, {"sku": l.sku, "sum": l.price * l.quantity}) }}',
    plain: ({ order }) =>
      order.lines.filter((l) => l.quantity > 2).map((l) => ({ sku: l.sku, sum: l.price * l.quantity })),
    times: 2_000,
  },
  {
    name: 'sum over 100 items',
    template: '{{ sum(input.order.lines.map(l, l.price * l.quantity)) }}',
    plain: ({ order }) => order.lines.map((l) => l.price * l.quantity).reduce((a, b) => a + b, 0),
    times: 2_000,
  },
  {
    name: 'search in 100 items',
    template: '{{ input.order.lines.exists(l, l.category == "books" && l.price > 96) }}',
    plain: ({ order }) => order.lines.some((l) => l.category === 'books' && l.price > 96),
    times: 2_000,
  },
  {
    name: 'sort 100 items',
    template: '{{ sortBy(input.order.lines, "price").map(l, l.sku) }}',
    plain: ({ order }) => [...order.lines].sort((a, b) => a.price - b.price).map((l) => l.sku),
    times: 1_000,
  },
  {
    name: 'group 100 items',
    template: '{{ input.order.lines.groupBy(l, l.category) }}',
    plain: ({ order }) => {
      const groups: Record<string, Line[]> = {};
      for (const line of order.lines) {
        const group = groups[line.category];
        if (group) group.push(line);
        else groups[line.category] = [line];
      }
      return groups;
    },
    times: 2_000,
  },
];

/** What a template costs beside the same thing written in JavaScript; both are compiled once. */
export const bench: Bench = {
  name: 'expression',
  summary: 'nanoseconds per evaluation of a template, beside the same plain function',

  async run(scale: Scale): Promise<Row[]> {
    // All are warmed up before one is measured, so that none profits from being the only one the engine knows.
    const prepared = CASES.map((one) => ({ ...one, compiled: compile(one.template) }));
    for (let i = 0; i < 3; i++) for (const one of prepared) measure(one, one.compiled, times(one, scale));
    return prepared.map((one) => row(one, one.compiled, scale));
  },
};

function times({ times }: Case, { repeat }: Scale): number {
  return repeat === FULL.repeat ? times : Math.ceil(times / 1_000);
}

function compile(template: Json): Template {
  const compiled = compileTemplate(template);
  if (!compiled.ok) throw new Error(`the bench's own template is invalid: ${JSON.stringify(compiled.problems[0])}`);
  return compiled.value;
}

function row(one: Case, compiled: Template, scale: Scale): Row {
  const measured: number[] = [];
  const floor: number[] = [];
  for (let i = 0; i < scale.repeat; i++) {
    const sample = measure(one, compiled, times(one, scale));
    floor.push(sample.plain);
    measured.push(sample.template);
  }
  const [a, b] = [sampleOf(floor), sampleOf(measured)];
  return {
    bench: 'expression',
    name: one.name,
    unit: 'ns',
    measured: b,
    floor: { name: 'plain function', sample: a },
    // Of each pair, so that whatever else the machine does counts on both sides.
    ratio: sampleOf(measured.map((value, index) => value / (floor[index] as number))).median,
    budget: { of: 'ratio', most: 10 },
  };
}

/** Both ways in turn, in nanoseconds per evaluation. */
function measure(one: Case, compiled: Template, count: number): { plain: number; template: number } {
  const environments: Environment[] = INPUTS.map((input) => ({
    input,
    context: {},
    vars: {},
    secrets: new Map(),
    stage: () => undefined,
    now: 0,
    uuids: { seed: '', count: 0 },
  }));
  const plain = timed(count, one.plain, INPUTS);
  const template = timed(count, (environment: Environment) => compiled.resolve(environment), environments);
  return { plain, template };
}

/** What keeps the results alive, so that no evaluation is optimised away. */
let last: unknown;

function timed<T>(count: number, run: (argument: T) => unknown, given: readonly T[]): number {
  const from = performance.now();
  for (let i = 0; i < count; i++) last = run(given[i % SHAPES] as T);
  const elapsed = performance.now() - from;
  if (last === timed) throw new Error('never');
  return (elapsed * 1e6) / count;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(table(await bench.run(FULL)));
