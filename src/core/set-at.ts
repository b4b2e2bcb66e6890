import { fail } from './errors.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** How the caller named the place. */
export interface SetAtOptions {
  /** Begins the message: `--set a.b`. */
  readonly what: string;
  readonly hint?: string | undefined;
}

/**
 * A copy of `base` with the value at `keys`; objects on the way are made, anything else there stays what it is. Throws
 * FlowMasonError `USAGE` when the way leads through something that is no object.
 */
export function setAt(base: Json | undefined, keys: readonly string[], value: Json, options: SetAtOptions): Json {
  return withValue(base, keys, 0, value, options);
}

function withValue(
  base: Json | undefined,
  keys: readonly string[],
  depth: number,
  value: Json,
  options: SetAtOptions,
): Json {
  const key = keys[depth];
  if (key === undefined) return value;
  if (base !== undefined && base !== null && !isObject(base)) {
    const where = depth === 0 ? 'the input' : `\`${keys.slice(0, depth).join('.')}\``;
    fail('USAGE', `${options.what} reaches into objects only, and ${where} is ${kindOf(base)}`, {
      hint: options.hint,
    });
  }
  // A Json value that is an object.
  const object = (base ?? {}) as JsonObject;
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  return { ...object, [key]: withValue(inner, keys, depth + 1, value, options) };
}

function kindOf(value: Json): string {
  return Array.isArray(value) ? 'a list' : JSON.stringify(value);
}
