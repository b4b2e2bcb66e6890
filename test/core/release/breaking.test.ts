import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonSchema } from '../../../src/core/json.ts';
import { diffPipelines } from '../../../src/core/release/diff-pipeline.ts';

const STAGES = [{ id: 'a', component: 'logger', config: { message: 'x' } }];

function warnings(field: 'input' | 'output', before: JsonSchema | undefined, after: JsonSchema | undefined) {
  const definition = (schema: JsonSchema | undefined, version: string): JsonObject => ({
    name: 'demo',
    version,
    stages: STAGES,
    ...(schema === undefined ? undefined : { [field]: schema }),
  });
  return diffPipelines(definition(before, '1.0.0'), definition(after, '2.0.0')).warnings;
}

/** `reason path message` of each. */
function reasons(field: 'input' | 'output', before: JsonSchema | undefined, after: JsonSchema | undefined): string[] {
  return warnings(field, before, after).map(({ reason, path, message }) => `${reason} ${path.join('/')} ${message}`);
}

const props = (properties: JsonObject, more: JsonObject = {}): JsonSchema => ({ type: 'object', properties, ...more });
const string = { type: 'string' };

describe('a version', () => {
  const of = (version: string | undefined, message: string): JsonObject => ({
    name: 'demo',
    ...(version === undefined ? undefined : { version }),
    stages: [{ id: 'a', component: 'logger', config: { message } }],
  });

  test.each<[string, JsonObject, JsonObject, boolean]>([
    ['that stays while the rest changes is a warning', of('1.0.0', 'a'), of('1.0.0', 'b'), true],
    ['that is absent is 0.1.0', of(undefined, 'a'), of('0.1.0', 'b'), true],
    ['that is another one is none', of('1.0.0', 'a'), of('1.0.1', 'b'), false],
    ['of what did not change is none', of('1.0.0', 'a'), of('1.0.0', 'a'), false],
  ])('%s', (_what, before, after, warned) => {
    expect(diffPipelines(before, after).warnings).toMatchObject(
      warned ? [{ code: 'VERSION_NOT_BUMPED', path: ['version'] }] : [],
    );
  });
});

