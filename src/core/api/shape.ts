import * as v from 'valibot';
import { isObject, type Json, type JsonObject } from '../json.ts';

/** Parts of the schemas of what crosses the wire. They describe and, in tests, check; nothing runs them in a request. */

/** An object with these members and no others; the description of the API leaves room for later ones. */
export function shape<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(v.strictObject(entries), v.readonly());
}

export function list<const Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item), v.readonly());
}

/** An object whose keys are data. */
export function table<const Value extends v.GenericSchema>(value: Value) {
  return v.pipe(v.record(v.string(), value), v.readonly());
}

/** The same with what people should know of it. */
export function said<const S extends v.GenericSchema>(schema: S, description: string) {
  return v.pipe(schema, v.description(description));
}

/** Any value, null too; what it is depends on a pipeline. */
export const ANYTHING = v.custom<Json>((value) => value !== undefined);

export const ANY_OBJECT = v.pipe(v.custom<JsonObject>(isObject), v.metadata({ type: 'object' }));

export const WHOLE = v.pipe(v.number(), v.safeInteger());
/** Things, from 0. */
export const COUNT = v.pipe(WHOLE, v.minValue(0));
/** A point in time. */
export const AT = said(COUNT, 'Epoch milliseconds');
export const AT_OR_NULL = v.nullable(AT);
export const TEXT_OR_NULL = v.nullable(v.string());
/** What a list that is read in parts says of the rest. */
export const NEXT = said(TEXT_OR_NULL, 'What to ask on with; null at the end');
export const DIGEST_VIEW = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/),
  v.description('SHA-256 over canonical JSON (RFC 8785)'),
);
