import type { Json } from '../json.ts';
import type { Budget } from './budget.ts';

/** A text that is the same for equal JSON values only: keys in order, numbers by value. */
export function canonicalText(value: Json, budget: Budget): string {
  budget.spend(1);
  if (typeof value === 'string') {
    budget.spend(value.length >> 6);
    return JSON.stringify(value);
  }
  // JSON has one zero: -0 and 0 are equal.
  if (typeof value === 'number') return String(value + 0);
  if (typeof value !== 'object' || value === null) return String(value);
  budget.enter();
  const text = Array.isArray(value)
    ? `[${value.map((item) => canonicalText(item, budget)).join(',')}]`
    : `{${Object.keys(value)
        .sort()
        .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] as Json, budget)}`)
        .join(',')}}`;
  budget.leave();
  return text;
}
