import * as v from 'valibot';
import { fail } from '../../core/errors.ts';

/** Epoch milliseconds. */
export const TIME = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A hundred years: a time that no clock gets wrong. */
const LONGEST = 100 * 365 * 86_400_000;

/** When something ends: at a time, or after one, which does not depend on the caller's clock. */
export const ENDS = {
  expires_at: v.optional(v.nullable(TIME)),
  /** Milliseconds from now. */
  expires_in: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LONGEST))),
};

/** Epoch milliseconds; null for never, undefined when nothing was said. Throws FlowMasonError `REQUEST_INVALID`. */
export function endOf(
  {
    expires_at,
    expires_in,
  }: { readonly expires_at?: number | null | undefined; readonly expires_in?: number | undefined },
  now: number,
): number | null | undefined {
  if (expires_in !== undefined) {
    if (expires_at === undefined) return now + expires_in;
    fail('REQUEST_INVALID', 'expires_in: Expected either `expires_in` or `expires_at`, found both');
  }
  if (expires_at === undefined || expires_at === null || expires_at > now) return expires_at;
  const found = new Date(Math.min(expires_at, LAST)).toISOString();
  fail('REQUEST_INVALID', `expires_at: Expected a time to come in epoch milliseconds, found ${found}`);
}

/** What a date can be. */
const LAST = 8.64e15;
