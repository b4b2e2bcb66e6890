import canonicalize from 'canonicalize';
import { isObject, type Json, own } from '../json.ts';
import { keyedItems, memberShape, type Shape, setItems } from './shape.ts';

/** Whether two values are the same JSON: key order and the sign of zero aside. Undefined is equal to itself only. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!sameJson(a[i], b[i])) return false;
    return true;
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  // Members of JSON are JSON.
  return keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key] as Json, own(b, key) as Json));
}

/** Whether two values mean the same: as `sameJson`, and the order of lists that are sets does not count. */
export function sameMeaning(a: Json | undefined, b: Json | undefined, shape: Shape): boolean {
  if (sameJson(a, b)) return true;
  if (a === undefined || b === undefined) return false;
  switch (shape.kind) {
    case 'plain':
      return false;
    case 'object':
    case 'keyed':
    case 'set':
      return meaningText(a, shape) === meaningText(b, shape);
  }
}

/** A text that is the same for values that mean the same only. */
export function meaningText(value: Json, shape: Shape): string {
  // Only what is not JSON has none.
  return canonicalize(meaningOf(value, shape)) as string;
}

/** The value with every set in one order and without repetitions, and every single item of one in a list. */
function meaningOf(value: Json, shape: Shape): Json {
  if (shape.kind === 'set') {
    const items = setItems(value, shape);
    return items ? [...uniqueItems(items).values()].sort(byText) : value;
  }
  if (shape.kind === 'keyed') {
    const items = keyedItems(value);
    if (!items) return value;
    return [...items]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, item]) => meaningOf(item as Json, shape.item([item as Json])));
  }
  if (shape.kind === 'plain' || !isObject(value)) return value;
  // Members of JSON are JSON; made from entries, so that no key is taken for something else.
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, meaningOf(member as Json, memberShape(shape, key))]),
  );
}

/** Items of a set by a text that tells them apart, in their order. */
export function uniqueItems(items: readonly Json[]): Map<string, Json> {
  const unique = new Map<string, Json>();
  for (const item of items) {
    const text = itemText(item);
    if (!unique.has(text)) unique.set(text, item);
  }
  return unique;
}

function itemText(item: Json): string {
  return typeof item === 'string' ? JSON.stringify(item) : String(canonicalize(item));
}

function byText(a: Json, b: Json): number {
  const [first, second] = [itemText(a), itemText(b)];
  return first === second ? 0 : first < second ? -1 : 1;
}
