import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, JsonSchema } from '../../../src/core/json.ts';
import { diffPipelines } from '../../../src/core/release/diff-pipeline.ts';
import { compileSchema } from '../../../src/core/schema/validate.ts';
import fc from '../../setup/property.ts';

function warnings(field: 'input' | 'output', before: JsonSchema, after: JsonSchema) {
  const definition = (schema: JsonSchema, version: string): JsonObject => ({
    name: 'demo',
    version,
    stages: [],
    [field]: schema,
  });
  return diffPipelines(definition(before, '1.0.0'), definition(after, '2.0.0')).warnings;
}

/** `reason path message` of each. */
function reasons(field: 'input' | 'output', before: JsonSchema, after: JsonSchema): string[] {
  return warnings(field, before, after).map(({ reason, path, message }) => `${reason} ${path.join('/')} ${message}`);
}

describe('schemas of any form', () => {
  test('a definition that was seen before is not taken for one that fits', () => {
    const both = (type: string): JsonSchema => ({
      $defs: { t: { type } },
      properties: { a: { $ref: '#/$defs/t' }, b: { anyOf: [{ $ref: '#/$defs/t' }] } },
    });
    expect(reasons('input', both('number'), both('string'))).toEqual([
      'type-narrowed input/properties/a/type `input.a` no longer takes `number`',
      'alternatives-changed input/properties/b/anyOf `input.b` does not have the same alternatives any more',
    ]);
  });

  test('that refer to themselves, in circles and without end', () => {
    const list = (type: string, title: string): JsonSchema => ({
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          title,
          properties: { value: { type }, next: { $ref: '#/$defs/node', description: title } },
        },
      },
    });
    expect(reasons('input', list('number', 'a'), list('number', 'b'))).toEqual([]);
    expect(reasons('input', list('number', 'a'), list('string', 'a'))).toEqual([
      'type-narrowed input/properties/value/type `input.value` no longer takes `number`',
    ]);
    const circle: JsonSchema = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } };
    expect(reasons('input', circle, { ...(circle as JsonObject), title: 'x' })).toEqual([
      'condition-changed input `input` refers to another schema',
    ]);
    const tree: JsonSchema = { anyOf: [{ type: 'null' }, { type: 'array', items: { $ref: '#' } }] };
    expect(reasons('input', tree, { ...(tree as JsonObject), title: 'x' })).toEqual([]);
  });

  test('equal ones never warn, and one that takes less never passes for one that takes more', () => {
    const type = fc.constantFrom('string', 'number', 'integer', 'null', 'object', 'array');
    const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
      schema: fc.oneof(
        { depthSize: 'small' },
        fc.boolean(),
        fc.record(
          {
            type: fc.uniqueArray(type, { minLength: 1 }),
            properties: fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), tie('schema'), {
              maxKeys: 2,
              noNullPrototype: true,
            }),
            required: fc.subarray(['a', 'b', 'constructor']),
            additionalProperties: tie('schema'),
            items: tie('schema'),
            minimum: fc.nat(5),
            enum: fc.uniqueArray(fc.constantFrom(1, 'x', null), { minLength: 1 }),
            anyOf: fc.array(tie('schema'), { maxLength: 2 }),
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
      ) as fc.Arbitrary<JsonSchema>,
    }));
    fc.assert(
      fc.property(schema, schema, (a, b) => {
        for (const field of ['input', 'output'] as const) expect(warnings(field, a, a)).toEqual([]);
        expect(warnings('input', a, true)).toEqual([]);
        expect(warnings('output', true, b)).toEqual([]);
        if (a !== false)
          expect(reasons('input', a, false)).toEqual(['type-narrowed input `input` is no longer accepted']);
        for (const { path, message } of [...warnings('input', a, b), ...warnings('output', a, b)]) {
          expect(['input', 'output']).toContain(path[0]);
          expect(message).not.toMatch(/undefined|\[object/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('data that the old schema takes is taken by a new one without a warning; results the other way round', () => {
    const { schema, data } = fc.letrec<{ schema: JsonSchema; data: Json }>((tie) => ({
      schema: fc.record(
        {
          type: fc.uniqueArray(fc.constantFrom('string', 'number', 'integer', 'null', 'object', 'array'), {
            minLength: 3,
          }),
          // The same ones in both: a new property counts as compatible, though somebody may have sent it before.
          properties: fc.record({
            a: fc.oneof({ depthSize: 'small' }, fc.boolean(), tie('schema')),
            b: fc.constant(true),
          }),
          required: fc.subarray(['a', 'b']),
          additionalProperties: fc.boolean(),
          items: fc.oneof({ depthSize: 'small' }, fc.constant(true), tie('schema')),
          minimum: fc.nat(2),
          exclusiveMaximum: fc.nat(4),
          multipleOf: fc.constantFrom(1, 2),
          minLength: fc.nat(1),
          maxItems: fc.nat(2),
          minProperties: fc.nat(1),
          uniqueItems: fc.boolean(),
          enum: fc.subarray<Json>([1, 2, 'x', null, {}], { minLength: 3 }),
        },
        { requiredKeys: ['properties'], noNullPrototype: true },
      ) as fc.Arbitrary<JsonSchema>,
      data: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<Json>(0, 1, 2, 3, 1.5, '', 'x', null, {}, []),
        fc.array(tie('data'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('data'), { maxKeys: 2, noNullPrototype: true }),
      ),
    }));
    let compatible = 0;
    const similar = fc.tuple(schema, schema, fc.infiniteStream(fc.nat(5))).map(([a, b, dice]) => {
      const mixed = { ...(a as JsonObject) };
      for (const [key, value] of Object.entries(b)) if (dice.next().value === 0) mixed[key] = value as Json;
      return [a, mixed] as const;
    });
    fc.assert(
      fc.property(similar, fc.array(data, { minLength: 5, maxLength: 20 }), ([a, b], values) => {
        for (const [field, strict, loose] of [
          ['input', a, b],
          ['output', b, a],
        ] as const) {
          if (warnings(field, a, b).length > 0) continue;
          compatible++;
          const [from, to] = [compileSchema(strict), compileSchema(loose)];
          const refused = values.filter((value) => from.validate(value).valid && !to.validate(value).valid);
          expect(refused).toEqual([]);
        }
      }),
      { numRuns: 250 },
    );
    expect(compatible).toBeGreaterThan(50);
  });
});
