import { Parser, type Result } from 'tap-parser';
import { describe, expect, it } from 'vitest';
import { printable } from '../../../src/core/quote.ts';
import fc from '../../setup/property.ts';
import { fileOf, HOSTILE, hostileSuite } from './hostile.ts';
import { finding, ORDERS_FILE, reported, SUITES, suite, test } from './results.ts';

interface Point {
  readonly result: Result;
  /** Of a subtest. */
  readonly inner: readonly Result[];
}

/** The test points of a report with those of their subtests, as a strict parser sees them. */
function pointsOf(out: string): { points: Point[]; ok: boolean; comments: string[] } {
  const points: Point[] = [];
  const comments: string[] = [];
  let ok = false;
  let inner: Result[] = [];
  const parser = new Parser({ strict: true }, (results) => {
    ok = results.ok;
    expect(results.failures.filter(({ tapError }) => tapError)).toEqual([]);
  });
  parser.on('child', (child: Parser) => {
    inner = [];
    child.on('assert', (result: Result) => inner.push(result));
    child.on('complete', ({ failures }: { failures: Result[] }) =>
      expect(failures.filter(({ tapError }) => tapError)).toEqual([]),
    );
  });
  parser.on('assert', (result: Result) => {
    points.push({ result, inner });
    inner = [];
  });
  parser.on('comment', (comment: string) => comments.push(comment));
  parser.on('extra', (text: string) => expect.fail(`not TAP: ${text}`));
  parser.end(out);
  return { points, ok, comments };
}

describe('the tap reporter', () => {
  const out = reported('tap', SUITES, { missed: ['stages of a: 50 % of at least 80 %'] });
  const { points, ok, comments } = pointsOf(out);

  it('has a point for each suite, and below it one for each test', () => {
    expect(out.startsWith('TAP version 14\n')).toBe(true);
    expect(points.map(({ result }) => [result.ok, result.name])).toEqual([
      [true, 'adds-up (pipelines/adds-up.test.json)'],
      [false, `orders (${ORDERS_FILE})`],
      [true, 'later (pipelines/later.test.json)'],
    ]);
    expect(points[1]?.inner.map((result) => [result.id, result.ok, result.name])).toEqual([
      [1, false, 'adds up'],
      [2, false, 'charges the card'],
      [3, false, 'keeps its shape'],
      [4, true, 'asks for a signature'],
      [5, true, 'is cheap'],
    ]);
    expect(ok).toBe(false);
  });

  it('says what was skipped and why', () => {
    expect(points[1]?.inner[3]?.skip).toBe('waits for the new contract');
    expect(points[2]?.inner[0]?.skip).toBe(true);
  });

  it('tells of failures as data', () => {
    expect(points[1]?.inner[0]?.time).toBe(12.5);
    expect(points[1]?.inner[0]?.diag).toMatchObject({
      findings: [
        {
          kind: 'assertion',
          message: '`output` does not equal what is expected',
          file: ORDERS_FILE,
          line: 10,
          column: 29,
          differences: [
            { path: 'items[0].total', expected: 6, actual: 8 },
            { path: 'items[1]', expected: { total: 1 } },
            { path: 'sum', actual: 8 },
          ],
        },
        { differences: [{ path: '', expected: 'Thank you.\nCome again.', actual: 'Thank you.\nCome soon.\n' }] },
      ],
      logs: ['info  price  6', 'warn  price  no discount\nfor nobody'],
    });
    expect(points[1]?.result.diag).toMatchObject({ findings: [{ kind: 'mock', line: 4 }] });
  });

  it('ends with the numbers and what was missed', () => {
    expect(comments.slice(-2)).toEqual([
      '# 4 failed, 4 passed, 2 skipped\n',
      '# missed: stages of a: 50 % of at least 80 %\n',
    ]);
  });

  it('is ok when everything passed, also without tests', () => {
    expect(pointsOf(reported('tap', [suite('a', [test('one')])])).ok).toBe(true);
    expect(pointsOf(reported('tap', [suite('a', []), suite('b', [test('one')])])).ok).toBe(true);
    expect(reported('tap', [])).toBe('TAP version 14\n1..0\n# none\n');
  });

  it('is TAP whatever texts come, and keeps them in its data', () => {
    const hostile = pointsOf(reported('tap', HOSTILE.map(hostileSuite))).points;
    expect(hostile).toHaveLength(HOSTILE.length);
    for (const [i, text] of HOSTILE.entries()) {
      const { result, inner } = hostile[i]!;
      const shown = printable(text.replaceAll(/\s+/g, ' ').trim());
      const name = shown.endsWith('{') ? `"${shown}"` : shown;
      expect(inner).toHaveLength(2);
      expect(inner[0]).toMatchObject({ ok: false, name, skip: false, todo: false });
      expect(inner[1]).toMatchObject({ ok: true, name, skip: name || true });
      for (const { diag } of [result, inner[0]!]) {
        expect(diag.findings).toEqual([
          expect.objectContaining({ message: text, hint: text, file: fileOf(text), path: text }),
        ]);
        expect(diag.findings[0].differences[1].expected).toEqual([text, { [text]: text }]);
      }
    }
  });

  it('keeps any JSON in its data, and nothing unprintable reaches a terminal', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.string({ unit: 'binary' }), (value, text) => {
        const differences = [{ path: text, expected: JSON.parse(JSON.stringify(value)), actual: undefined }];
        const out = reported('tap', [
          suite('any', [test(text, { findings: [finding('run', text, { differences })] })]),
        ]);
        expect(printable(out.replaceAll('\n', ''))).toBe(out.replaceAll('\n', ''));
        const { diag } = pointsOf(out).points[0]?.inner[0] ?? {};
        expect(diag.findings[0]).toEqual(
          expect.objectContaining({ message: text, differences: [{ path: text, expected: differences[0]?.expected }] }),
        );
      }),
      { numRuns: 300 },
    );
  });
});
