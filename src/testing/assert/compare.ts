import { isObject, type Json, own } from '../../core/json.ts';
import type { Difference } from '../result.ts';
import type { Step } from './assertion.ts';
import { stepsText } from './target.ts';

/** More differences say nothing new. */
const MOST = 50;

/** Whether two JSON values are equal: numbers by value, objects whatever the order of their keys. */
export function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, at(b, i)));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equal(member(a, key), member(b, key)));
}

/** Whether a value has all that another one has: objects may have more members, lists have the same length. */
export function hasSubset(value: Json, subset: Json): boolean {
  if (Array.isArray(subset)) {
    return (
      Array.isArray(value) && value.length === subset.length && subset.every((item, i) => hasSubset(at(value, i), item))
    );
  }
  if (!isObject(subset)) return equal(value, subset);
  if (!isObject(value)) return false;
  return Object.keys(subset).every(
    (key) => Object.hasOwn(value, key) && hasSubset(member(value, key), member(subset, key)),
  );
}

/** Where two values differ, in the order of the expected one. With `partial` members that are not expected may be there. */
export function differences(expected: Json, actual: Json, partial = false): Difference[] {
  const found: Difference[] = [];
  const visit = (wanted: Json | undefined, got: Json | undefined, path: readonly Step[]): void => {
    if (found.length >= MOST) return;
    if (Array.isArray(wanted) && Array.isArray(got)) {
      for (let i = 0; i < Math.max(wanted.length, got.length); i++) visit(wanted[i], got[i], [...path, i]);
    } else if (isObject(wanted) && isObject(got)) {
      const more = partial ? [] : Object.keys(got).filter((key) => !Object.hasOwn(wanted, key));
      for (const key of [...Object.keys(wanted), ...more])
        visit(memberOf(wanted, key), memberOf(got, key), [...path, key]);
    } else if (wanted === undefined || got === undefined || !equal(wanted, got)) {
      found.push({ path: stepsText(path), expected: wanted, actual: got });
    }
  };
  visit(expected, actual, []);
  return found;
}

/** The value at steps; undefined when a step leads nowhere. */
export function valueAt(value: Json | undefined, steps: readonly Step[]): Json | undefined {
  let current = value;
  for (const step of steps) {
    if (Array.isArray(current)) current = typeof step === 'number' ? current[step] : undefined;
    else current = isObject(current) ? memberOf(current, String(step)) : undefined;
  }
  return current;
}

function memberOf(object: object, key: string): Json | undefined {
  // A member of a JSON object is JSON.
  return own(object, key) as Json | undefined;
}

function member(object: object, key: string): Json {
  return memberOf(object, key) ?? null;
}

function at(list: readonly Json[], index: number): Json {
  return list[index] ?? null;
}
