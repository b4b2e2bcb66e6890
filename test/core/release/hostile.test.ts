import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, JsonSchema } from '../../../src/core/json.ts';
import { diffPipelines } from '../../../src/core/release/diff-pipeline.ts';
import { digestOf } from '../../../src/core/release/digest.ts';
import { mergePipelines } from '../../../src/core/release/merge.ts';
import { mergedText } from '../../../src/core/release/text.ts';
import { parseSource } from '../../../src/core/source/parse.ts';

const stageOf = (i: number, message: string): JsonObject => ({
  id: `s${i}`,
  component: 'logger',
  config: { message },
  ...(i > 0 ? { depends_on: [`s${i - 1}`] } : undefined),
});

const many = (message: (i: number) => string, count = 2000): JsonObject => ({
  name: 'demo',
  stages: Array.from({ length: count }, (_, i) => stageOf(i, message(i))),
});

const written = (definition: JsonObject) => JSON.stringify(definition, null, 2);

describe('2,000 stages', () => {
  const base = many((i) => `m${i}`);
  const ours = many((i) => (i % 2 === 0 ? 'ours' : `m${i}`));
  const theirs = many((i) => (i % 2 === 1 ? 'theirs' : `m${i}`), 1999);

  test('are compared, merged and written', () => {
    expect(diffPipelines(base, ours).stages.changed).toHaveLength(1000);
    expect(diffPipelines(base, theirs).stages).toMatchObject({ removed: [{ id: 's1999' }] });
    const { merged, conflicts } = mergePipelines(base, ours, theirs);
    expect(conflicts).toEqual([]);
    const text = mergedText(merged, { definition: ours, text: written(ours) });
    expect(text).toBe(written(merged));
    expect(digestOf(merged)).toBe(digestOf(parseSource(text).value as Json));
  });

  test('that are all equal but for their ids, and all have new ones', () => {
    const same = (prefix: string): JsonObject => ({
      name: 'demo',
      stages: Array.from({ length: 2000 }, (_, i) => ({
        id: `${prefix}${i}`,
        component: 'logger',
        config: { message: 'x' },
      })),
    });
    expect(diffPipelines(same('a'), same('b')).stages).toMatchObject({ renamed: [] });
  });

  test('that all conflict, marked in the text', () => {
    const [a, b] = [many(() => 'a'), many(() => 'b')];
    const { merged, conflicts } = mergePipelines(base, a, b, 'mark');
    expect(conflicts).toHaveLength(2000);
    expect(mergedText(merged, { definition: a, text: written(a) })).toBe(written(merged));
  });

  test('in the reverse order', () => {
    const turned: JsonObject = { ...ours, stages: [...(ours.stages as Json[])].reverse() };
    expect(diffPipelines(ours, turned).stages.changed).toEqual([]);
    expect(mergedText(turned, { definition: ours, text: written(ours) })).toBe(written(turned));
  });
});