describe('an input breaks callers', () => {
  test.each<[string, JsonSchema | undefined, JsonSchema | undefined, string[]]>([
    [
      'with a new required property',
      props({ a: string }),
      props({ a: string, b: string }, { required: ['b'] }),
      ['required-added input/required `input.b` is now required, and has no default'],
    ],
    [
      'with one that was optional',
      props({ a: string }),
      props({ a: string }, { required: ['a'] }),
      ['required-added input/required `input.a` is now required, and has no default'],
    ],
    [
      'with a narrower type',
      props({ a: { type: ['string', 'null'] } }),
      props({ a: string }),
      ['type-narrowed input/properties/a/type `input.a` no longer takes `null`'],
    ],
    [
      'with a whole number',
      props({ a: { type: 'number' } }),
      props({ a: { type: 'integer' } }),
      ['type-narrowed input/properties/a/type `input.a` no longer takes `number`'],
    ],
    [
      'with a type where any was taken',
      props({ a: {} }),
      props({ a: string }),
      [
        'type-narrowed input/properties/a/type `input.a` no longer takes `null`, `boolean`, `object`, `array`, `number`',
      ],
    ],
    [
      'with fewer values',
      props({ a: { enum: ['x', 'y'] } }),
      props({ a: { enum: ['x'] } }),
      ['values-narrowed input/properties/a/enum `input.a` no longer takes "y"'],
    ],
    [
      'with a list of values',
      props({ a: string }),
      props({ a: { enum: ['x'] } }),
      ['values-narrowed input/properties/a/enum `input.a` takes some values only now'],
    ],
    [
      'with a constant',
      props({ a: { enum: ['x', 1] } }),
      props({ a: { const: 'x' } }),
      ['values-narrowed input/properties/a/const `input.a` no longer takes 1'],
    ],
    [
      'without a property that nothing else may be',
      props({ a: string, b: string }, { additionalProperties: false }),
      props({ a: string }, { additionalProperties: false }),
      ['property-removed input/properties/b `input.b` is no longer accepted'],
    ],
    [
      'with other properties refused',
      props({ a: string }),
      props({ a: string }, { additionalProperties: false }),
      ['additional-refused input/additionalProperties `input.*` is no longer accepted'],
    ],
    [
      'with tighter bounds',
      props({ a: { minimum: 1, maximum: 9, maxLength: 5 } }),
      props({ a: { minimum: 2, maximum: 8, maxLength: 5, minLength: 1 } }),
      [
        'bounds-changed input/properties/a/minimum `input.a`: `minimum` was 1 and is 2',
        'bounds-changed input/properties/a/maximum `input.a`: `maximum` was 9 and is 8',
        'bounds-changed input/properties/a/minLength `input.a`: `minLength` was none and is 1',
      ],
    ],
    [
      'with another pattern',
      props({ a: { pattern: '^a' } }),
      props({ a: { pattern: '^b' } }),
      ['pattern-changed input/properties/a/pattern `input.a`: `pattern` was "^a" and is "^b"'],
    ],
    [
      'with steps that do not fit',
      props({ a: { multipleOf: 2 } }),
      props({ a: { multipleOf: 3 } }),
      ['bounds-changed input/properties/a/multipleOf `input.a`: `multipleOf` was 2 and is 3'],
    ],
    [
      'in an item',
      props({ a: { items: props({ b: { type: 'number' } }) } }),
      props({ a: { items: props({ b: string }) } }),
      ['type-narrowed input/properties/a/items/properties/b/type `input.a[].b` no longer takes `number`'],
    ],
    [
      'behind a reference',
      { $defs: { a: string }, ...(props({ a: { $ref: '#/$defs/a' } }) as JsonObject) },
      { $defs: { a: { type: 'number' } }, ...(props({ a: { $ref: '#/$defs/a' } }) as JsonObject) },
      ['type-narrowed input/properties/a/type `input.a` no longer takes `string`'],
    ],
    [
      'with fewer alternatives',
      props({ a: { anyOf: [string, { type: 'number' }] } }),
      props({ a: { anyOf: [string] } }),
      ['alternatives-changed input/properties/a/anyOf `input.a` does not have the same alternatives any more'],
    ],
    [
      'with a condition that nobody can compare',
      { type: 'object' },
      { type: 'object', not: { required: ['a'] } },
      ['condition-changed input/not `input` has another condition (`not`)'],
    ],
    ['by taking nothing', { type: 'object' }, false, ['type-narrowed input `input` is no longer accepted']],
    [
      'by declaring a property that objects inherit',
      undefined,
      props({ constructor: string }, { required: ['constructor'] }),
      ['required-added input/required `input.constructor` is now required, and has no default'],
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(reasons('input', before, after)).toEqual(expected);
  });

  test.each<[string, JsonSchema | undefined, JsonSchema | undefined]>([
    ['a new optional property', props({ a: string }), props({ a: string, b: string })],
    [
      'a new required property with a default',
      props({}),
      props({ b: { ...string, default: 'x' } }, { required: ['b'] }),
    ],
    ['a wider type', props({ a: { type: 'integer' } }), props({ a: { type: ['number', 'null'] } })],
    ['more values', props({ a: { enum: [1] } }), props({ a: { enum: [2, 1] } })],
    ['looser bounds', props({ a: { minimum: 2, maxItems: 1, uniqueItems: true } }), props({ a: { minimum: 1 } })],
    ['steps within steps', props({ a: { multipleOf: 4 } }), props({ a: { multipleOf: 2 } })],
    ['more alternatives', props({ a: { anyOf: [string] } }), props({ a: { anyOf: [{ type: 'number' }, string] } })],
    ['a property that is gone, and still taken', props({ a: string }), props({})],
    ['a property that is no longer required', props({ a: string }, { required: ['a'] }), props({ a: string })],
    ['a schema where there was none', undefined, { type: 'object' }],
    ['no schema any more', props({ a: string }, { required: ['a'] }), undefined],
    [
      'titles and examples',
      props({ a: string }),
      props({ a: { ...string, title: 'A', examples: ['x'], default: 'y' } }),
    ],
    [
      'a definition that moved',
      props({ a: string }),
      { $defs: { s: string }, ...(props({ a: { $ref: '#/$defs/s' } }) as JsonObject) },
    ],
    ['the same bounds', props({ a: { minimum: 1, maximum: 1 } }), props({ a: { minimum: 1, maximum: 1, title: 'A' } })],
  ])('not with %s', (_what, before, after) => {
    expect(reasons('input', before, after)).toEqual([]);
  });
});

describe('an output breaks readers', () => {
  test.each<[string, JsonSchema | undefined, JsonSchema | undefined, string[]]>([
    [
      'without a property',
      props({ a: string, b: string }),
      props({ a: string }),
      ['property-removed output/properties/b `output.b` is no longer declared'],
    ],
    [
      'without one that was required',
      props({ a: string }, { required: ['a'] }),
      props({}),
      ['property-removed output/properties/a `output.a` is no longer declared'],
    ],
    [
      'with one that need not be there any more',
      props({ a: string }, { required: ['a'] }),
      props({ a: string }),
      ['required-dropped output/required `output.a` is no longer certain to be there'],
    ],
    [
      'with a wider type',
      props({ a: { type: 'integer' } }),
      props({ a: { type: ['number', 'null'] } }),
      ['type-widened output/properties/a/type `output.a` may now be `number`, `null`'],
    ],
    [
      'with more values',
      props({ a: { enum: ['x'] } }),
      props({ a: { enum: ['x', 'y'] } }),
      ['values-widened output/properties/a/enum `output.a` may now be "y"'],
    ],
    [
      'with any value',
      props({ a: { enum: ['x'] } }),
      props({ a: string }),
      ['values-widened output/properties/a/enum `output.a` may now be any value'],
    ],
    [
      'with looser bounds',
      props({ a: { maximum: 5 } }),
      props({ a: { maximum: 6 } }),
      ['bounds-changed output/properties/a/maximum `output.a`: `maximum` was 5 and is 6'],
    ],
    [
      'with more alternatives',
      { anyOf: [string] },
      { anyOf: [string, { type: 'null' }] },
      ['alternatives-changed output/anyOf `output` does not have the same alternatives any more'],
    ],
    [
      'without a schema',
      props({ a: string }),
      undefined,
      ['schema-removed output The output is no longer declared, so nothing keeps it as it was'],
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(reasons('output', before, after)).toEqual(expected);
  });

  test.each<[string, JsonSchema | undefined, JsonSchema | undefined]>([
    ['a new property', props({ a: string }), props({ a: string, b: string }, { required: ['b'] })],
    ['a narrower type', props({ a: { type: ['string', 'null'] } }), props({ a: string })],
    ['tighter bounds', props({ a: {} }), props({ a: { maximum: 5 } })],
    ['a schema where there was none', undefined, props({ a: string })],
    ['any schema where all was possible', true, props({ a: string })],
  ])('not with %s', (_what, before, after) => {
    expect(reasons('output', before, after)).toEqual([]);
  });
});
