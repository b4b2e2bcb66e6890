import { isObject, type Json, type JsonObject, type JsonSchema } from '../json.ts';
import { Budget } from './budget.ts';
import type { Program } from './compile.ts';
import { testPattern } from './pattern.ts';
import type { CheckedSchema } from './types.ts';

/**
 * The value with absent properties filled from `default`, in nested objects and items that are present too. Follows
 * `properties`, `patternProperties`, `additionalProperties`, `items`, `prefixItems`, `allOf` and `$ref`; which form of
 * an `anyOf`, `oneOf` or `if` holds is only known afterwards, so their defaults are not used. The value itself is left
 * as it is; what did not change is shared.
 */
export function fillDefaults(program: Program, schema: JsonSchema, value: Json): Json {
  return fill({ program, budget: new Budget(), targets: new Map() }, schema, value);
}

interface Filling {
  readonly program: Program;
  readonly budget: Budget;
  /** Where the `$ref` of a schema leads: looking it up takes a parse of a URL. */
  readonly targets: Map<CheckedSchema, JsonSchema>;
}

function fill(filling: Filling, schema: JsonSchema, value: Json): Json {
  if (typeof schema === 'boolean' || typeof value !== 'object' || value === null) return value;
  filling.budget.enter();
  // Guaranteed by the Program, which refuses schemas that are not well formed.
  const checked = schema as CheckedSchema;
  let filled: Json = value;
  if (checked.$ref !== undefined) filled = fill(filling, target(filling, checked, checked.$ref), filled);
  for (const part of checked.allOf ?? []) filled = fill(filling, part, filled);
  if (Array.isArray(filled)) filled = fillItems(filling, checked, filled);
  else filled = fillObject(filling, checked, filled as JsonObject);
  filling.budget.leave();
  return filled;
}

function fillItems(filling: Filling, schema: CheckedSchema, list: Json[]): Json[] {
  const { prefixItems = [], items } = schema;
  if (prefixItems.length === 0 && typeof items !== 'object') return list;
  let copy: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i] as Json;
    const after = fill(filling, prefixItems[i] ?? items ?? true, before);
    if (after === before) continue;
    copy ??= list.slice();
    copy[i] = after;
  }
  return copy ?? list;
}

function fillObject(filling: Filling, schema: CheckedSchema, object: JsonObject): JsonObject {
  const { properties = {}, patternProperties = {}, additionalProperties } = schema;
  let copy: JsonObject | undefined;
  const put = (key: string, value: Json): void => {
    copy ??= { ...object };
    // Not an assignment: that would set the prototype for a key "__proto__".
    Object.defineProperty(copy, key, { value, writable: true, enumerable: true, configurable: true });
  };
  for (const [key, sub] of Object.entries(properties)) {
    filling.budget.spend(1);
    const present = Object.hasOwn(object, key);
    const before = present ? (object[key] as Json) : defaultOf(filling, sub);
    if (before === undefined) continue;
    const after = fill(filling, sub, before);
    if (!present || after !== before) put(key, after);
  }
  const patterns = Object.entries(patternProperties);
  if (patterns.length === 0 && typeof additionalProperties !== 'object') return copy ?? object;
  for (const key of Object.keys(object)) {
    let after = (copy ?? object)[key] as Json;
    let matched = Object.hasOwn(properties, key);
    for (const [source, sub] of patterns) {
      if (!testPattern(filling.program.pattern(source), key, filling.budget)) continue;
      matched = true;
      after = fill(filling, sub, after);
    }
    if (!matched && additionalProperties !== undefined) after = fill(filling, additionalProperties, after);
    if (after !== (copy ?? object)[key]) put(key, after);
  }
  return copy ?? object;
}

/** The `default` of a schema, or of what its `$ref` leads to. */
function defaultOf(filling: Filling, schema: JsonSchema): Json | undefined {
  let at = schema;
  for (;;) {
    if (!isObject(at)) return undefined;
    const checked = at as CheckedSchema;
    if (checked.default !== undefined) return checked.default;
    if (checked.$ref === undefined) return undefined;
    filling.budget.spend(100);
    at = target(filling, checked, checked.$ref);
  }
}

function target(filling: Filling, schema: CheckedSchema, reference: string): JsonSchema {
  const known = filling.targets.get(schema);
  if (known !== undefined) return known;
  const found = filling.program.target(reference, schema).schema;
  filling.targets.set(schema, found);
  return found;
}
