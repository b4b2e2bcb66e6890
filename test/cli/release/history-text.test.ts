import { describe, expect, it } from 'vitest';
import { type HistoryEntry, type HistoryView, historyText } from '../../../src/cli/print/release/history-text.ts';
import { DIGEST, expectToFit, HOSTILE, NEXT_DIGEST, PIPE, terminal } from './samples.ts';

const ENTRY: HistoryEntry = {
  number: 12,
  kind: 'push',
  version: '1.2.0',
  release: NEXT_DIGEST,
  at: '2026-11-28T10:00:00.123Z',
  actor: 'ada',
  commit: '1a2b3c4d5e6f',
  message: 'Ship the invoices,\nand the reports',
  changes: { added: 1, changed: 2, removed: 0 },
  forced: false,
  status: 'succeeded',
};
const HISTORY: HistoryView = {
  deployments: [
    { ...ENTRY, number: 13, status: 'pending', at: '2026-11-28T12:09:20Z' },
    ENTRY,
    {
      ...ENTRY,
      number: 11,
      kind: 'rollback',
      release: DIGEST,
      version: '1.1.0',
      commit: null,
      message: null,
      forced: true,
    },
    { ...ENTRY, number: 10, status: 'failed', at: '2026-11-20T10:00:00Z' },
  ],
  active: 12,
  now: Date.parse('2026-11-28T12:10:00Z'),
};

describe('the log of deployments', () => {
  it('is a table on a pipe, with times in UTC and nothing cut', () => {
    expect(historyText(HISTORY, PIPE)).toBe(
      [
        'NUMBER  KIND      VERSION  STATE    DIGEST        WHEN                  WHO  COMMIT   CHANGES   MESSAGE',
        '#13     push      1.2.0    pending  9ab012345678  2026-11-28T12:09:20Z  ada  1a2b3c4  +1 ~2 -0  Ship the invoices, and the reports',
        '#12     push      1.2.0    active   9ab012345678  2026-11-28T10:00:00Z  ada  1a2b3c4  +1 ~2 -0  Ship the invoices, and the reports',
        '#11     rollback  1.1.0    forced   3f2a9c1b4d5e  2026-11-28T10:00:00Z  ada           +1 ~2 -0',
        '#10     push      1.2.0    failed   9ab012345678  2026-11-20T10:00:00Z  ada  1a2b3c4  +1 ~2 -0  Ship the invoices, and the reports',
      ].join('\n'),
    );
  });

  it('also says how long ago on a wide terminal, and cuts messages', () => {
    expect(historyText(HISTORY, terminal(130))).toBe(
      [
        'NUMBER  KIND      VERSION  STATE    DIGEST        WHEN                                 WHO  COMMIT   CHANGES   MESSAGE',
        '#13     push      1.2.0    pending  9ab012345678  2026-11-28T12:09:20Z (40 s ago)      ada  1a2b3c4  +1 ~2 -0  Ship the invoices,…',
        '#12     push      1.2.0    active   9ab012345678  2026-11-28T10:00:00Z (2 h 10 m ago)  ada  1a2b3c4  +1 ~2 -0  Ship the invoices,…',
        '#11     rollback  1.1.0    forced   3f2a9c1b4d5e  2026-11-28T10:00:00Z (2 h 10 m ago)  ada           +1 ~2 -0',
        '#10     push      1.2.0    failed   9ab012345678  2026-11-20T10:00:00Z (8 d ago)       ada  1a2b3c4  +1 ~2 -0  Ship the invoices,…',
      ].join('\n'),
    );
  });

  it('has a few lines for each on a narrow one', () => {
    expect(historyText({ ...HISTORY, older: 'fm history --org local --before 10' }, terminal(50))).toBe(
      [
        '#13 push 1.2.0  pending',
        '    2026-11-28T12:09:20Z (40 s ago)  9ab012345678',
        '    by ada  commit 1a2b3c4  +1 ~2 -0',
        '    Ship the invoices, and the reports',
        '#12 push 1.2.0  active',
        '    2026-11-28T10:00:00Z (2 h 10 m ago)',
        '    9ab012345678  by ada  commit 1a2b3c4  +1 ~2 -0',
        '    Ship the invoices, and the reports',
        '#11 rollback 1.1.0  forced',
        '    2026-11-28T10:00:00Z (2 h 10 m ago)',
        '    3f2a9c1b4d5e  by ada  +1 ~2 -0',
        '#10 push 1.2.0  failed',
        '    2026-11-20T10:00:00Z (8 d ago)  9ab012345678',
        '    by ada  commit 1a2b3c4  +1 ~2 -0',
        '    Ship the invoices, and the reports',
        '',
        'Older ones:',
        '  fm history --org local --before 10',
      ].join('\n'),
    );
  });

  it('marks the active one with a word and with weight', () => {
    const text = historyText(HISTORY, terminal(130, true));
    expect(text.split('\n').filter((line) => line.includes('\u001b[1m'))).toHaveLength(1);
    expect(text).toContain('\u001b[1m#12');
    expect(text.match(/active/g)).toHaveLength(1);
  });

  it('may be empty', () => {
    expect(historyText({ ...HISTORY, deployments: [], active: null }, PIPE)).toBe('no deployments');
  });

  it.each([40, 80, 120, 160])('fits into %i columns whatever somebody wrote', (width) => {
    expectToFit(historyText(HISTORY, terminal(width, true)), width);
    for (const text of HOSTILE) {
      const entry = { ...ENTRY, version: text, actor: text, commit: text, message: text, at: text, kind: 'push' };
      expectToFit(
        historyText({ ...HISTORY, deployments: [entry, { ...ENTRY, message: text.repeat(9) }] }, terminal(width)),
        width,
      );
    }
  });
});
