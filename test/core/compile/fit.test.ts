import { describe, expect, test } from 'vitest';
import { type FitOptions, findMisfits, type Wild } from '../../../src/core/compile/fit.ts';
import type { Json, JsonSchema } from '../../../src/core/json.ts';

/** `path: message | hint` of every misfit. */
function misfits(schema: JsonSchema, value: Json, options: Partial<FitOptions> = {}): string[] {
  return findMisfits(schema, value, { title: 'the value', ...options }).map(
    ({ path, message, hint }) => `${path.join('.')}: ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
}

/** `*` may become anything, `*x` any text. */
const wild = (text: string): Wild => (text === '*' ? 'any' : text.startsWith('*') ? 'text' : 'constant');

describe('what cannot fit a schema', () => {
  test.each<[JsonSchema, Json, string[]]>([
    [{ type: 'string' }, 3, [': The value must be a string, found 3 | Write `"3"`']],
    [
      { type: ['number', 'null'] },
      '3',
      [': The value must be a number or `null`, found "3" | Write `3` without quotes'],
    ],
    [{ type: 'integer' }, 1.5, [': The value must be a whole number, found 1.5']],
    [{ enum: ['a', 1, null] }, 'b', [': The value must be one of `a`, `1`, `null`, found "b"']],
    [{ const: { a: 1 } }, { a: 1 }, []],
    [{ minimum: 1, maximum: 3 }, 0, [': The value must be 1 or more, found 0']],
    [{ exclusiveMinimum: 1 }, 1, [': The value must be more than 1, found 1']],
    [{ exclusiveMaximum: 1 }, 1, [': The value must be less than 1, found 1']],
    [{ minLength: 1 }, '', [': The value must not be empty']],
    [{ maxLength: 2 }, 'abc', [': The value must have at most 2 characters, found 3']],
    [{ minItems: 1 }, [], [': The value must have 1 item or more, found 0']],
    [{ maxItems: 1 }, [1, 2], [': The value must have at most 1 item, found 2']],
    [{ items: { type: 'string' } }, ['a', 1], ['1: Item 2 of the value must be a string, found 1 | Write `"1"`']],
    [
      { prefixItems: [{ type: 'string' }], items: { type: 'number' } },
      ['a', 'b'],
      ['1: Item 2 of the value must be a number, found "b"'],
    ],
    [{ additionalProperties: { type: 'number' } }, { a: 'x' }, ['a: `a` must be a number, found "x"']],
    [{ allOf: [{ type: 'number' }, { minimum: 5 }] }, 3, [': The value must be 5 or more, found 3']],
    [
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      3,
      [': The value must be a string or a list of strings, found 3'],
    ],
    [
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      ['a', 1],
      ['1: Item 2 of the value must be a string, found 1 | Write `"1"`'],
    ],
    [{ $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }, 'x', [': The value must be a number, found "x"']],
    [
      { required: ['a', 'b'], properties: { b: { default: 1 } } },
      {},
      [': `a` is missing in the value | Add `"a": "…"`'],
    ],
  ])('%j with %j', (schema, value, expected) => {
    expect(misfits(schema, value)).toEqual(expected);
  });

  test('is not said of what a template may still become', () => {
    const schema: JsonSchema = {
      properties: {
        n: { type: 'number' },
        word: { enum: ['a'] },
        list: { anyOf: [{ type: 'array' }, { type: 'number' }] },
      },
    };
    expect(misfits(schema, { n: '*', word: '*', list: '*' }, { wild })).toEqual([]);
    expect(misfits(schema, { n: '*x', word: '*x', list: '*x' }, { wild })).toEqual([
      'n: `n` must be a number, found "*x"',
      'list: `list` must be a list or a number, found "*x"',
    ]);
  });

  test('takes the option that was meant', () => {
    const schema: JsonSchema = {
      oneOf: [
        {
          type: 'object',
          required: ['type', 'token'],
          properties: { type: { const: 'bearer' }, token: { type: 'string' } },
        },
        {
          type: 'object',
          required: ['type', 'user'],
          properties: { type: { const: 'basic' }, user: { type: 'string' } },
        },
      ],
    };
    expect(misfits(schema, { type: 'basic', user: 3 })).toEqual([
      'user: `user` must be a string, found 3 | Write `"3"`',
    ]);
    expect(misfits(schema, { type: 'digest' })).toEqual([
      'type: `type` must be one of `bearer`, `basic`, found "digest"',
    ]);
    expect(misfits(schema, { token: 'x' })).toEqual([': `type` is missing in the value | Add `"type": "…"`']);
    expect(misfits(schema, [])).toEqual([': The value must be an object, found an empty list']);
  });

  test('ends for schemas that do not', () => {
    const loops: JsonSchema[] = [
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } },
      { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } } },
      { $ref: '#/$defs/a', $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } } },
      {
        $ref: '#/$defs/a',
        $defs: {
          a: { anyOf: [{ items: { $ref: '#/$defs/a' } }, { items: { $ref: '#/$defs/a' }, minItems: 2 }], maxItems: 1 },
        },
      },
    ];
    let value: Json = 1;
    for (let i = 0; i < 60; i++) value = [value];
    for (const schema of loops) expect(Array.isArray(misfits(schema, value))).toBe(true);
  });

  test('is not asked of schemas that are none', () => {
    for (const schema of [
      { type: 3 },
      { enum: 'x' },
      { required: [1, null] },
      { properties: 7 },
      { anyOf: {} },
      { $ref: 5 },
    ]) {
      expect(misfits(schema, { a: 1 })).toEqual([]);
    }
  });
});
