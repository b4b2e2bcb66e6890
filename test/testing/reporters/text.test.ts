import { stripVTControlCharacters, styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/core/columns.ts';
import { printable } from '../../../src/core/quote.ts';
import type { Paint } from '../../../src/testing/reporters/reporter.ts';
import { HOSTILE, hostileSuite } from './hostile.ts';
import { finding, ORDERS_FILE, PASSED, positionOf, reported, SKIPPED, SUITES, suite, test } from './results.ts';

const colours: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** One test that failed for one reason. */
function failed(...findings: Parameters<typeof finding>): string {
  return reported('text', [suite('one', [test('fails', { findings: [finding(...findings)] })])]);
}

describe('the text reporter', () => {
  it('says in a line that a suite passed', () => {
    expect(reported('text', [PASSED])).toBe(`✓ adds-up  pipelines/adds-up.test.json  3 tests  34 ms

Tests      3 passed  (3)
Suites     1 passed  (1)
Time       1.2 s
`);
  });

  it('tells of what failed everything that helps', () => {
    expect(reported('text', SUITES)).toBe(`✓ adds-up  pipelines/adds-up.test.json  3 tests  34 ms
✗ orders  pipelines/orders.test.json  5 tests, 3 failed, 1 skipped  120 ms
  ↷ asks for a signature: waits for the new contract

  ✗ the suite
    No test uses the mock \`notify\` of \`setup\`
    pipelines/orders.test.json:4:25
      3 |   "pipeline": "orders",
    > 4 |   "setup": { "mocks": { "notify": { "output": {} } } },
        |                         ^^^^^^^^
      5 |   "tests": [

  ✗ adds up
    \`output\` does not equal what is expected
    pipelines/orders.test.json:10:29
       9 |       "assertions": [
    > 10 |         { "path": "output", "deepEquals": { "items": [{ "total": 6 }…
         |                             ^^^^^^^^^^^^
      11 |         { "path": "output.note", "equals": "Thank you.\\nCome again."…
    - expected  items[0].total  6
    + actual    items[0].total  8
    - expected  items[1]        {"total":1}
    + actual    items[1]        (missing)
    - expected  sum             (missing)
    + actual    sum             8

    \`output.note\` is not what is expected
    pipelines/orders.test.json:11:34
      10 |         { "path": "output", "deepEquals": { "items": [{ "total": 6 }…
    > 11 |         { "path": "output.note", "equals": "Thank you.\\nCome again."…
         |                                  ^^^^^^^^
      12 |       ]
    - expected
    + actual
        Thank you.
    -   Come again.
    +   Come soon.
    +
    Try: "contains"

    Last 2 log lines:
      info  price  6
      warn  price  no discount for nobody

  ✗ charges the card
    Stage \`charge\` (http-request) would leave the machine and has no mock
    pipelines/orders.test.json:14:15
      13 |     },
    > 14 |     { "name": "charges the card", "input": { "items": [] }, "timeout…
         |               ^^^^^^^^^^^^^^^^^^
      15 |     { "name": "keeps its shape", "input": { "items": [] }, "snapshot…
    Try: mock it in the test:
      "mocks": {
        "charge": { "output": { "status": 200, "body": {} } }
      }

    The run failed with \`VALIDATION_ERROR\`: items: expected at least one
    pipelines/orders.test.json:14:15

    The test took longer than 1 s
    pipelines/orders.test.json:14:61
      13 |
    > 14 | … card", "input": { "items": [] }, "timeout": "1s" },
         |                                    ^^^^^^^^^
      15 | …hape", "input": { "items": [] }, "snapshot": true },

  ✗ keeps its shape
    The output differs from the snapshot
    pipelines/orders.test.json:15:60
      14 | …e card", "input": { "items": [] }, "timeout": "1s" },
    > 15 | …shape", "input": { "items": [] }, "snapshot": true },
         |                                    ^^^^^^^^^^
      16 | … signature", "skip": "waits for the new contract" }
    - expected  items  []
    + actual    items  null
    Try: fm test --update-snapshots

↷ later  pipelines/later.test.json  1 test, 1 skipped  34 ms

4 failures:
  orders › the suite
    pipelines/orders.test.json:4:25
  orders › adds up
    pipelines/orders.test.json:7:15
  orders › charges the card
    pipelines/orders.test.json:14:15
  orders › keeps its shape
    pipelines/orders.test.json:15:15

Tests      3 failed, 4 passed, 2 skipped  (9)
Suites     1 failed, 2 passed  (3)
Time       1.2 s
`);
  });

  it('ends with snapshots, what was left out and thresholds', () => {
    const snapshots = { written: 1, updated: 2, removed: 4, obsolete: 3 };
    const missed = ['stages of my-pipeline: 50 % of at least 80 %', 'branches: 10 % of at least 20 %'];
    const out = reported('text', [PASSED, SKIPPED], { snapshots, missed, partial: true });
    expect(out.slice(out.indexOf('Tests'))).toBe(`Tests      3 passed, 1 skipped  (4); others were left out
Suites     2 passed  (2)
Snapshots  1 written, 2 updated, 4 removed, 3 obsolete
           To remove what is obsolete: fm test --update-snapshots
Missed     stages of my-pipeline: 50 % of at least 80 %
           branches: 10 % of at least 20 %
Time       1.2 s
`);
    expect(reported('text', [])).toBe('\nTests      none  (0)\nSuites     none  (0)\nTime       1.2 s\n');
  });

  it.each([40, 80, 120])('fits %i columns, but for what is to be copied', (columns) => {
    const copied = /^\s+("mocks"|"charge"|Try:)/;
    for (const line of reported('text', SUITES, { partial: true }, { columns }).split('\n'))
      if (!copied.test(line)) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
  });

  it('breaks lines that are too long, and puts paths above values', () => {
    const out = reported('text', SUITES, {}, { columns: 40 });
    expect(out).toContain('✗ orders  pipelines/orders.test.json\n  5 tests, 3 failed, 1 skipped  120 ms\n');
    expect(out).toContain('\n  ↷ asks for a signature: waits for the\n    new contract\n');
    expect(out).toContain('\n      items[0].total\n    - expected  6\n    + actual    8\n');
    expect(out).toContain('\nTests      3 failed, 4 passed, 2 skipped\n           (9)\n');
    // Whatever the terminal says of itself.
    for (const columns of [0, -1, 5, 1_000]) expect(reported('text', SUITES, {}, { columns })).toContain('7:15');
  });

  it.each([40, 80, 120])('says the same with and without colours on %i columns', (columns) => {
    const painted = reported('text', SUITES, { missed: ['too few'] }, { columns, paint: colours });
    expect(stripVTControlCharacters(painted)).toBe(reported('text', SUITES, { missed: ['too few'] }, { columns }));
    expect(painted).toContain(colours('green', '✓'));
    // No colour goes on behind the end of a line.
    for (const line of painted.split('\n')) expect((line.split('\u001b[').length - 1) % 2, line).toBe(0);
  });

  it('shows hundreds of failures in a few lines each', () => {
    const tests = Array.from({ length: 300 }, (_, i) =>
      test(`case ${i}`, { findings: [finding('assertion', `number ${i} is wrong`, { hint: 'count' })] }),
    );
    const lines = reported('text', [suite('many', tests), PASSED]).split('\n');
    expect(lines.filter((line) => line.startsWith('    Try:'))).toHaveLength(50);
    const after = lines.indexOf('  ✗ case 50');
    expect(lines.slice(after, after + 4)).toEqual([
      '  ✗ case 50',
      '    number 50 is wrong',
      `    ${ORDERS_FILE}:7:15`,
      '  ✗ case 51',
    ]);
    expect(lines.slice(lines.indexOf('300 failures:'), lines.indexOf('300 failures:') + 3)).toEqual([
      '300 failures:',
      '  many › case 0',
      `    ${ORDERS_FILE}:7:15`,
    ]);
    expect(lines).toContain('  … 280 more');
    expect(lines).toContain('Only the first 50 failures are shown whole; the json reporter has all.');
    expect(lines).toContain('Tests      300 failed, 3 passed  (303)');
  });

  it('shows the first of many findings, and the last log lines', () => {
    const findings = Array.from({ length: 13 }, (_, i) => finding('assertion', `number ${i}`));
    const logs = Array.from({ length: 25 }, (_, i) => `info  a  line ${i}`);
    const out = reported('text', [suite('one', [test('fails', { findings, logs })])]);
    expect(out).toContain('number 9\n');
    expect(out).not.toContain('number 10');
    expect(out).toContain('\n    … 3 more findings\n');
    expect(out).toContain('\n    Last 10 log lines:\n      info  a  line 15\n');
    expect(out.split(' | ')).toHaveLength(5);
  });

  it('shows some of many reasons for skipping', () => {
    const tests = Array.from({ length: 14 }, (_, i) => test(`t${i}`, { status: 'skipped', reason: `reason ${i}` }));
    const out = reported('text', [suite('one', [...tests, test('quietly', { status: 'skipped' })])]);
    expect(out).toContain('↷ one  pipelines/one.test.json  15 tests, 15 skipped  34 ms\n  ↷ t0: reason 0\n');
    expect(out).toContain('\n  ↷ t9: reason 9\n  ↷ 4 more skipped tests\n');
  });

  it('shows no frame of a file that it does not know', () => {
    const position = { ...positionOf('"notify"'), file: 'gone.test.json' };
    expect(failed('run', 'it failed', { position })).toContain(
      '\n  ✗ fails\n    it failed\n    gone.test.json:4:25\n\nTests ',
    );
  });

  it('cuts messages that go on and on, at the end', () => {
    const out = failed('run', Array.from({ length: 500 }, (_, i) => `line ${i}`).join('\n'));
    expect(out).toContain('\n    line 19\n    … 480 more lines\n');
  });

  it('passes nothing on that moves the cursor', () => {
    const out = reported('text', HOSTILE.map(hostileSuite), { missed: [...HOSTILE] });
    const lines = out.split('\n');
    for (const line of lines) expect(printable(line)).toBe(line);
    expect(out).toContain(`Tests      ${HOSTILE.length} failed, ${HOSTILE.length} skipped  (${HOSTILE.length * 2})`);
  });
});
