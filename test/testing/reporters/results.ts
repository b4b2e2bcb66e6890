import { REPORTERS, type ReporterName } from '../../../src/testing/reporters/index.ts';
import type { Paint } from '../../../src/testing/reporters/reporter.ts';
import type {
  Difference,
  Finding,
  FindingKind,
  Position,
  SuiteResult,
  Summary,
  TestResult,
} from '../../../src/testing/result.ts';

/** 28 November 2026, 09:30:15.250 UTC. */
export const STARTED_AT = Date.UTC(2026, 10, 28, 9, 30, 15, 250);
export const VERSION = '0.1.0';

export const ORDERS_FILE = 'pipelines/orders.test.json';
export const ORDERS_TEXT = `{
  "name": "orders",
  "pipeline": "orders",
  "setup": { "mocks": { "notify": { "output": {} } } },
  "tests": [
    {
      "name": "adds up",
      "input": { "items": [{ "price": 3, "count": 2 }, { "price": 1, "count": 1 }] },
      "assertions": [
        { "path": "output", "deepEquals": { "items": [{ "total": 6 }, { "total": 1 }], "sum": 7 } },
        { "path": "output.note", "equals": "Thank you.\\nCome again." }
      ]
    },
    { "name": "charges the card", "input": { "items": [] }, "timeout": "1s" },
    { "name": "keeps its shape", "input": { "items": [] }, "snapshot": true },
    { "name": "asks for a signature", "skip": "waits for the new contract" }
  ]
}
`;

/** Where a piece of a file's text stands for the first time. */
export function positionOf(piece: string, file = ORDERS_FILE, text = ORDERS_TEXT): Position {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, length: piece.length };
}

export function finding(kind: FindingKind, message: string, more: Partial<Finding> = {}): Finding {
  return { kind, message, position: positionOf('"adds up"'), ...more };
}

export function test(name: string, more: Partial<TestResult> = {}): TestResult {
  const status = more.findings && more.findings.length > 0 ? 'failed' : 'passed';
  return {
    name,
    position: positionOf('"adds up"'),
    status,
    duration_ms: 4,
    virtual_ms: 0,
    findings: [],
    logs: [],
    ...more,
  };
}

export function suite(name: string, tests: readonly TestResult[], more: Partial<SuiteResult> = {}): SuiteResult {
  const file = more.file ?? `pipelines/${name}.test.json`;
  return { name, file, subject: { kind: 'pipeline', name }, tests, findings: [], duration_ms: 34, ...more };
}

export const DIFFERENCES: readonly Difference[] = [
  { path: 'items[0].total', expected: 6, actual: 8 },
  { path: 'items[1]', expected: { total: 1 }, actual: undefined },
  { path: 'sum', expected: undefined, actual: 8 },
];

export const PASSED = suite('adds-up', [test('nothing'), test('one › an empty list'), test('many')]);

export const FAILED = suite(
  'orders',
  [
    test('adds up', {
      duration_ms: 12.5,
      findings: [
        finding('assertion', '`output` does not equal what is expected', {
          position: positionOf('"deepEquals"'),
          path: 'output',
          check: 'deepEquals',
          differences: DIFFERENCES,
        }),
        finding('assertion', '`output.note` is not what is expected', {
          position: positionOf('"equals"'),
          path: 'output.note',
          check: 'equals',
          differences: [{ path: '', expected: 'Thank you.\nCome again.', actual: 'Thank you.\nCome soon.\n' }],
          hint: 'Did you mean "contains"?',
        }),
      ],
      logs: ['info  price  6', 'warn  price  no discount\nfor nobody'],
    }),
    test('charges the card', {
      position: positionOf('"charges the card"'),
      findings: [
        finding('mock', 'Stage `charge` (http-request) would leave the machine and has no mock', {
          position: positionOf('"charges the card"'),
          hint: 'mock it in the test:\n"mocks": {\n  "charge": { "output": { "status": 200, "body": {} } }\n}',
        }),
        finding('run', 'The run failed with `VALIDATION_ERROR`: items: expected at least one', {
          position: positionOf('"charges the card"'),
        }),
        finding('timeout', 'The test took longer than 1 s', { position: positionOf('"timeout"') }),
      ],
    }),
    test('keeps its shape', {
      position: positionOf('"keeps its shape"'),
      findings: [
        finding('snapshot', 'The output differs from the snapshot', {
          position: positionOf('"snapshot"'),
          differences: [{ path: 'items', expected: [], actual: null }],
          hint: 'fm test --update-snapshots',
        }),
      ],
    }),
    test('asks for a signature', {
      position: positionOf('"asks for a signature"'),
      status: 'skipped',
      reason: 'waits for the new contract',
      duration_ms: 0,
    }),
    test('is cheap'),
  ],
  {
    file: ORDERS_FILE,
    duration_ms: 120,
    findings: [finding('mock', 'No test uses the mock `notify` of `setup`', { position: positionOf('"notify"') })],
  },
);

export const SKIPPED = suite('later', [test('all of it', { status: 'skipped', duration_ms: 0 })], {
  subject: { kind: 'component', name: 'tax' },
});

export const SUITES: readonly SuiteResult[] = [PASSED, FAILED, SKIPPED];

/** The end of a run of these suites. */
export function summaryOf(suites: readonly SuiteResult[], more: Partial<Summary> = {}): Summary {
  const tests = suites.flatMap((suite) => suite.tests);
  const count = (status: TestResult['status']): number => tests.filter((test) => test.status === status).length;
  return {
    totals: {
      suites: suites.length,
      tests: tests.length,
      passed: count('passed'),
      failed: count('failed') + suites.filter(({ findings }) => findings.length > 0).length,
      skipped: count('skipped'),
      duration_ms: 1_234,
    },
    partial: false,
    snapshots: { written: 0, updated: 0, removed: 0, obsolete: 0 },
    missed: [],
    ...more,
  };
}

export interface Looks {
  readonly columns?: number;
  readonly paint?: Paint;
}

const CREATE = new Map(
  await Promise.all(Object.entries(REPORTERS).map(async ([name, load]) => [name, await load()] as const)),
);

/** Everything that a reporter writes about these suites. */
export function reported(
  name: ReporterName,
  suites: readonly SuiteResult[],
  summary: Partial<Summary> = {},
  { columns = 80, paint = (_style, text) => text }: Looks = {},
): string {
  let out = '';
  const create = CREATE.get(name);
  if (!create) throw new Error(`no reporter ${name}`);
  const reporter = create({
    write: (text) => {
      out += text;
    },
    paint,
    columns,
    source: (file) => (file === ORDERS_FILE ? ORDERS_TEXT : undefined),
  });
  reporter.begin({ started_at: STARTED_AT, version: VERSION });
  for (const result of suites) reporter.suite(result);
  reporter.end(summaryOf(suites, summary));
  return out;
}
