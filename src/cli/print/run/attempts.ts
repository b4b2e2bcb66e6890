import type { RunAttempt } from '../../../core/api/run.ts';
import { durationText } from '../../../core/duration.ts';
import { printable } from '../../../core/quote.ts';
import { table } from '../table.ts';
import { timeText } from './document.ts';

/** The attempts of `fm runs show --json`. Times are RFC 3339 in UTC. */
export function attemptDocuments(attempts: readonly RunAttempt[]) {
  return attempts.map(({ started_at, ended_at, ...attempt }) => ({
    ...attempt,
    started_at: timeText(started_at),
    ended_at: ended_at === null ? null : timeText(ended_at),
  }));
}

/** Who executed a run, when more than one attempt was needed; else nothing. */
export function attemptsText(attempts: readonly RunAttempt[]): string | undefined {
  const [only] = attempts;
  if (!only || (attempts.length === 1 && (only.outcome === null || only.outcome === 'finished'))) return undefined;
  const rows = attempts.map(({ segment, retry, worker, host, started_at, ended_at, outcome }) => [
    `${segment}.${retry}`,
    worker === null ? '-' : printable(`${worker} on ${host ?? 'an unknown machine'}`),
    timeText(started_at),
    ended_at === null ? '' : durationText(Math.max(0, ended_at - started_at)),
    (outcome ?? 'under way').replaceAll('_', ' '),
  ]);
  return table(rows, ['ATTEMPT', 'WORKER', 'STARTED', 'TOOK', 'ENDED']);
}
