import { DATA_DEPTH } from '../measure.ts';
import { type Evaluation, limit } from './evaluation.ts';
import { fault, type Place } from './fault.ts';
import { Duration, keysOf, kindOf, type Optional, Timestamp, type ValueKind, wordFor } from './values.ts';

/** `==`: any two values; of different kinds they are not equal. Lists item by item, objects key by key. */
export function equal(evaluation: Evaluation, a: unknown, b: unknown, depth = 0): boolean {
  if (typeof a === 'string') {
    if (typeof b !== 'string' || a.length !== b.length) return false;
    if (a.length > 64) evaluation.spend(a.length >> 6);
    return a === b;
  }
  if (a == null || b == null) return (a ?? null) === (b ?? null);
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  evaluation.spend(1);
  if (depth > DATA_DEPTH) limit(`The data is nested deeper than ${DATA_DEPTH} levels`);
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return false;
  switch (kind) {
    case 'list':
      return equalLists(evaluation, a as readonly unknown[], b as readonly unknown[], depth);
    case 'object':
      return equalObjects(evaluation, a as Record<string, unknown>, b as Record<string, unknown>, depth);
    case 'timestamp':
    case 'duration':
      return (a as Timestamp | Duration).ms === (b as Timestamp | Duration).ms;
    case 'bytes':
      return compareBytes(evaluation, a as Uint8Array, b as Uint8Array) === 0;
    case 'optional': {
      const [left, right] = [(a as Optional).value, (b as Optional).value];
      return left === undefined || right === undefined ? left === right : equal(evaluation, left, right, depth + 1);
    }
    case 'secret':
      return fault('type_mismatch', 'A secret cannot be compared');
    default:
      return a === b;
  }
}

function equalLists(evaluation: Evaluation, a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    evaluation.spend(1);
    if (!equal(evaluation, a[i], b[i], depth + 1)) return false;
  }
  return true;
}

function equalObjects(
  evaluation: Evaluation,
  a: Record<string, unknown>,
  b: Record<string, unknown>,
  depth: number,
): boolean {
  const keys = keysOf(evaluation, a);
  if (keys.length !== keysOf(evaluation, b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key) || !equal(evaluation, a[key], b[key], depth + 1)) return false;
  }
  return true;
}

/** The order of two values of one kind: below, at or above 0. Throws the fault `type_mismatch` for others. */
export function compare(evaluation: Evaluation, a: unknown, b: unknown, mismatch: Mismatch): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') {
    const shorter = Math.min(a.length, b.length);
    if (shorter > 64) evaluation.spend(shorter >> 6);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Timestamp && b instanceof Timestamp) return a.ms - b.ms;
  if (a instanceof Duration && b instanceof Duration) return a.ms - b.ms;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(evaluation, a, b);
  return mismatch(a, b);
}

/** Raises the fault for two values that have no order, in the words of whoever compares. */
export type Mismatch = (a: unknown, b: unknown) => never;

/** Why two values have no order, for a fault. */
export function unordered(a: unknown, b: unknown, what: string, place: Place): never {
  const [left, right] = [kindOf(a), kindOf(b)];
  const found = left === right ? `two of ${wordFor(left)}` : `${wordFor(left)} and ${wordFor(right)}`;
  return fault('type_mismatch', `${what}, not ${found}`, place, hintFor(left, right));
}

function hintFor(left: ValueKind, right: ValueKind): string | undefined {
  const other = left === 'text' ? right : right === 'text' ? left : undefined;
  if (other === 'number') return 'Turn the text into a number with `double(x)`';
  if (other === 'timestamp' || other === 'duration') return `Turn the text into a ${other} with \`${other}(x)\``;
  return undefined;
}

function compareBytes(evaluation: Evaluation, a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  evaluation.spend(shorter >> 4);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
