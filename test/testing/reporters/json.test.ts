import { describe, expect, it } from 'vitest';
import { fileOf, HOSTILE, hostileSuite } from './hostile.ts';
import { ORDERS_FILE, reported, SUITES, suite, summaryOf, test } from './results.ts';

describe('the json reporter', () => {
  const snapshots = { written: 1, updated: 0, removed: 0, obsolete: 2 };
  const document = JSON.parse(reported('json', SUITES, { partial: true, snapshots, missed: ['too few'] }));

  it('writes one document about everything', () => {
    expect(document).toMatchObject({
      version: '0.1.0',
      started_at: '2026-11-28T09:30:15.250Z',
      passed: false,
      totals: summaryOf(SUITES).totals,
      partial: true,
      snapshots,
      missed: ['too few'],
    });
    expect(document.suites.map(({ name }: { name: string }) => name)).toEqual(['adds-up', 'orders', 'later']);
  });

  it('tells of a suite and its tests where they stand and what they found', () => {
    const orders = document.suites[1];
    expect(Object.keys(orders)).toEqual(['name', 'file', 'subject', 'duration_ms', 'findings', 'tests']);
    expect(orders.subject).toEqual({ kind: 'pipeline', name: 'orders' });
    expect(orders.findings).toEqual([
      { kind: 'mock', message: 'No test uses the mock `notify` of `setup`', file: ORDERS_FILE, line: 4, column: 25 },
    ]);
    const [addsUp, , , signature, cheap] = orders.tests;
    expect(addsUp).toMatchObject({ name: 'adds up', file: ORDERS_FILE, line: 7, column: 15, status: 'failed' });
    expect(addsUp.findings[0]).toMatchObject({ line: 10, column: 29, path: 'output', check: 'deepEquals' });
    expect(addsUp.findings[0].differences).toEqual([
      { path: 'items[0].total', expected: 6, actual: 8 },
      { path: 'items[1]', expected: { total: 1 } },
      { path: 'sum', actual: 8 },
    ]);
    expect(signature).toMatchObject({ status: 'skipped', reason: 'waits for the new contract' });
    expect(cheap).toEqual({
      name: 'is cheap',
      file: ORDERS_FILE,
      line: 7,
      column: 15,
      status: 'passed',
      duration_ms: 4,
      virtual_ms: 0,
      findings: [],
    });
  });

  it('has passed when nothing failed and no threshold was missed', () => {
    const green = [suite('a', [test('one')])];
    expect(JSON.parse(reported('json', green))).toMatchObject({ passed: true, totals: { passed: 1 } });
    expect(JSON.parse(reported('json', green, { missed: ['too few'] }))).toMatchObject({ passed: false });
    expect(JSON.parse(reported('json', []))).toMatchObject({ passed: true, suites: [] });
  });

  it('keeps every text as it is', () => {
    const { suites } = JSON.parse(reported('json', HOSTILE.map(hostileSuite)));
    for (const [i, text] of HOSTILE.entries()) {
      const [failed, skipped] = suites[i].tests;
      expect(suites[i]).toMatchObject({ name: text, file: fileOf(text), subject: { name: text } });
      expect(failed).toMatchObject({ name: text, logs: [text] });
      expect(failed.findings).toEqual([
        expect.objectContaining({ message: text, hint: text, path: text, file: fileOf(text) }),
      ]);
      expect(failed.findings[0].differences[1].expected).toEqual([text, { [text]: text }]);
      expect(skipped).toMatchObject({ status: 'skipped', reason: text });
    }
  });
});
