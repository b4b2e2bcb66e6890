import { expect, it } from 'vitest';
import { attemptDocuments, attemptsText } from '../../src/cli/print/run/attempts.ts';
import type { RunAttempt } from '../../src/core/api/run.ts';

const START = Date.UTC(2026, 0, 5, 12);
const FIRST: RunAttempt = {
  segment: 1,
  retry: 0,
  worker: 'w1',
  host: 'one',
  started_at: START,
  ended_at: START + 12_000,
  outcome: 'worker_lost',
};
const SECOND: RunAttempt = { ...FIRST, retry: 1, worker: 'w2', host: `tw\u001bo`, ended_at: null, outcome: null };

it('shows who executed a run where that tells something', () => {
  expect(attemptsText([])).toBeUndefined();
  expect(attemptsText([{ ...FIRST, outcome: 'finished' }])).toBeUndefined();
  expect(attemptsText([FIRST])).toContain('worker lost');
  const text = attemptsText([FIRST, SECOND]) ?? '';
  expect(text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | ').trim())).toEqual([
    'ATTEMPT | WORKER | STARTED | TOOK | ENDED',
    '1.0 | w1 on one | 2026-01-05T12:00:00.000Z | 12.0 s | worker lost',
    expect.stringMatching(/^1\.1 \| w2 on .+ \| 2026-01-05T12:00:00\.000Z \| under way$/),
  ]);
  expect(text).not.toContain('\u001b');
});

it('gives their times as other documents do', () => {
  expect(attemptDocuments([FIRST, SECOND])).toMatchObject([
    { started_at: '2026-01-05T12:00:00.000Z', ended_at: '2026-01-05T12:00:12.000Z', outcome: 'worker_lost' },
    { ended_at: null, outcome: null },
  ]);
});
