import { isObject, type Json, type JsonObject, type JsonSchema } from '../../../core/json.ts';
import { StageError } from '../../../core/run.ts';
import { FORMATS } from '../../../core/schema/formats.ts';
import { compileSchema } from '../../../core/schema/validate.ts';
import { hashOf } from './hash.ts';
import { sampleOfPattern } from './pattern.ts';

/** Below this, only what must be there is made, so that schemas that contain themselves come to an end. */
const DEEP = 4;
const DEEPEST = 24;

/**
 * A value that conforms to a schema, the same one for the same seed. Throws StageError CONFIGURATION when none is
 * found: what some schemas ask for can be checked, but not made up.
 */
export async function makeSample(schema: JsonSchema, seed: number): Promise<Json> {
  const compiled = compileSchema(schema);
  let problem = '';
  // Alternatives that contradict each other may fit on another try.
  for (let attempt = 0; attempt < 8; attempt++) {
    const value = sampleOf({ root: schema, seed: seed + attempt }, schema, '$', 0);
    const { valid, errors } = compiled.validate(value);
    if (valid) return value;
    problem = `${errors[0]?.path || 'the value'}: ${errors[0]?.message}`;
  }
  throw new StageError(
    'CONFIGURATION',
    'mock_no_sample',
    `the mock model can not make up data for this schema (${problem})`,
    {
      hint: 'Add "examples" or a "default" to the part of the schema that it names.',
    },
  );
}

interface Sampling {
  readonly root: JsonSchema;
  readonly seed: number;
}

function sampleOf(sampling: Sampling, given: JsonSchema, path: string, depth: number): Json {
  if (typeof given === 'boolean' || depth > DEEPEST) return null;
  const schema = flatten(sampling, given, path);
  if (schema.const !== undefined) return schema.const;
  for (const key of ['examples', 'enum'] as const) {
    const values = schema[key];
    if (Array.isArray(values) && values.length > 0) return values[pick(sampling, path, values.length)] as Json;
  }
  if (schema.default !== undefined) return schema.default;
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(sampling, schema, path, depth);
    case 'array':
      return sampleList(sampling, schema, path, depth);
    case 'integer':
      return sampleNumber(sampling, schema, path, true);
    case 'number':
      return sampleNumber(sampling, schema, path, false);
    case 'boolean':
      return pick(sampling, path, 2) === 1;
    case 'null':
      return null;
    default:
      return sampleText(sampling, schema, path);
  }
}

/** A number from 0 below `count`, for this place. */
function pick({ seed }: Sampling, path: string, count: number): number {
  return hashOf(`${seed} ${path}`) % count;
}

/** The schema with its references, `allOf`, and one form of `anyOf` and `oneOf`, merged into it. */
function flatten(sampling: Sampling, given: JsonObject, path: string): JsonObject {
  let merged: JsonObject = {};
  const queue: unknown[] = [given];
  for (let steps = 0; queue.length > 0 && steps < 100; steps++) {
    const part = queue.shift();
    if (!isObject(part)) continue;
    const { $ref, allOf, anyOf, oneOf, ...own } = part;
    // A part of a schema, which is JSON.
    merged = merge(own as JsonObject, merged);
    if (typeof $ref === 'string') queue.push(resolve(sampling.root, $ref));
    if (Array.isArray(allOf)) queue.push(...allOf);
    for (const forms of [anyOf, oneOf]) if (Array.isArray(forms)) queue.push(forms[pick(sampling, path, forms.length)]);
  }
  return merged;
}

function merge(more: JsonObject, base: JsonObject): JsonObject {
  const required = [...listOf(base.required), ...listOf(more.required)];
  const properties = { ...objectOf(more.properties), ...objectOf(base.properties) };
  return {
    ...more,
    ...base,
    ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
  };
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? (value as JsonObject) : {};
}

/** References within the schema; others were refused before. */
function resolve(root: JsonSchema, reference: string): unknown {
  let at: unknown = root;
  for (const token of reference.split('/').slice(1)) {
    const key = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as JsonObject)[key] : undefined;
  }
  return at;
}

