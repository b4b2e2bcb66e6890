import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const FM = fileURLToPath(new URL('../../bin/fm.js', import.meta.url));
const PIPELINES = 50;
const CASES = 1_000;
/** Cases of the larger one of the two projects whose memory is compared. */
const MANY = 10_000;

/** Whole processes of `fm test`: mocked cases over fifty pipelines, without and with coverage, few and many of them. */
export const bench: Bench = {
  name: 'testing',
  summary: 'whole processes of `fm test` beside `node -e 0`',

  async run({ repeat, stages }: Scale): Promise<Row[]> {
    // The tests of the bench run a fraction.
    const part = Math.min(1, stages / 10_000);
    const few = project(Math.max(PIPELINES, CASES * part));
    const many = project(Math.max(2 * PIPELINES, MANY * part));
    const times = Math.max(1, repeat);
    try {
      const [floor, plain, covered]: [number[], number[], number[]] = [[], [], []];
      start([FM, 'test', '--coverage'], few);
      for (let i = 0; i < times; i++) {
        floor.push(start(['-e', '0'], few).ms);
        plain.push(start([FM, 'test'], few).ms);
        covered.push(start([FM, 'test', '--coverage'], few).ms);
      }
      const memory = [few, many].map((folder) => Array.from({ length: Math.min(3, times) }, () => memoryOf(folder)));
      const [node, without, withCoverage] = [sampleOf(floor), sampleOf(plain), sampleOf(covered)];
      const kept = memory.map((runs) => sampleOf(runs.map(({ heap }) => heap)));
      const peaks = memory.map((runs) => sampleOf(runs.map(({ peak }) => peak)));
      const [small, large] = kept;
      const [low, high] = peaks;
      if (!small || !large || !low || !high) throw new Error('nothing was measured');
      const common = { bench: 'testing', unit: 'ms' } as const;
      return [
        {
          ...common,
          name: 'fm test, 1,000 mocked cases over 50 pipelines',
          measured: without,
          floor: { name: 'node -e 0', sample: node },
          ratio: without.median / node.median,
          budget: { of: 'median', most: 3_000 },
        },
        {
          ...common,
          name: 'the same with --coverage',
          measured: withCoverage,
          floor: { name: 'without coverage', sample: without },
          ratio: withCoverage.median / without.median,
          budget: { of: 'ratio', most: 1.3 },
        },
        {
          bench: 'testing',
          unit: 'bytes',
          name: 'memory kept after 10,000 cases',
          measured: large,
          floor: { name: 'after 1,000', sample: small },
          ratio: large.median / small.median,
          budget: { of: 'ratio', most: 1.1 },
        },
        {
          bench: 'testing',
          unit: 'bytes',
          name: 'resident set at its largest, 10,000 cases',
          measured: high,
          floor: { name: '1,000 cases', sample: low },
          ratio: high.median / low.median,
        },
      ];
    } finally {
      for (const folder of [few, many]) rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A project whose tests have that many cases: two requests, a retry, a gate and a loop each. */
function project(cases: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'fm-bench-'));
  mkdirSync(join(folder, 'pipelines'));
  writeFileSync(join(folder, 'flowmason.json'), JSON.stringify({ name: 'bench' }));
  for (let i = 0; i < PIPELINES; i++) {
    const name = `pipeline-${i}`;
    const file = (kind: string, content: object): void =>
      writeFileSync(join(folder, 'pipelines', `${name}.${kind}.json`), JSON.stringify(content));
    file('pipeline', { name, ...PIPELINE });
    file('test', { name, pipeline: name, tests: [{ ...TEST, cases: casesOf(Math.ceil(cases / PIPELINES)) }] });
  }
  return folder;
}

const PIPELINE = {
  stages: [
    {
      id: 'fetch',
      component: 'http-request',
      config: { url: 'https://example.com/orders' },
      retry: { max_attempts: 3 },
    },
    {
      id: 'paid',
      component: 'filter',
      config: { items: '{{ stages.fetch.output.body }}', condition: 'item.total > input.least' },
    },
    {
      id: 'each',
      component: 'foreach',
      config: {
        items: '{{ stages.paid.output.items }}',
        loop_stages: ['line'],
        result: '{{ stages.line.output.result }}',
      },
    },
    { id: 'line', component: 'json-transform', config: { template: 'order {{ context.item.id }}' } },
    {
      id: 'any',
      component: 'conditional',
      config: { condition: 'stages.paid.output.count > 0', true_branch: 'send' },
    },
    {
      id: 'send',
      component: 'http-request',
      config: { url: 'https://example.com/report', method: 'POST', body: '{{ stages.each.output.results }}' },
    },
  ],
  result: { lines: '{{ stages.each.output.results }}', sent: "{{ stages.send.status == 'succeeded' }}" },
};

const TEST = {
  name: 'reports paid orders',
  mocks: {
    fetch: {
      output: { status: 200, body: [1, 2, 3, 4, 5].map((id) => ({ id, total: id * 10 })) },
    },
    send: { output: { status: 201 } },
  },
  assertions: [{ path: 'output.lines', type: 'array' }],
};

function casesOf(count: number): object[] {
  return Array.from({ length: count }, (_, i) => {
    const left = Math.max(0, 5 - (i % 6));
    return {
      input: { least: (i % 6) * 10 },
      assertions: [
        { path: 'output.lines', hasLength: left },
        { path: 'output.sent', equals: left > 0 },
      ],
    };
  });
}

function start(args: readonly string[], cwd: string): { ms: number; stderr: string } {
  const from = performance.now();
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 1e9 });
  const ms = performance.now() - from;
  if (status !== 0) throw new Error(`${args.join(' ')} ended ${status}: ${stderr}${stdout.slice(-2_000)}`);
  return { ms, stderr };
}

/** Bytes: of the resident set at its largest, as the kernel counts them, and of the heap when all tests have run. */
function memoryOf(folder: string): { peak: number; heap: number } {
  const report = `gc(); console.error('memory ' + process.resourceUsage().maxRSS + ' ' + process.memoryUsage().heapUsed)`;
  const tell = `data:text/javascript,process.on('exit',()=>{${encodeURIComponent(report)}})`;
  const { stderr } = start(['--expose-gc', '--import', tell, FM, 'test', '--coverage'], folder);
  const [peak = Number.NaN, heap = Number.NaN] = /memory (\d+) (\d+)/.exec(stderr)?.slice(1).map(Number) ?? [];
  return { peak: peak * 1_024, heap };
}
