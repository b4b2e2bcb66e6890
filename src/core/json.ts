/** A JSON value: what files hold, stages give and journals keep. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type JsonObject = { [key: string]: Json };

/** Steps from the root of a document: object keys and array indices. */
export type JsonPath = readonly (string | number)[];

/** A JSON Schema, draft 2020-12, or its boolean form. */
export type JsonSchema = boolean | JsonObject;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own property or undefined: never what a prototype holds. */
export function own(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}

/**
 * Whether a double is certain to be the number that was written. Whole numbers beyond 2^53 - 1 may stand for several;
 * from 1e21 on JSON writes them with an exponent, so that nobody takes their digits for exact.
 */
export function isExactNumber(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21);
}
