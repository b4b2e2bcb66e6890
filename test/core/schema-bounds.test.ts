import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, JsonSchema } from '../../src/core/json.ts';
import { StageError } from '../../src/core/run.ts';
import { checkSchema } from '../../src/core/schema/check.ts';
import { compileSchema } from '../../src/core/schema/validate.ts';

/** What a schema and a value end with: true, false, or the error's type and code. */
function verdict(schema: JsonSchema, value: Json, defaults = false): boolean | string {
  try {
    return compileSchema(schema).validate(value, { defaults }).valid;
  } catch (error) {
    if (error instanceof StageError) return `${error.type} ${error.code}`;
    throw error;
  }
}

/** Two references to the next definition from each one: 2^depth ways. */
function fanOut(keyword: 'allOf' | 'anyOf' | 'oneOf', depth: number): JsonObject {
  const $defs: JsonObject = { [`d${depth}`]: { type: 'string' } };
  for (let i = 0; i < depth; i++) {
    $defs[`d${i}`] = { [keyword]: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] };
  }
  return { $ref: '#/$defs/d0', $defs };
}

function nested(depth: number): Json {
  let value: Json = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

const LIMIT = 'QUOTA schema_limit';

describe('no schema and no data can keep the process busy or end it', () => {
  test('references that fan out exponentially', () => {
    expect(verdict(fanOut('allOf', 60), 'x')).toBe(LIMIT);
    expect(verdict(fanOut('anyOf', 60), 1)).toBe(LIMIT);
    expect(verdict(fanOut('oneOf', 60), 'x')).toBe(LIMIT);
    expect(verdict(fanOut('allOf', 60), {}, true)).toBe(LIMIT);
    expect(verdict(fanOut('allOf', 10), 'x')).toBe(true);
  });

  test('references that lead back without going down', () => {
    expect(verdict({ $ref: '#' }, 1)).toBe(LIMIT);
    expect(verdict({ not: { $ref: '#' } }, 1)).toBe(LIMIT);
    expect(verdict({ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }, 1)).toBe(
      LIMIT,
    );
  });

  test('a chain of references as long as a file allows', () => {
    const $defs: JsonObject = { d20000: true };
    for (let i = 0; i < 20_000; i++) $defs[`d${i}`] = { $ref: `#/$defs/d${i + 1}` };
    expect(verdict({ $ref: '#/$defs/d0', $defs }, 1)).toBe(LIMIT);
  });

  test('defaults that never end', () => {
    expect(verdict({ properties: { child: { $ref: '#', default: {} } } }, {}, true)).toBe(LIMIT);
    const circle = { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } };
    expect(verdict({ properties: { x: { $ref: '#/$defs/a' } }, $defs: circle }, {}, true)).toBe(LIMIT);
  });

  test('data nested a hundred thousand deep', () => {
    const deep = nested(100_000);
    expect(verdict({ items: { $ref: '#' } }, deep)).toBe(LIMIT);
    expect(verdict({ enum: [[1]] }, deep)).toBe(LIMIT);
    expect(verdict({ uniqueItems: true }, [deep])).toBe(LIMIT);
    expect(verdict({ items: { $ref: '#' } }, deep, true)).toBe(LIMIT);
    expect(verdict({ type: 'array' }, deep)).toBe(true);
    expect(verdict({ items: { $ref: '#' } }, nested(256))).toBe(true);
  });

  test('a schema nested deeper than files may be', () => {
    let schema: JsonSchema = true;
    for (let i = 0; i < 10_000; i++) schema = { not: schema };
    expect(checkSchema(schema)[0]?.message).toBe('the schema is nested deeper than 64 levels');
    expect(verdict(schema, 1)).toBe('VALIDATION invalid_schema');
  });

  test('catastrophic patterns', () => {
    const text = `${'a'.repeat(200_000)}!`;
    expect(verdict({ pattern: '^(a+)+$' }, text)).toBe(false);
    expect(verdict({ pattern: '^(a|aa)+$' }, text)).toBe(false);
    expect(verdict({ pattern: '(.*)*x' }, text)).toBe(false);
    expect(verdict({ patternProperties: { '^(a+)+$': false } }, { [text]: 1 })).toBe(true);
    expect(verdict({ patternProperties: { '^(a+)+$': false }, additionalProperties: false }, { [text]: 1 })).toBe(
      false,
    );
    expect(verdict({ propertyNames: { format: 'regex' } }, { '^(a+)+$': 1 })).toBe(true);
  });

  test('patterns whose automata are large', () => {
    expect(verdict({ pattern: '(x?){500}x{500}y$' }, 'x'.repeat(1_000_000))).toBe(LIMIT);
    expect(checkSchema({ pattern: '((a{100}){100}){100}' })).toHaveLength(1);
    expect(checkSchema({ pattern: 'a|'.repeat(10_000) })).toHaveLength(1);
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`^a{${i}}$`, true]));
    expect(checkSchema({ patternProperties: many })).toHaveLength(1);
  });

  test('data as large as an input may be takes its time and ends', () => {
    const numbers = Array.from({ length: 400_000 }, (_, i) => i);
    expect(verdict({ items: { type: 'integer', minimum: 0 }, uniqueItems: true }, numbers)).toBe(true);
    expect(verdict({ items: { type: 'string' } }, numbers)).toBe(false);
    expect(verdict({ format: 'uri', maxLength: 5_000_000 }, `http://e.com/${'a%20'.repeat(1_000_000)}`)).toBe(true);
  });
});
