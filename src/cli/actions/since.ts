import { parseTypedDuration } from '../../core/duration.ts';
import { fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';

/** A date, with a time or without. */
const DATE = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/;

/** The time that `--since` names: so long before `now`, or a date. Epoch milliseconds. Throws FlowMasonError `USAGE`. */
export function sinceOf(text: string, now: number): number {
  const ago = parseTypedDuration(text);
  if (ago !== undefined) return Math.max(0, Math.floor(now - ago));
  const time = DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return Math.max(0, time);
  return fail('USAGE', `--since is a time such as 2h or 2026-05-01T10:00Z, found ${quote(text)}`, {
    hint: 'fm runs list --since 2h',
  });
}
