import type { Json } from './json.ts';

/** Deeper data than this is refused: JSON.stringify and every recursive walk would end on the stack. */
export const DATA_DEPTH = 256;

export class NotJson extends Error {}
export class TooLarge extends Error {}

/**
 * The value as JSON data, and about how many bytes its text has (UTF-8). As JSON.stringify: `undefined` in objects is
 * left out, in lists null; `toJSON` is honoured; NaN and infinities are refused instead of turning into null. Throws
 * NotJson for functions, symbols, bigints, maps, sets, promises and errors, TooLarge beyond `maxBytes` or DATA_DEPTH,
 * without walking further. The same object comes back when nothing had to change.
 */
export function toJson(value: unknown, maxBytes: number): { readonly value: Json; readonly bytes: number } {
  const measured = { bytes: 0 };
  const json = walk(value, maxBytes, measured, 0);
  return { value: json === undefined ? null : json, bytes: measured.bytes };
}

function walk(value: unknown, max: number, measured: { bytes: number }, depth: number): Json | undefined {
  switch (typeof value) {
    case 'string':
      charge(measured, textBytes(value) + 2, max);
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new NotJson(`${value} is not a JSON number`);
      charge(measured, value >= 0 && value < 10 ? 1 : 8, max);
      return value;
    case 'boolean':
      charge(measured, 5, max);
      return value;
    case 'undefined':
      return undefined;
    case 'object':
      break;
    default:
      throw new NotJson(`a ${typeof value} is not JSON`);
  }
  if (value === null) {
    charge(measured, 4, max);
    return null;
  }
  if (depth >= DATA_DEPTH) throw new TooLarge(`nested deeper than ${DATA_DEPTH} levels`);
  if (Array.isArray(value)) return walkList(value, max, measured, depth);
  const jsonable = value as { toJSON?: unknown };
  if (typeof jsonable.toJSON === 'function') return walk(jsonable.toJSON(), max, measured, depth + 1);
  return walkObject(value as Record<string, unknown>, max, measured, depth);
}

function walkList(list: readonly unknown[], max: number, measured: { bytes: number }, depth: number): Json[] {
  charge(measured, 2 + list.length, max);
  let copy: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = walk(list[i], max, measured, depth + 1) ?? null;
    if (item !== list[i] && !copy) copy = (list as Json[]).slice(0, i);
    copy?.push(item);
  }
  return copy ?? (list as Json[]);
}

function walkObject(object: Record<string, unknown>, max: number, measured: { bytes: number }, depth: number): Json {
  charge(measured, 2, max);
  const prototype: unknown = Object.getPrototypeOf(object);
  let changed = prototype !== Object.prototype && prototype !== null;
  if (changed) refuseHolder(object);
  const entries: [string, Json][] = [];
  for (const key of Object.keys(object)) {
    const before = object[key];
    const after = walk(before, max, measured, depth + 1);
    if (after !== before) changed = true;
    if (after === undefined) continue;
    charge(measured, textBytes(key) + 4, max);
    entries.push([key, after]);
  }
  return changed ? Object.fromEntries(entries) : (object as { [key: string]: Json });
}

/** What these hold is in no key of theirs: as JSON they would be empty, and nobody would know. */
function refuseHolder(object: object): void {
  const lossy = [Map, Set, Promise, Error].find((kind) => object instanceof kind);
  if (lossy) throw new NotJson(`${lossy === Error ? 'an' : 'a'} ${lossy.name} is not JSON`);
}

function charge(measured: { bytes: number }, bytes: number, max: number): void {
  measured.bytes += bytes;
  if (measured.bytes > max) throw new TooLarge(`larger than ${max} bytes`);
}

/** Bytes of a text in UTF-8: a surrogate pair is four, two per unit. */
function textBytes(text: string): number {
  let bytes = text.length;
  if (text.length > 100_000) return new TextEncoder().encode(text).length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
