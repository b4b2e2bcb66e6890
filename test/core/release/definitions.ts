import { existsSync, readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { isObject, type Json, type JsonObject } from '../../../src/core/json.ts';
import fc from '../../setup/property.ts';

const FILE = '../shared/data/naughty/blns.json';
const NAUGHTY: string[] = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : [];

/** Any text that a file can hold. */
export const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }) },
  { weight: 2, arbitrary: fc.constantFrom('', ...NAUGHTY.filter((naughty) => naughty.isWellFormed())) },
);

const odd = [
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '1',
  '-1',
  ' ',
  'a.b',
  '$conflict-',
  '"',
  '\\',
];

/** Any key but the one that files may not have. */
export const key = fc
  .oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', 'url', ...odd) }, { weight: 1, arbitrary: text })
  .filter((name) => name !== '__proto__');

const number = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, -0, 1e21, -1e21, 1e300, 5e-324, 0.1, Number.MAX_SAFE_INTEGER, 1.5e-7),
);

/** Any JSON that a file can hold, `null` included. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), number, text),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(key, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).json;

const config = fc.dictionary(key, json, { maxKeys: 4, noNullPrototype: true });

const schema: fc.Arbitrary<Json> = fc.record(
  {
    type: fc.oneof(fc.constant('object'), fc.shuffledSubarray(['object', 'null', 'string'], { minLength: 1 })),
    properties: fc.dictionary(
      fc.constantFrom('a', 'b', 'required', 'type'),
      fc.record({ type: fc.constantFrom('string', 'integer') }, { requiredKeys: [] }),
      { maxKeys: 3, noNullPrototype: true },
    ),
    required: fc.shuffledSubarray(['a', 'b', 'c']),
    enum: fc.shuffledSubarray<Json>([1, 'a', null, { b: 1 }]),
  },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<Json>;

const trigger = (id: string): fc.Arbitrary<JsonObject> =>
  fc.record(
    { type: fc.constant('schedule'), id: fc.constant(id), cron: text, input: json },
    { requiredKeys: ['type', 'id', 'cron'], noNullPrototype: true },
  );

/** A list of some of the ids, which may stand without the list when it is only one. */
const idOrIds = (ids: readonly string[]): fc.Arbitrary<Json> =>
  fc.oneof(fc.shuffledSubarray([...ids]), ids.length > 0 ? fc.constantFrom(...ids) : fc.constant<Json>([]));

function configOf(component: string, others: readonly string[]): fc.Arbitrary<JsonObject> {
  const some = fc.shuffledSubarray([...others]);
  switch (component) {
    case 'foreach':
      return fc.record(
        { items: text, loop_stages: some, result: json },
        { requiredKeys: ['loop_stages'], noNullPrototype: true },
      );
    case 'router':
      return fc.record(
        {
          value: text,
          routes: fc.dictionary(key, idOrIds(others), { maxKeys: 3, noNullPrototype: true }),
          default: idOrIds(others),
        },
        { requiredKeys: ['routes'], noNullPrototype: true },
      );
    case 'conditional':
      return fc.record(
        { condition: text, true_branch: idOrIds(others), false_branch: idOrIds(others) },
        { requiredKeys: ['true_branch'], noNullPrototype: true },
      );
    case 'trycatch':
      return fc.record(
        {
          try_stages: some,
          catch_stages: some,
          catch_error_types: fc.shuffledSubarray(['TIMEOUT', 'PROVIDER', 'QUOTA']),
        },
        { requiredKeys: ['try_stages'], noNullPrototype: true },
      );
    case 'generator':
      return fc.record(
        { prompt: text, schema },
        { requiredKeys: [], noNullPrototype: true },
      ) as fc.Arbitrary<JsonObject>;
    default:
      return config;
  }
}

const IDS = ['a', 'b', 'c', 'd', 'e', 'f-1', 'g_2', 'constructor', 'toString'];
const COMPONENTS = [
  'logger',
  'http-request',
  'json-transform',
  'generator',
  'foreach',
  'router',
  'conditional',
  'trycatch',
];

/** A stage that may name the others. */
export function stage(id: string, others: readonly string[]): fc.Arbitrary<JsonObject> {
  return fc.constantFrom(...COMPONENTS).chain((component) =>
    fc.record(
      {
        id: fc.constant(id),
        component: fc.constant(component),
        config: configOf(component, others),
        depends_on: fc.shuffledSubarray([...others]),
        when: fc.oneof(fc.boolean(), text),
        timeout: fc.constantFrom<Json>(5, '5m'),
        retry: fc.record(
          { max_attempts: fc.nat(9), on: fc.shuffledSubarray(['TIMEOUT', 'PROVIDER', 'RATE_LIMIT']) },
          { requiredKeys: [], noNullPrototype: true },
        ),
        description: text,
      },
      { requiredKeys: ['id', 'component'], noNullPrototype: true },
    ),
  );
}

