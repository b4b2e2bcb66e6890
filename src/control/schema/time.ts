import * as v from 'valibot';
import { fail } from '../../core/errors.ts';

/** Epoch milliseconds. */
export const TIME = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Throws FlowMasonError `REQUEST_INVALID`. */
export function requireFuture(field: string, time: number | undefined | null, now: number): void {
  if (time === undefined || time === null || time > now) return;
  const found = new Date(Math.min(time, LAST)).toISOString();
  fail('REQUEST_INVALID', `${field}: Expected a time to come in epoch milliseconds, found ${found}`);
}

/** What a date can be. */
const LAST = 8.64e15;
