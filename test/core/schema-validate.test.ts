import { describe, expect, test } from 'vitest';
import type { Json, JsonSchema } from '../../src/core/json.ts';
import { compileSchema } from '../../src/core/schema/validate.ts';

function errors(schema: JsonSchema, value: Json): string[] {
  return compileSchema(schema)
    .validate(value)
    .errors.map(({ path, keyword, message }) => `${path} ${keyword}: ${message}`.trim());
}

function valid(schema: JsonSchema, value: Json): boolean {
  const { valid, errors } = compileSchema(schema).validate(value);
  expect(errors.length === 0).toBe(valid);
  return valid;
}

describe('messages say what was expected and what was found', () => {
  test.each<[string, JsonSchema, Json, string]>([
    ['type', { type: 'string' }, 42, 'type: expected a string, found a number (42)'],
    ['types', { type: ['string', 'null'] }, [], 'type: expected a string or null, found a list'],
    ['integer', { type: 'integer' }, 1.5, 'type: expected an integer, found a number (1.5)'],
    ['enum', { enum: ['a', 'b', 3] }, 'c', 'enum: expected "a", "b" or 3, found "c"'],
    ['const', { const: true }, false, 'const: expected true, found false'],
    ['minimum', { minimum: 3 }, 2, 'minimum: must be at least 3, found 2'],
    ['maximum', { maximum: 3 }, 4, 'maximum: must be at most 3, found 4'],
    ['exclusiveMinimum', { exclusiveMinimum: 3 }, 3, 'exclusiveMinimum: must be more than 3, found 3'],
    ['exclusiveMaximum', { exclusiveMaximum: 3 }, 3, 'exclusiveMaximum: must be less than 3, found 3'],
    ['multipleOf', { multipleOf: 0.1 }, 0.25, 'multipleOf: must be a multiple of 0.1, found 0.25'],
    ['minLength', { minLength: 2 }, 'a', 'minLength: must have at least 2 characters, found "a"'],
    ['maxLength', { maxLength: 1 }, 'ab', 'maxLength: must have at most 1 character, has 2'],
    ['pattern', { pattern: '^a+$' }, 'b', 'pattern: must match the pattern `^a+$`, found "b"'],
    ['format', { format: 'date' }, 'today', 'format: must be a valid date, such as 2026-01-31; found "today"'],
    ['minItems', { minItems: 1 }, [], 'minItems: must have at least 1 item, has 0'],
    ['maxItems', { maxItems: 1 }, [1, 2], 'maxItems: must have at most 1 item, has 2'],
    [
      'uniqueItems',
      { uniqueItems: true },
      [1, { a: 1 }, { a: 1 }],
      'uniqueItems: items must differ, but items 1 and 2 are equal',
    ],
    [
      'contains',
      { contains: { type: 'string' } },
      [1],
      'contains: must have at least 1 item of the form in "contains", has 0',
    ],
    ['required', { required: ['a'] }, {}, 'a required: is required'],
    [
      'a misspelt property',
      { properties: { name: true }, additionalProperties: false },
      { nmae: 1 },
      'nmae additionalProperties: is not a known property; did you mean `name`?',
    ],
    [
      'an unknown property',
      { properties: { name: true }, additionalProperties: false },
      { zip: 1 },
      'zip additionalProperties: is not a known property; known are `name`',
    ],
    ['not', { not: { type: 'null' } }, null, 'not: must not match the schema in "not"'],
    [
      'dependentRequired',
      { dependentRequired: { card: ['cvc'] } },
      { card: 1 },
      'cvc dependentRequired: is required where `card` is given',
    ],
    [
      'propertyNames',
      { propertyNames: { maxLength: 1 } },
      { ab: 1 },
      'ab propertyNames: is not a good name for a property: must have at most 1 character, has 2',
    ],
  ])('%s', (_name, schema, value, message) => {
    expect(errors(schema, value)).toEqual([message]);
  });

  test('a path is written as in expressions', () => {
    const schema = { properties: { 'a b': { items: { properties: { n: { type: 'number' as const } } } } } };
    expect(errors(schema, { 'a b': [{ n: 1 }, { n: 'x' }] })).toEqual([
      '["a b"][1].n type: expected a number, found a string ("x")',
    ]);
  });

  test('alternatives tell what is wrong with each of them', () => {
    const schema = { anyOf: [{ type: 'number' }, { required: ['id'], properties: { id: { type: 'string' } } }] };
    expect(errors(schema, { id: 1 })).toEqual([
      'anyOf: matches none of 2 forms: (1) expected a number, found an object; (2) id expected a string, found a number (1)',
    ]);
    expect(errors({ oneOf: [{ minimum: 1 }, { minimum: 2 }, { minimum: 9 }] }, 3)).toEqual([
      'oneOf: must match exactly one of 3 forms, matches 1 and 2',
    ]);
  });

  test('all errors are reported at once, a hundred at most', () => {
    const schema = { required: ['a', 'b'], properties: { c: { type: 'string' } } };
    expect(errors(schema, { c: 1 })).toHaveLength(3);
    expect(
      errors(
        { items: { type: 'string' } },
        Array.from({ length: 500 }, () => 1),
      ),
    ).toHaveLength(100);
  });
});