/** A pipeline with control stages in each other, odd keys and texts. Its shape is right; nobody would run it. */
export const definition: fc.Arbitrary<JsonObject> = fc.shuffledSubarray(IDS, { minLength: 1 }).chain((ids) =>
  fc.record(
    {
      name: fc.constant('demo'),
      version: fc.constantFrom('1.0.0', '1.1.0'),
      description: text,
      tags: fc.uniqueArray(text, { maxLength: 3 }),
      input: schema,
      output: schema,
      result: json,
      concurrency: fc.record({ limit: fc.nat(5), key: text }, { requiredKeys: ['limit'], noNullPrototype: true }),
      triggers: fc.tuple(trigger('t1'), trigger('t2')).chain((both) => fc.shuffledSubarray(both)),
      stages: fc.tuple(
        ...ids.map((id) =>
          stage(
            id,
            ids.filter((other) => other !== id),
          ),
        ),
      ),
    },
    { requiredKeys: ['name', 'stages'], noNullPrototype: true },
  ),
) as fc.Arbitrary<JsonObject>;

/**
 * The definition with every list in order whose order means nothing, by the words of PIPELINES.md and on its own: it
 * knows nothing of what the code under test thinks. What means the same has the same text.
 */
export function meaning(definition: JsonObject): string {
  const { stages, triggers, tags, input, output, ...rest } = definition;
  return String(
    canonicalize({
      ...rest,
      stages: byId(stages).map(stageMeaning),
      triggers: byId(triggers ?? []),
      tags: tags === undefined ? null : sorted(tags),
      input: input === undefined ? null : schemaMeaning(input),
      output: output === undefined ? null : schemaMeaning(output),
    }),
  );
}

function stageMeaning(stage: JsonObject): JsonObject {
  const result: JsonObject = { ...stage };
  if (stage.depends_on !== undefined) result.depends_on = sorted(stage.depends_on);
  if (isObject(stage.retry) && stage.retry.on !== undefined)
    result.retry = { ...stage.retry, on: sorted(stage.retry.on) } as Json;
  if (!isObject(stage.config)) return result;
  const config: JsonObject = { ...(stage.config as JsonObject) };
  const lists: Record<string, string[]> = {
    foreach: ['loop_stages'],
    trycatch: ['try_stages', 'catch_stages', 'catch_error_types'],
    conditional: ['true_branch', 'false_branch'],
    router: ['default'],
    'http-request': ['expect_status'],
  };
  const own = Object.hasOwn(lists, String(stage.component)) ? lists[String(stage.component)] : [];
  for (const field of own ?? []) if (Object.hasOwn(config, field)) config[field] = sorted(config[field] as Json);
  if (stage.component === 'router' && isObject(config.routes)) {
    config.routes = Object.fromEntries(
      Object.entries(config.routes).map(([route, ids]) => [route, sorted(ids as Json)]),
    );
  }
  if (stage.component === 'generator' && isObject(config.schema)) config.schema = schemaMeaning(config.schema as Json);
  result.config = config;
  return result;
}

function schemaMeaning(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const result: JsonObject = { ...(schema as JsonObject) };
  for (const keyword of ['type', 'required', 'enum'])
    if (result[keyword] !== undefined) result[keyword] = sorted(result[keyword]);
  if (isObject(schema.properties)) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, schemaMeaning(property as Json)]),
    );
  }
  return result;
}

function sorted(value: Json | undefined): Json {
  if (isObject(value)) return value as Json;
  const items = new Map(
    (Array.isArray(value) ? value : [value ?? null]).map((item) => [String(canonicalize(item)), item]),
  );
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

function byId(list: Json | undefined): JsonObject[] {
  const items = (Array.isArray(list) ? list : []) as JsonObject[];
  return [...items].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
}

/** The same definition with keys, stages and sets in another order. */
export function shuffled(value: JsonObject): JsonObject {
  const { stages, ...rest } = value;
  const back = Object.fromEntries(Object.entries({ ...rest, stages: stages as Json }).reverse());
  return {
    ...back,
    stages: (stages as JsonObject[])
      .map((stage) => {
        const turned = Object.fromEntries(Object.entries(stage).reverse()) as JsonObject;
        if (Array.isArray(stage.depends_on)) turned.depends_on = [...stage.depends_on].reverse();
        return turned;
      })
      .reverse(),
  };
}
