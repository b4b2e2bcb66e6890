import type { ComponentDescriptor } from '../../core/descriptor.ts';
import { isObject, type Json, type JsonObject, own } from '../../core/json.ts';

/** Deeper samples say nothing more. */
const DEEPEST = 3;

/** What an output of a component could be, for a mock to paste: what it must have, and what its example shows. */
export function sampleOutput({ output, example }: ComponentDescriptor): Json {
  const made = sample(output, 0);
  if (!isObject(made) || !isObject(example.output)) return made;
  const shown = Object.entries(example.output).filter(([key]) => Object.hasOwn(made, key));
  return { ...made, ...Object.fromEntries(shown) } as JsonObject; // both are JSON
}

function sample(schema: unknown, depth: number): Json {
  if (!isObject(schema) || depth > DEEPEST) return {};
  if ('const' in schema) return schema.const as Json; // schemas are JSON
  if (Array.isArray(schema.enum)) return schema.enum[0] as Json;
  const options = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options)) return sample(options[0], depth);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return objectOf(schema, depth);
    case 'array':
      return [];
    case 'number':
    case 'integer':
      return typeof schema.minimum === 'number' ? schema.minimum : 0;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'string':
      return '…';
    default:
      return {};
  }
}

function objectOf(schema: Record<string, unknown>, depth: number): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  return Object.fromEntries(required.map((key) => [key, sample(own(properties, key), depth + 1)]));
}
