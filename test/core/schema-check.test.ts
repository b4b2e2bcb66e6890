import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { checkSchema } from '../../src/core/schema/check.ts';

describe('a schema is checked before it is used', () => {
  test.each<[string, Json, (string | number)[], string, string | undefined]>([
    ['a misspelt type', { type: 'objct' }, ['type'], 'found "objct"', 'Did you mean "object"?'],
    [
      'a misspelt keyword',
      { propertis: {} },
      ['propertis'],
      '`propertis` is not a keyword',
      'Did you mean "properties"?',
    ],
    [
      'a keyword of nobody',
      { zzzzzz: 1 },
      ['zzzzzz'],
      '`zzzzzz` is not a keyword',
      'Notes of your own begin with "x-".',
    ],
    [
      'a keyword of an older draft',
      { additionalItems: false },
      ['additionalItems'],
      'is not a keyword',
      'Draft 2020-12 says "items" for the items after "prefixItems".',
    ],
    [
      'items of an older draft',
      { items: [{}] },
      ['items'],
      'found a list',
      'Draft 2020-12 writes a list of schemas, one per item, as "prefixItems".',
    ],
    [
      'another draft',
      { $schema: 'http://json-schema.org/draft-07/schema#' },
      ['$schema'],
      'read as draft 2020-12',
      'Leave "$schema" out, or write "https://json-schema.org/draft/2020-12/schema".',
    ],
    [
      'required inside a property',
      { properties: { a: { required: true } } },
      ['properties', 'a', 'required'],
      'a list of property names',
      'Write "required": ["name"] beside "properties", not inside of the property.',
    ],
    [
      'a bad pattern',
      { pattern: '(' },
      ['pattern'],
      'missing closing )',
      'Patterns are RE2: no lookahead, no lookbehind, no backreferences, so that none can hang.',
    ],
    [
      'a lookahead',
      { patternProperties: { '(?=a)': {} } },
      ['patternProperties', '(?=a)'],
      '`(?=a)`',
      'Patterns are RE2: no lookahead, no lookbehind, no backreferences, so that none can hang.',
    ],
    [
      'a misspelt format',
      { format: 'datetime' },
      ['format'],
      '`datetime` is not a format',
      'Did you mean "date-time"?',
    ],
    [
      'a reference to nothing',
      { $ref: '#/$defs/adress', $defs: { address: true } },
      ['$ref'],
      'leads to nothing',
      'Did you mean "#/$defs/address"?',
    ],
    [
      'a remote reference',
      { items: { $ref: 'https://example.com/x.json' } },
      ['items', '$ref'],
      'leads out of the schema',
      'Copy the schema under "$defs" and refer to it as "#/$defs/NAME".',
    ],
    [
      'a file reference',
      { $ref: 'file:///etc/passwd' },
      ['$ref'],
      'nothing is loaded from elsewhere',
      'Copy the schema under "$defs" and refer to it as "#/$defs/NAME".',
    ],
    [
      'a negative count',
      { minLength: -1 },
      ['minLength'],
      '"minLength" must be a whole number, 0 or more, found -1',
      undefined,
    ],
    ['a zero divisor', { multipleOf: 0 }, ['multipleOf'], 'a number above 0', undefined],
    ['an empty allOf', { allOf: [] }, ['allOf'], 'at least one schema', undefined],
    [
      'no schema at all',
      { properties: { a: 'string' } },
      ['properties', 'a'],
      'expected a schema (an object, true or false), found a string',
      undefined,
    ],
  ])('%s', (_name, schema, path, message, hint) => {
    const problems = checkSchema(schema);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toEqual(path);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.hint).toBe(hint);
  });

  test('all problems come at once', () => {
    expect(checkSchema({ type: 'strng', properties: { a: { minimum: 'x' }, b: 1 } })).toHaveLength(3);
  });

  test('what is fine has none', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Order',
      type: ['object', 'null'],
      properties: { id: { type: 'string', format: 'int64', 'x-note': 1 }, next: { $ref: '#' } },
      definitions: { a: true },
      examples: [null],
    };
    expect(checkSchema(schema)).toEqual([]);
    expect(checkSchema(true)).toEqual([]);
  });

  test('words inside const, enum, default and examples are data', () => {
    expect(
      checkSchema({ const: { typ: 1 }, enum: [{ $ref: 'x' }], default: { items: [1] }, examples: [{ a: 1 }] }),
    ).toEqual([]);
  });

  test('a reference into a place without keywords makes a schema of it, which is checked', () => {
    const problems = checkSchema({ $ref: '#/x-parts/a', 'x-parts': { a: { type: 'strin' } } });
    expect(problems).toMatchObject([{ path: ['$ref', 'type'], hint: 'Did you mean "string"?' }]);
  });
});