describe('depth and width', () => {
  const nested = (levels: number, inner: Json): Json => {
    let value = inner;
    for (let i = 0; i < levels; i++) value = i % 2 === 0 ? { k: value } : [value];
    return value;
  };
  const deep = (inner: Json): JsonObject => ({
    name: 'demo',
    stages: [{ id: 'a', component: 'http-request', config: { url: 'x', body: nested(59, inner) } }],
  });

  test('64 levels', () => {
    const [base, ours, theirs] = [
      { a: 1, b: 1 },
      { a: 2, b: 1 },
      { a: 1, b: 2 },
    ].map((inner) => deep(inner)) as [JsonObject, JsonObject, JsonObject];
    expect(parseSource(written(base)).problems).toEqual([]);
    expect(parseSource(written(deep([{ a: 1 }]))).problems).toMatchObject([{ code: 'NESTING_TOO_DEEP' }]);
    expect(diffPipelines(base, ours).stages.changed[0]?.changes).toMatchObject([{ before: 1, after: 2 }]);
    // A list is one value, so that what both changed within is a conflict of the list.
    const { conflicts, merged } = mergePipelines(base, ours, theirs, 'theirs');
    expect(conflicts).toHaveLength(1);
    const text = mergedText(merged, { definition: ours, text: written(ours) });
    expect(text).toBe(written(theirs));
  });

  test('a router with 20,000 routes to one stage, and a set of 20,000 items', () => {
    const routes = (prefix: string): JsonObject => ({
      name: 'demo',
      tags: Array.from({ length: 20_000 }, (_, i) => `${prefix}${i}`),
      stages: [
        {
          id: 'r',
          component: 'router',
          config: {
            value: 1,
            routes: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`${prefix}${i}`, 'a'])),
          },
        },
        { id: 'a', component: 'logger' },
      ],
    });
    const [base, ours, theirs] = [routes('a'), routes('b'), routes('c')];
    const diff = diffPipelines(base, ours);
    expect(diff.stages.moved).toHaveLength(1);
    expect(diff.fields).toMatchObject([{ gained: { length: 20_000 }, lost: { length: 20_000 } }]);
    const { merged, conflicts } = mergePipelines(base, ours, theirs);
    expect(conflicts).toEqual([]);
    expect(merged.tags).toHaveLength(40_000);
  });

  test('schemas with 20,000 values and properties, and with alternatives of alternatives', () => {
    const wide = (prefix: string): JsonSchema => ({
      type: 'object',
      required: Array.from({ length: 20_000 }, (_, i) => `${prefix}${i}`),
      properties: { a: { enum: Array.from({ length: 20_000 }, (_, i) => `${prefix}${i}`) } },
    });
    const warnings = (before: JsonSchema, after: JsonSchema) =>
      diffPipelines(
        { name: 'a', version: '1.0.0', stages: [], input: before },
        { name: 'a', version: '2.0.0', stages: [], input: after },
      ).warnings;
    expect(warnings(wide('a'), wide('b'))).toHaveLength(20_001);
    const bushy = (type: string): JsonSchema => {
      let schema: JsonSchema = { type };
      for (let i = 0; i < 8; i++) schema = { anyOf: [schema, { properties: { a: schema } }, { items: schema }] };
      return schema;
    };
    expect(warnings(bushy('string'), bushy('number'))).toMatchObject([
      { reason: 'alternatives-changed' },
      { reason: 'condition-changed', message: '`input` is too large to be compared whole' },
    ]);
  });
});

test('what programs mistake stays data on every way', () => {
  const odd = (value: number): JsonObject =>
    JSON.parse(
      `{ "name": "demo", "stages": [{ "id": "a", "component": "router", "config": { "value": 1,
       "routes": { "__proto__": "a", "constructor": ["a"] }, "x": { "__proto__": { "polluted": ${value} }, "toString": ${value} } } }] }`,
    );
  expect(digestOf(odd(1))).not.toBe(digestOf(odd(2)));
  expect(diffPipelines(odd(1), odd(2)).stages.changed).toEqual([
    {
      id: 'a',
      changes: [
        { path: ['config', 'x', '__proto__', 'polluted'], before: 1, after: 2 },
        { path: ['config', 'x', 'toString'], before: 1, after: 2 },
      ],
    },
  ]);
  const { merged, conflicts } = mergePipelines(odd(1), odd(2), odd(3), 'theirs');
  expect(conflicts.map(({ path }) => path.at(-1)).sort()).toEqual(['polluted', 'toString']);
  expect(JSON.stringify(merged)).toBe(JSON.stringify(odd(3)));
  expect(Object.keys({})).toEqual([]);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test('numbers that are written in many ways are what they are', () => {
  const text = (number: string) =>
    `{ "name": "demo", "stages": [{ "id": "a", "component": "logger", "config": { "n": ${number} } }] }`;
  const value = (number: string) => parseSource(text(number)).value as JsonObject;
  for (const [a, b] of [
    ['0', '-0'],
    ['1e21', '1000000000000000000000.0'],
    ['1', '1.0'],
    ['100', '1e2'],
    ['0.1', '0.10000000000000001'],
  ] as const) {
    expect(digestOf(value(a))).toBe(digestOf(value(b)));
    expect(diffPipelines(value(a), value(b))).toEqual(diffPipelines(value(a), value(a)));
    expect(mergedText(value(b), { definition: value(a), text: text(a) })).toBe(text(a));
  }
  for (const [number, expected] of [
    ['1e21', '1e+21'],
    ['5e-324', '5e-324'],
    ['-1.50', '-1.5'],
  ] as const)
    expect(mergedText(value(number), { definition: value('7'), text: text('7') })).toBe(text(expected));
});
