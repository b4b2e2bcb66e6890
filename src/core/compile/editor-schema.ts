import type { ComponentDescriptor, ConfigField } from '../descriptor.ts';
import { isObject, type Json, type JsonObject, type JsonSchema, own } from '../json.ts';
import { PIPELINE, propertiesOf, STAGE } from './definition.ts';
import { RETRIED_TYPES } from './kinds.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const TEMPLATE: JsonObject = { $ref: '#/$defs/template' };

/** The rules of `kinds.ts` as far as a JSON Schema can say them. */
const KIND_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  name: { type: 'string', pattern: '^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$', maxLength: 100 },
  id: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]*$', not: { enum: ['in', 'true', 'false', 'null'] } },
  version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$' },
  duration: durationSchema({ minimum: 0 }),
  timeout: durationSchema({ exclusiveMinimum: 0 }),
  condition: { type: ['string', 'boolean'] },
  expression: { type: 'string' },
  schema: { type: ['object', 'boolean'] },
  retriedType: { type: 'string', enum: [...RETRIED_TYPES] },
  template: { type: 'string', pattern: '\\{\\{' },
};

/** A duration whose number of seconds has that bound (`minimum`, `exclusiveMinimum`). */
export function durationSchema(bound: JsonObject): JsonObject {
  return {
    anyOf: [
      { type: 'number', ...bound },
      { type: 'string', pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$' },
    ],
  };
}

/**
 * The JSON Schema (2020-12) of pipeline files for editors, with the config of every component. It knows what an editor
 * can check without the graph; `fm validate` knows the rest.
 */
export function pipelineJsonSchema(descriptors: ReadonlyMap<string, ComponentDescriptor>): JsonObject {
  const components = [...descriptors.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  // Written as an object in `definition.ts`.
  const fixed = PIPELINE.$defs as JsonObject;
  const configs = components.map((descriptor): [string, Json] => [configName(descriptor), configSchema(descriptor)]);
  return {
    $schema: DRAFT,
    ...PIPELINE,
    title: 'FlowMason pipeline',
    $defs: { ...fixed, ...KIND_SCHEMAS, stage: stageSchema(components), ...Object.fromEntries(configs) },
  };
}

function configName({ name }: ComponentDescriptor): string {
  return `config of ${name}`;
}

function stageSchema(components: readonly ComponentDescriptor[]): JsonObject {
  return {
    ...STAGE,
    properties: {
      ...propertiesOf(STAGE),
      component: {
        type: 'string',
        description: 'What the stage runs.',
        // Not an enum: here each name has its summary, which editors show beside it.
        anyOf: components.map(({ name, summary }) => ({ const: name, description: summary })),
      },
    },
    allOf: components.map((descriptor) => ({
      if: { properties: { component: { const: descriptor.name } }, required: ['component'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: {
        properties: { config: { $ref: `#/$defs/${encodePointer(configName(descriptor))}` } },
        ...(needsConfig(descriptor) ? { required: ['config'] } : undefined),
      },
    })),
  };
}

function needsConfig({ config }: ComponentDescriptor): boolean {
  const required = isObject(config) ? own(config, 'required') : undefined;
  return Array.isArray(required) && required.length > 0;
}

/** A config as it is written: where a template may stand, a template may stand instead of the value. */
function configSchema(descriptor: ComponentDescriptor): Json {
  const { config, fields, name, summary } = descriptor;
  if (typeof config === 'boolean') return config;
  const moved = moveReferences(config, `#/$defs/${encodePointer(configName(descriptor))}/$defs/`);
  const schema = isObject(moved) ? mapProperties(moved as JsonObject, fields) : moved;
  return isObject(schema) ? { description: `${name}: ${summary}`, ...(schema as JsonObject) } : schema;
}

/** The properties of a config, also of each option when it has several forms. */
function mapProperties(schema: JsonObject, fields: Readonly<Record<string, ConfigField>>): JsonObject {
  const out: JsonObject = { ...schema };
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const options = own(schema, key);
    if (Array.isArray(options))
      out[key] = options.map((option: Json) => (isObject(option) ? mapProperties(option, fields) : option));
  }
  const properties = own(schema, 'properties');
  if (!isObject(properties)) return out;
  const mapped: JsonObject = {};
  for (const [key, property] of Object.entries(properties as JsonObject)) {
    mapped[key] = writtenForm(property, Object.hasOwn(fields, key) ? fields[key] : undefined);
  }
  return { ...out, properties: mapped };
}

function writtenForm(property: Json, field: ConfigField | undefined): Json {
  if (field?.kind === 'constant' || field?.kind === 'stages') return property;
  if (field?.kind === 'expression') {
    const description = isObject(property) ? own(property, 'description') : undefined;
    return { $ref: '#/$defs/condition', ...(typeof description === 'string' ? { description } : undefined) };
  }
  return templated(property);
}

/** The schema, or a template in place of any value that is not just any text. */
function templated(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const out: JsonObject = { ...schema };
  for (const key of ['items', 'additionalProperties']) if (isObject(out[key])) out[key] = templated(out[key] ?? true);
  for (const key of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
    const list = out[key];
    if (Array.isArray(list)) out[key] = list.map(templated);
  }
  const { properties } = out;
  if (isObject(properties)) {
    out.properties = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, templated(value)]));
  }
  if (acceptsAnyText(schema)) return out;
  const { description, default: fallback, ...rest } = out;
  return {
    ...(description === undefined ? undefined : { description }),
    ...(fallback === undefined ? undefined : { default: fallback }),
    anyOf: [rest, TEMPLATE],
  };
}

function acceptsAnyText(schema: JsonObject): boolean {
  const narrow = ['enum', 'const', 'pattern', 'format', 'minLength', 'maxLength', '$ref', 'anyOf', 'oneOf', 'allOf'];
  if (narrow.some((keyword) => Object.hasOwn(schema, keyword))) return false;
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return schema.type === undefined || types.includes('string');
}

/** A component's own `#/$defs/…`, at the place where its config ends up. */
function moveReferences(value: Json, base: string): Json {
  if (Array.isArray(value)) return value.map((item) => moveReferences(item, base));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, member]) => {
      const moves = key === '$ref' && typeof member === 'string' && member.startsWith('#/$defs/');
      return [key, moves ? `${base}${member.slice('#/$defs/'.length)}` : moveReferences(member, base)];
    }),
  );
}

function encodePointer(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
