import { compare, equal, unordered } from '../equality.ts';
import type { Evaluation } from '../evaluation.ts';
import { fault } from '../fault.ts';
import { textOf } from '../result.ts';
import type { Call, Signature } from '../tree.ts';
import { keysOf, kindOf, wordFor } from '../values.ts';
import { listArgument, refuseArgument, textArgument } from './arguments.ts';

const join: Signature = {
  name: 'join',
  form: 'x.join(sep)',
  least: 1,
  most: 2,
  kind: 'text',
  run(evaluation, call, value, separator) {
    const list = listArgument(call, 0, value);
    const sep = call.args.length > 1 ? textArgument(call, 1, separator) : '';
    evaluation.spend(list.length);
    evaluation.build(Math.max(0, list.length - 1) * sep.length);
    const parts = new Array<string>(list.length);
    for (let i = 0; i < list.length; i++) {
      const part = joinable(evaluation, call, list[i], i);
      evaluation.build(part.length);
      parts[i] = part;
    }
    return parts.join(sep);
  },
};

function joinable(evaluation: Evaluation, call: Call, item: unknown, index: number): string {
  if (typeof item === 'string') return item;
  const kind = kindOf(item);
  if (kind !== 'null' && kind !== 'list' && kind !== 'object' && kind !== 'secret') return textOf(evaluation, item);
  const list = call.args[0]?.text;
  return fault(
    'type_mismatch',
    `x.join(sep) takes a list of texts, but ${list}[${index}] is ${wordFor(kind)}`,
    call,
    kind === 'null'
      ? `Leave nulls out: \`${list}.filter(i, i != null).join(…)\``
      : `Say what to join: \`${list}.map(i, …)\``,
  );
}

const sort: Signature = {
  name: 'sort',
  form: 'x.sort()',
  least: 1,
  most: 1,
  kind: 'list',
  run(evaluation, call, value) {
    const list = listArgument(call, 0, value);
    return sorted(evaluation, list, (item) => item, `${call.args[0]?.text} can only be sorted when its items`, call);
  },
};

/** The items in ascending order of their keys; equal ones stay in their order. `what` begins the fault's message. */
export function sorted<T>(
  evaluation: Evaluation,
  items: readonly T[],
  key: (item: T) => unknown,
  what: string,
  place: Call | { readonly start: number; readonly end: number },
): T[] {
  const say = `${what} are all numbers, all texts or all of another kind that has an order`;
  const mismatch = (a: unknown, b: unknown): never => unordered(a, b, say, place);
  evaluation.spend(items.length);
  evaluation.build(items.length * 8);
  // One item is never compared, and must have an order all the same.
  if (items.length === 1) compare(evaluation, key(items[0] as T), key(items[0] as T), mismatch);
  return [...items].sort((a, b) => {
    evaluation.spend(1);
    return compare(evaluation, key(a), key(b), mismatch);
  });
}

const unique: Signature = {
  name: 'unique',
  form: 'x.unique()',
  least: 1,
  most: 1,
  kind: 'list',
  run(evaluation, call, value) {
    const list = listArgument(call, 0, value);
    evaluation.spend(list.length);
    const kept: unknown[] = [];
    const seen = new Set<unknown>();
    const alike = new Map<string, unknown[]>();
    for (const item of list) {
      if (seen.has(item)) continue;
      seen.add(item);
      if (typeof item !== 'object' || item === null || isNew(evaluation, alike, item)) kept.push(item);
    }
    evaluation.build(kept.length * 8);
    return kept;
  },
};

/** Compares an item with those that look like it, and adds it when it is new. */
function isNew(evaluation: Evaluation, seen: Map<string, unknown[]>, item: object): boolean {
  const look = outline(evaluation, item);
  const alike = seen.get(look);
  if (alike?.some((other) => equal(evaluation, item, other))) return false;
  if (alike) alike.push(item);
  else seen.set(look, [item]);
  return true;
}

const OUTLINE = 8;

/** Equal for equal values, and different for most that are not: kind, size and the first scalars by key. */
function outline(evaluation: Evaluation, value: object): string {
  if (Array.isArray(value)) return `list ${value.length} ${value.slice(0, OUTLINE).map(scalar).join()}`;
  const kind = kindOf(value);
  if (kind !== 'object') return kind;
  const all = keysOf(evaluation, value);
  const keys = all.sort().slice(0, OUTLINE);
  const scalars = keys.map((key) => scalar((value as Record<string, unknown>)[key]));
  return `object ${all.length} ${keys.map(scalar).join()} ${scalars.join()}`;
}

function scalar(value: unknown): string {
  return typeof value === 'object' ? '' : String(value).slice(0, 40);
}

const flatten: Signature = {
  name: 'flatten',
  form: 'x.flatten()',
  least: 1,
  most: 1,
  kind: 'list',
  run(evaluation, call, value) {
    const flat: unknown[] = [];
    for (const item of listArgument(call, 0, value)) {
      const items = Array.isArray(item) ? item : [item];
      evaluation.spend(1 + items.length);
      evaluation.build(items.length * 8);
      for (const inner of items) flat.push(inner);
    }
    return flat;
  },
};

const reverse: Signature = {
  name: 'reverse',
  form: 'x.reverse()',
  least: 1,
  most: 1,
  kind: 'list',
  run(evaluation, call, value) {
    const list = listArgument(call, 0, value);
    evaluation.spend(list.length);
    evaluation.build(list.length * 8);
    return list.toReversed();
  },
};

const sum: Signature = {
  name: 'sum',
  form: 'sum(list)',
  least: 1,
  most: 1,
  kind: 'number',
  run(evaluation, call, value) {
    const list = listArgument(call, 0, value);
    evaluation.spend(list.length);
    let total = 0;
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      if (typeof item !== 'number') {
        const where = `${call.args[0]?.text}[${i}]`;
        fault('type_mismatch', `sum(list) takes a list of numbers, but ${where} is ${wordFor(kindOf(item))}`, call);
      }
      total += item;
    }
    if (!Number.isFinite(total)) fault('not_finite', 'The sum is larger than numbers can be', call);
    return total + 0;
  },
};

const min = extreme('min', -1);
const max = extreme('max', 1);

function extreme(name: string, sign: 1 | -1): Signature {
  return {
    name,
    form: `${name}(list) or ${name}(a, b)`,
    least: 1,
    most: 2,
    kind: 'any',
    run(evaluation, call, first, second) {
      const two = call.args.length > 1;
      if (!two && !Array.isArray(first)) refuseArgument(call, 0, first, 'list');
      const items = two ? [first, second] : listArgument(call, 0, first);
      if (items.length === 0) {
        const list = call.args[0]?.text;
        fault(
          'invalid_argument',
          `${name}(list) of an empty list`,
          call,
          `Write \`size(${list}) > 0 ? ${name}(${list}) : 0\``,
        );
      }
      const what = `${name}() compares two numbers, two texts or two of another kind that has an order`;
      const mismatch = (a: unknown, b: unknown): never => unordered(a, b, what, call);
      evaluation.spend(items.length);
      let best = items[0];
      compare(evaluation, best, best, mismatch);
      for (const item of items) if (compare(evaluation, item, best, mismatch) * sign > 0) best = item;
      return best;
    },
  };
}

export const LIST_FUNCTIONS: readonly Signature[] = [join, sort, unique, flatten, reverse, sum, min, max];
