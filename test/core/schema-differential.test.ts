import { Validator } from '@cfworker/json-schema';
import { expect, test } from 'vitest';
import type { Json, JsonObject, JsonSchema } from '../../src/core/json.ts';
import { compileSchema } from '../../src/core/schema/validate.ts';
import fc from '../setup/property.ts';

const RUNS = 1_000;

const name = fc.constantFrom('a', 'b', 'c');
const scalar = fc.constantFrom<Json[]>(null, true, false, 0, 1, 2.5, -3, '', 'a', 'ab', 'é');
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const type = fc.constantFrom('string', 'number', 'integer', 'boolean', 'object', 'array', 'null');
const size = fc.integer({ min: 0, max: 3 });

const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => {
  const sub = tie('schema');
  const list = fc.array(sub, { minLength: 1, maxLength: 3 });
  const map = fc.dictionary(name, sub, { maxKeys: 3, noNullPrototype: true });
  const keywords = fc.record(
    {
      type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
      enum: fc.array(value, { minLength: 1, maxLength: 3 }),
      const: value,
      minimum: size,
      exclusiveMaximum: size,
      multipleOf: fc.constantFrom(0.5, 1, 2),
      minLength: size,
      maxLength: size,
      pattern: fc.constantFrom('^a', 'b$', '^[a-c]*$'),
      minItems: size,
      maxItems: size,
      uniqueItems: fc.boolean(),
      minProperties: size,
      maxProperties: size,
      required: fc.uniqueArray(name, { maxLength: 2 }),
      dependentRequired: fc.dictionary(name, fc.uniqueArray(name, { maxLength: 2 }), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      dependentSchemas: map,
      properties: map,
      patternProperties: fc.dictionary(fc.constantFrom('^a', 'b|c'), sub, { maxKeys: 2, noNullPrototype: true }),
      additionalProperties: sub,
      propertyNames: fc.record({ maxLength: size }),
      prefixItems: list,
      items: sub,
      contains: sub,
      allOf: list,
      anyOf: list,
      oneOf: list,
      not: sub,
      if: sub,
      // biome-ignore lint/suspicious/noThenProperty: the keyword is called so.
      then: sub,
      else: sub,
      unevaluatedProperties: sub,
      unevaluatedItems: sub,
      $ref: fc.constant('#/$defs/shared'),
    },
    { requiredKeys: [] },
  );
  const few = keywords.chain((all) =>
    fc.subarray(Object.keys(all), { maxLength: 4 }).map((keys) => {
      return Object.fromEntries(keys.map((key) => [key, (all as Record<string, Json>)[key]])) as JsonObject;
    }),
  );
  return { schema: fc.oneof({ depthSize: 'small', maxDepth: 3 }, fc.boolean(), few) as fc.Arbitrary<JsonSchema> };
});

test('on random schemas and values the verdict is that of another implementation', () => {
  const verdicts = { true: 0, false: 0 };
  fc.assert(
    fc.property(schema, schema, value, (root, shared, data) => {
      // A shared definition that refers to itself would not end.
      const plain = JSON.parse(
        JSON.stringify(shared).replaceAll('"$ref":"#/$defs/shared"', '"title":"t"'),
      ) as JsonSchema;
      const document: JsonSchema = typeof root === 'boolean' ? root : { ...root, $defs: { shared: plain } };
      const ours = compileSchema(document).validate(data).valid;
      const theirs = new Validator(structuredClone(document), '2020-12', false).validate(data).valid;
      expect(ours).toBe(theirs);
      verdicts[`${ours}`]++;
    }),
    { numRuns: RUNS },
  );
  // Both verdicts are common, or the comparison would say little.
  expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(RUNS / 5);
});
