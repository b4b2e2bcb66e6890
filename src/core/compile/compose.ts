import type { Environment, Template } from '../expression/types.ts';
import type { JsonObject } from '../json.ts';

/**
 * A config as one template: the members that hold templates, compiled together, and constants that are never scanned,
 * whatever they look like. Members keep the order of `keys`.
 */
export function composeConfig(keys: readonly string[], constants: JsonObject, templates: Template): Template {
  const { references } = templates;
  const value = inOrder(keys, constants, templates.value);
  if (templates.constant) return { constant: true, value, references, resolve: () => value };
  return {
    constant: false,
    value,
    references,
    resolve: (environment: Environment) => inOrder(keys, constants, templates.resolve(environment)),
  };
}

function inOrder<T>(keys: readonly string[], constants: JsonObject, resolved: T): JsonObject {
  const out: JsonObject = {};
  // Both were made from objects, so that each key is an own member of one of the two.
  const members = resolved as JsonObject;
  for (const key of keys) {
    const value = Object.hasOwn(constants, key) ? constants[key] : members[key];
    if (value !== undefined) out[key] = value;
  }
  return out;
}
