import { isObject, type JsonPath } from '../json.ts';
import { quote, quoteValue } from '../quote.ts';
import { nearest } from '../suggest.ts';
import type { Patterns } from './pattern.ts';
import type { SchemaProblem } from './types.ts';
import { type KeywordKind, TYPES } from './vocabulary.ts';

type Wrong = (expected: string, hint?: string) => SchemaProblem[];

const ANCHOR = /^[A-Za-z_][-A-Za-z0-9._]*$/;
const RE2_HINT = 'Patterns are RE2: no lookahead, no lookbehind, no backreferences, so that none can hang.';
const REQUIRED_HINT = 'Write "required": ["name"] beside "properties", not inside of the property.';

/** What is wrong with a keyword's own value, subschemas aside. Paths are relative to the value. */
export function valueProblems(keyword: string, kind: KeywordKind, value: unknown, patterns: Patterns): SchemaProblem[] {
  const wrong: Wrong = (expected, hint) => {
    const message = `"${keyword}" must be ${expected}, found ${quoteValue(value)}`;
    return [hint === undefined ? { path: [], message } : { path: [], message, hint }];
  };
  const expect = (holds: boolean, expected: string, hint?: string) => (holds ? [] : wrong(expected, hint));
  switch (kind) {
    case 'schema':
      return [];
    case 'schemaList':
      return expect(Array.isArray(value) && value.length > 0, 'a list of at least one schema');
    case 'schemaMap':
      return expect(isObject(value), 'an object of schemas');
    case 'patternMap':
      if (!isObject(value)) return wrong('an object of schemas');
      return Object.keys(value).flatMap((source) => patternProblems(source, [source], patterns));
    case 'text':
    case 'reference':
      return expect(typeof value === 'string', 'a text');
    case 'anchor':
      return expect(typeof value === 'string' && ANCHOR.test(value), 'a name such as "address"');
    case 'pattern':
      return typeof value === 'string' ? patternProblems(value, [], patterns) : wrong('a regular expression');
    case 'types':
      return typeProblems(value, wrong);
    case 'number':
      return expect(typeof value === 'number', 'a number');
    case 'positive':
      return expect(typeof value === 'number' && value > 0, 'a number above 0');
    case 'count':
      return expect(Number.isInteger(value) && Number(value) >= 0, 'a whole number, 0 or more');
    case 'boolean':
      return expect(typeof value === 'boolean', 'true or false');
    case 'list':
      return expect(Array.isArray(value), 'a list of values');
    case 'names': {
      const hint = typeof value === 'boolean' ? REQUIRED_HINT : undefined;
      return expect(areNames(value), 'a list of property names, each once', hint);
    }
    case 'nameLists':
      return expect(isObject(value) && Object.values(value).every(areNames), 'an object of lists of property names');
    case 'any':
      return [];
  }
}

function areNames(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((name) => typeof name === 'string') && new Set(value).size === value.length
  );
}

function typeProblems(value: unknown, wrong: Wrong): SchemaProblem[] {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  const types: readonly string[] = TYPES;
  const odd = names.find((name) => typeof name !== 'string' || !types.includes(name));
  if (names.length > 0 && odd === undefined && new Set(names).size === names.length) return [];
  const meant = typeof odd === 'string' ? nearest(odd, types) : undefined;
  const expected = 'string, number, integer, boolean, object, array or null, or a list of them';
  return wrong(expected, meant === undefined ? undefined : `Did you mean "${meant}"?`);
}

function patternProblems(source: string, path: JsonPath, patterns: Patterns): SchemaProblem[] {
  const pattern = patterns.get(source);
  if (!('problem' in pattern)) return [];
  const message = `${quote(source)} is not a regular expression that can be used here: ${pattern.problem}`;
  return [{ path, message, hint: RE2_HINT }];
}