describe('values', () => {
  test('numbers are compared by value, objects without regard to order', () => {
    expect(valid({ const: 1 }, 1.0)).toBe(true);
    expect(valid({ enum: [{ a: 1, b: 2 }] }, { b: 2, a: 1 })).toBe(true);
    expect(valid({ uniqueItems: true }, [1, '1', true, [1], { a: 0 }, { a: -0 }])).toBe(false);
    expect(valid({ enum: [0] }, false)).toBe(false);
  });

  test('multiples are exact in decimal digits', () => {
    expect(valid({ multipleOf: 0.0001 }, 0.0075)).toBe(true);
    expect(valid({ multipleOf: 0.1 }, 0.3)).toBe(true);
    expect(valid({ multipleOf: 0.5 }, 1e308)).toBe(true);
    expect(valid({ multipleOf: 0.123456789 }, 1e308)).toBe(false);
  });

  test('lengths count characters, not UTF-16 units', () => {
    expect(valid({ maxLength: 2 }, '💩💩')).toBe(true);
    expect(valid({ minLength: 3 }, '💩💩')).toBe(false);
  });

  test('names of Object.prototype are names like any other', () => {
    const schema = { properties: { a: true }, additionalProperties: false };
    expect(valid(schema, JSON.parse('{"constructor": 1}'))).toBe(false);
    expect(valid(schema, JSON.parse('{"__proto__": 1}'))).toBe(false);
    expect(valid({ required: ['toString'] }, {})).toBe(false);
    expect(valid(JSON.parse('{"properties": {"__proto__": {"type": "string"}}}'), JSON.parse('{"__proto__": 1}'))).toBe(
      false,
    );
  });

  test('an unevaluated property is one that no schema that holds has looked at', () => {
    const schema = {
      anyOf: [
        { properties: { kind: { const: 'a' }, x: true }, required: ['kind', 'x'] },
        { properties: { kind: { const: 'b' } } },
      ],
      unevaluatedProperties: false,
    };
    expect(valid(schema, { kind: 'a', x: 1 })).toBe(true);
    expect(valid(schema, { kind: 'b', x: 1 })).toBe(false);
  });
});

describe('references', () => {
  test('lead to $defs, anchors, embedded $ids, and back to the schema itself', () => {
    const tree = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } };
    expect(valid(tree, { children: [{ children: [] }] })).toBe(true);
    expect(valid(tree, { children: [{ children: [1] }] })).toBe(false);
    const named = { $ref: '#size', $defs: { s: { $anchor: 'size', type: 'integer' } } };
    expect(valid(named, 'x')).toBe(false);
    const embedded = {
      $ref: 'item',
      $defs: { i: { $id: 'item', $ref: '#/$defs/n', $defs: { n: { type: 'number' } } } },
    };
    expect(valid(embedded, 1)).toBe(true);
    expect(valid(embedded, 'x')).toBe(false);
  });

  test('a dynamic reference leads to the outermost anchor of its name', () => {
    const schema = {
      $id: 'https://example.com/strings',
      $ref: 'list',
      $defs: {
        strings: { $dynamicAnchor: 'item', type: 'string' },
        list: {
          $id: 'list',
          type: 'array',
          items: { $dynamicRef: '#item' },
          $defs: { any: { $dynamicAnchor: 'item' } },
        },
      },
    };
    expect(valid(schema, ['a'])).toBe(true);
    expect(valid(schema, [1])).toBe(false);
  });

  test('a schema that is not well formed is refused with its place', () => {
    expect(() => compileSchema({ properties: { a: { $ref: '#/$defs/b' } } })).toThrow(
      'the schema is not valid at /properties/a/$ref: `#/$defs/b` leads to nothing in this schema',
    );
    expect(() => compileSchema({ $ref: '#/x/y', x: { y: { minLength: -1 } } })).toThrow(
      'the schema is not valid at /$ref',
    );
  });
});

describe('patterns are those of JavaScript as far as RE2 has them', () => {
  test.each<[string, string, boolean]>([
    ['b', 'abc', true],
    ['^\\d{3}-\\d{4}$', '555-1234', true],
    ['^\\p{Letter}+$', 'Größe', true],
    ['^\\S+$', 'a\u00a0b', false],
    ['^[\\s]$', '\ufeff', true],
    ['^\\cA$', '\u0001', true],
    ['^(?<year>\\d{4})$', '2026', true],
    ['^\\u{1F600}$', '😀', true],
  ])('%s on %j', (pattern, text, expected) => {
    expect(valid({ pattern }, text)).toBe(expected);
  });
});

