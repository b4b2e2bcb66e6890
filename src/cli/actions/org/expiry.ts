import { parseDuration } from '../../../core/duration.ts';
import { fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';

/** A hundred years: a time that no clock gets wrong. */
const LONGEST = 100 * 365 * 86_400_000;

/** The time that `--expires` means, epoch milliseconds; null for `never`. Throws FlowMasonError `USAGE`. */
export function expiryOf(typed: string, now: number): number | null {
  const lasts = lengthOf(typed);
  return lasts === null ? null : now + lasts;
}

/** The same for a server, whose clock may be another. */
export function endsOf(typed: string): { expires_at: null } | { expires_in: number } {
  const lasts = lengthOf(typed);
  return lasts === null ? { expires_at: null } : { expires_in: lasts };
}

/** Milliseconds. */
function lengthOf(typed: string): number | null {
  if (typed === 'never') return null;
  const lasts = parseDuration(typed);
  if (lasts !== undefined && lasts > 0 && lasts <= LONGEST) return lasts;
  return fail('USAGE', `--expires is a length of time or \`never\`, found ${quote(typed)}`, { hint: '--expires 7d' });
}
