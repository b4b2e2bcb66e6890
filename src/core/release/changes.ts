import { isObject, type Json, type JsonPath, own } from '../json.ts';
import { sameMeaning, uniqueItems } from './meaning.ts';
import { memberShape, type Shape, setItems } from './shape.ts';

/** One value that is not the same on both sides. */
export interface Change {
  /** From the object that is compared. */
  readonly path: JsonPath;
  /** Absent: it was added. */
  readonly before?: Json;
  /** Absent: it was removed. */
  readonly after?: Json;
  /** Of a list whose order means nothing: what is new in it, and what is no longer. */
  readonly gained?: readonly Json[];
  readonly lost?: readonly Json[];
}

/** What differs between two values, by path; sorted, so that the order of keys in a file does not show. */
export function changesOf(
  before: Json | undefined,
  after: Json | undefined,
  shape: Shape,
  path: JsonPath = [],
): Change[] {
  if (sameMeaning(before, after, shape)) return [];
  if (isObject(before) && isObject(after) && shape.kind !== 'set') {
    return sortedKeys(before, after).flatMap((key) =>
      // Members of JSON are JSON.
      changesOf(own(before, key) as Json, own(after, key) as Json, memberShape(shape, key), [...path, key]),
    );
  }
  if (Array.isArray(before) && Array.isArray(after) && shape.kind !== 'set') {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, i) => changesOf(before[i], after[i], { kind: 'plain' }, [...path, i])).flat();
  }
  return [{ path, ...sides(before, after), ...movements(before, after, shape) }];
}

function sides(before: Json | undefined, after: Json | undefined): Pick<Change, 'before' | 'after'> {
  return { ...(before === undefined ? undefined : { before }), ...(after === undefined ? undefined : { after }) };
}

function movements(before: Json | undefined, after: Json | undefined, shape: Shape): Pick<Change, 'gained' | 'lost'> {
  if (shape.kind !== 'set') return {};
  const [old, current] = [setItems(before, shape), setItems(after, shape)];
  if (!old || !current) return {};
  return { gained: missingIn(old, current), lost: missingIn(current, old) };
}

/** The items of `list` that are not in `other`. */
function missingIn(other: readonly Json[], list: readonly Json[]): Json[] {
  const known = uniqueItems(other);
  return [...uniqueItems(list)].filter(([text]) => !known.has(text)).map(([, item]) => item);
}

/** The keys of both, each once, sorted by UTF-16 units. */
export function sortedKeys(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}