describe('formats', () => {
  test.each<[string, string[], string[]]>([
    [
      'date-time',
      ['2024-02-29T23:59:60Z', '1963-06-19T08:30:06.28+01:30'],
      ['2023-02-29T00:00:00Z', '2024-01-01 00:00:00Z', '2024-01-01T24:00:00Z'],
    ],
    ['date', ['2000-02-29'], ['1900-02-29', '2024-13-01', '2024-1-1']],
    ['time', ['08:30:06Z', '15:59:60-08:00'], ['08:30:06', '22:59:60Z']],
    ['duration', ['P4DT12H30M5S', 'P2W', 'PT36H'], ['P', 'PT', 'P1Y2W', 'P1D2H']],
    [
      'email',
      ['joe.bloggs@example.com', '"joe bloggs"@example.com', 'a@[127.0.0.1]'],
      ['2962', '.test@example.com', 'a@@b'],
    ],
    ['hostname', ['www.example.com', 'a-b'], ['-bad-', 'a..b', `${'a'.repeat(64)}.com`]],
    ['ipv4', ['192.168.0.1'], ['256.1.1.1', '087.10.0.1', '1.2.3']],
    ['ipv6', ['::1', '1:2::192.168.0.1', 'fe80::a'], [':2:3:4:5:6:7:8', '1::2::3', '12345::', 'fe80::a%eth1']],
    ['uuid', ['2eb8aa08-aa98-11ea-b4aa-73b441d16380'], ['2eb8aa08aa9811eab4aa73b441d16380']],
    [
      'uri',
      ['http://foo.bar/?q=Test%20URL-encoded', 'urn:oasis:names', 'http://[::1]:80/'],
      ['/abc', 'http:// x', 'bar,baz:foo', 'http://[x'],
    ],
    ['uri-reference', ['/abc', '#frag', 'http://x'], ['\\\\WINDOWS', '#a\\b']],
    ['uri-template', ['http://e.com/{term:1}/{x}', 'plain'], ['http://e.com/{term:1}/{x', '{a b}']],
    ['json-pointer', ['', '/a~1b/0'], ['a', '/~2']],
    ['regex', ['^a+$'], ['^(a$']],
  ])('%s', (format, good, bad) => {
    for (const text of good) expect(valid({ format }, text), text).toBe(true);
    for (const text of bad) expect(valid({ format }, text), text).toBe(false);
  });

  test('other formats are notes', () => {
    expect(valid({ format: 'int32' }, 'x')).toBe(true);
  });
});

describe('defaults', () => {
  const fill = (schema: JsonSchema, value: Json) => compileSchema(schema).validate(value, { defaults: true }).value;

  test('fill absent properties; null is present', () => {
    const schema = { properties: { a: { default: 1 }, b: { default: 2 }, c: { type: 'string' } } };
    expect(fill(schema, { b: null })).toEqual({ a: 1, b: null });
  });

  test('fill nested objects and items that are present, and only those', () => {
    const point = { type: 'object', properties: { x: { default: 0 }, y: { default: 0 } } };
    const schema = { properties: { p: point, list: { items: { $ref: '#/$defs/point' } }, q: point }, $defs: { point } };
    expect(fill(schema, { p: { x: 5 }, list: [{}, { y: 1 }] })).toEqual({
      p: { x: 5, y: 0 },
      list: [
        { x: 0, y: 0 },
        { x: 0, y: 1 },
      ],
    });
  });

  test('reach through $ref and allOf, and into defaults themselves', () => {
    const schema = {
      allOf: [{ properties: { retries: { $ref: '#/$defs/retries' } } }],
      properties: { options: { default: {}, properties: { deep: { default: true } } } },
      $defs: { retries: { type: 'integer', default: 3 } },
    };
    expect(fill(schema, {})).toEqual({ retries: 3, options: { deep: true } });
  });

  test('are checked like what was given, and leave the given value alone', () => {
    const given = { list: [{}] };
    const schema = { properties: { list: { items: { properties: { n: { type: 'string', default: 1 } } } } } };
    const { valid, errors, value } = compileSchema(schema).validate(given, { defaults: true });
    expect(valid).toBe(false);
    expect(errors[0]?.path).toBe('list[0].n');
    expect(value).toEqual({ list: [{ n: 1 }] });
    expect(given).toEqual({ list: [{}] });
  });

  test('are not used unless they are asked for', () => {
    expect(compileSchema({ properties: { a: { default: 1 } } }).validate({}).value).toEqual({});
  });

  test('a name of Object.prototype is filled as a property of its own', () => {
    const filled = fill(JSON.parse('{"properties": {"__proto__": {"default": {"evil": true}}}}'), {});
    expect(Object.keys(filled as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(filled)).toBe(Object.prototype);
  });
});