function typeOf(schema: JsonObject): string {
  if (typeof schema.type === 'string') return schema.type;
  if (Array.isArray(schema.type)) return String(schema.type.find((type) => type !== 'null') ?? 'null');
  if (schema.properties !== undefined || schema.required !== undefined) return 'object';
  if (schema.items !== undefined || schema.prefixItems !== undefined) return 'array';
  return schema.minimum !== undefined || schema.maximum !== undefined ? 'number' : 'string';
}

function sampleObject(sampling: Sampling, schema: JsonObject, path: string, depth: number): JsonObject {
  const properties = objectOf(schema.properties);
  const required = listOf(schema.required).map(String);
  const names = new Set(depth < DEEP ? [...required, ...Object.keys(properties)] : required);
  const rest = isObject(schema.additionalProperties) ? (schema.additionalProperties as JsonObject) : {};
  for (let i = 1; names.size < Number(schema.minProperties ?? 0); i++) names.add(`property_${i}`);
  const entries = [...names].map((name) => {
    const sub = (Object.hasOwn(properties, name) ? properties[name] : rest) as JsonSchema;
    return sub === false ? [] : [[name, sampleOf(sampling, sub, `${path}.${name}`, depth + 1)] as const];
  });
  return Object.fromEntries(entries.flat());
}

function sampleList(sampling: Sampling, schema: JsonObject, path: string, depth: number): Json[] {
  const first = listOf(schema.prefixItems) as JsonSchema[];
  const least = Math.max(
    Number(schema.minItems ?? 0),
    schema.contains === undefined ? 0 : Number(schema.minContains ?? 1),
  );
  const most = Number(schema.maxItems ?? Number.POSITIVE_INFINITY);
  const wanted =
    depth < DEEP && schema.items !== false ? Math.max(least, first.length, 1 + pick(sampling, path, 3)) : least;
  const rest = (schema.contains ?? schema.items ?? { type: 'string' }) as JsonSchema;
  return Array.from({ length: Math.min(wanted, most) }, (_, i) => {
    return sampleOf(sampling, first[i] ?? rest, `${path}[${i}]`, depth + 1);
  });
}

function sampleNumber(sampling: Sampling, schema: JsonObject, path: string, whole: boolean): number {
  const step = Number(schema.multipleOf ?? (whole ? 1 : 0.5));
  const unit = whole && !Number.isInteger(step) ? 1 : step;
  const above = Number(schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
  const below = Number(schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY);
  const low = Math.max(Number(schema.minimum ?? Number.NEGATIVE_INFINITY), above);
  const high = Math.min(Number(schema.maximum ?? Number.POSITIVE_INFINITY), below);
  const start = Number.isFinite(low) ? low : Number.isFinite(high) ? high - 100 * unit : 0;
  let from = Math.ceil(start / unit);
  if (from * unit <= above) from++;
  let to = Number.isFinite(high) ? Math.floor(high / unit) : from + 100;
  if (to * unit >= below) to--;
  // A range too narrow for a step has its middle.
  if (to < from) return (low + high) / 2;
  return (from + pick(sampling, path, Math.min(to - from + 1, 1_000))) * unit;
}

function sampleText(sampling: Sampling, schema: JsonObject, path: string): string {
  if (typeof schema.pattern === 'string') return sampleOfPattern(schema.pattern, hashOf(`${sampling.seed} ${path}`));
  const format = String(schema.format ?? '');
  const known = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (known) return known.example;
  const least = Number(schema.minLength ?? 0);
  const most = Number(schema.maxLength ?? Number.POSITIVE_INFINITY);
  const text = `made up by the mock model (${(hashOf(`${sampling.seed} ${path}`) % 0xffff).toString(16)})`;
  return text.padEnd(Math.min(least, 10_000), ' .').slice(0, Math.min(most, 10_000));
}
