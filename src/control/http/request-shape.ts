import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import { FlowMasonError } from '../../core/errors.ts';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { MANIFEST } from '../schema/release.ts';
import { STATUS_LIST } from '../schema/run.ts';
import { fieldText } from './field-texts.ts';
import type { RouteEntry } from './route-table.ts';

const CONVERSION: ConversionConfig = {
  target: 'draft-2020-12',
  typeMode: 'input',
  errorMode: 'ignore',
  overrideSchema({ valibotSchema, jsonSchema }) {
    // A verb looks at a manifest itself, so its schema says nothing.
    if (valibotSchema === MANIFEST) return { $ref: '#/components/schemas/ReleaseManifest' };
    if (valibotSchema !== STATUS_LIST) return undefined;
    const [list] = jsonSchema.anyOf ?? [];
    return typeof list === 'object' ? list : undefined;
  },
};

export interface RequestShape {
  readonly parameters: readonly JsonObject[];
  /** Undefined for routes that take no body. */
  readonly body?: JsonObject;
}

/** The one object that a verb takes, as the parts of a request that it comes in. */
export function requestShape({ route, method, path, verb }: RouteEntry): RequestShape {
  // JSON Schemas are JSON.
  const { $schema: _, ...schema } = asWritten(toJsonSchema(verb.input, CONVERSION) as JsonObject) as JsonObject;
  const properties = isObject(schema.properties) ? (schema.properties as Record<string, JsonObject>) : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const example = verb.example as Readonly<Record<string, Json>> | undefined;
  const parameter = (name: string, place: 'path' | 'query'): JsonObject => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...described(route, name),
    schema: properties[name] ?? { type: 'string' },
    // As a text with commas.
    ...(properties[name]?.type === 'array' ? { style: 'form', explode: false } : undefined),
    ...(example && Object.hasOwn(example, name) ? { example: example[name] ?? null } : undefined),
  });
  const parameters = inPath.map((name) => parameter(name, 'path'));
  const rest = Object.entries(properties).filter(([name]) => !inPath.includes(name));
  if (method === 'GET' || method === 'DELETE') {
    if (schema.type !== 'object') throw new FlowMasonError('INTERNAL', `The input of ${route} is not one object`);
    return { parameters: [...parameters, ...rest.map(([name]) => parameter(name, 'query'))] };
  }
  if (schema.type !== 'object') return { parameters, body: schema };
  const left = required.filter((name) => !inPath.includes(String(name)));
  const fields = rest.map(([name, field]): [string, JsonObject] => [name, { ...described(route, name), ...field }]);
  return { parameters, body: { ...schema, properties: Object.fromEntries(fields), required: left } };
}

function described(route: string, name: string): JsonObject {
  const description = fieldText(route, name);
  return description === undefined ? {} : { description };
}

/** Numbers and flags are taken as texts too, because queries have nothing else; what people should write is the one form. */
function asWritten(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(asWritten);
  if (!isObject(schema)) return schema;
  // A part of JSON is JSON.
  const members = Object.entries(schema as JsonObject).map(([name, part]): [string, Json] => [name, asWritten(part)]);
  const { anyOf, ...rest } = Object.fromEntries(members);
  if (anyOf === undefined) return rest;
  const [first] = Array.isArray(anyOf) ? anyOf : [];
  if (rest.type === 'integer') return rest;
  return isObject(first) && first.type === 'boolean' ? { ...first, ...rest } : { anyOf, ...rest };
}
