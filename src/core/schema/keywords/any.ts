import type { Json } from '../../json.ts';
import { quoteValue } from '../../quote.ts';
import { Budget } from '../budget.ts';
import { canonicalText } from '../equal.ts';
import type { Check } from '../evaluation.ts';
import { alternatives, kindOf } from '../show.ts';
import type { TypeName } from '../types.ts';
import type { Keyword, Keywords } from './keyword.ts';

const ARTICLES: Readonly<Record<TypeName, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'a boolean',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

const TESTS: Readonly<Record<TypeName, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: (value) => Array.isArray(value),
  null: (value) => value === null,
};

const type: Keyword<'type'> = (value) => {
  const names = typeof value === 'string' ? [value] : value;
  const tests = names.map((name) => TESTS[name]);
  const expected = alternatives(names.map((name) => ARTICLES[name]));
  return (data, evaluation) =>
    tests.some((test) => test(data)) || evaluation.error('type', () => `expected ${expected}, found ${found(data)}`);
};

/** `a string "x"`, `a list`, `null`: the kind, and the value where it is short. */
function found(value: Json): string {
  const scalar = value !== null && typeof value !== 'object';
  return scalar ? `${kindOf(value)} (${quoteValue(value)})` : kindOf(value);
}

/** A check that the data equals one of the values. */
function oneOf(keyword: string, values: readonly Json[]): Check {
  const budget = new Budget();
  const texts = new Set(values.map((value) => canonicalText(value, budget)));
  const deep = values.some((value) => typeof value === 'object' && value !== null);
  return (data, evaluation) => {
    const comparable = deep || typeof data !== 'object' || data === null;
    if (comparable && texts.has(canonicalText(data, evaluation.budget))) return true;
    return evaluation.error(
      keyword,
      () => `expected ${alternatives(values.map((value) => quoteValue(value)))}, found ${quoteValue(data)}`,
    );
  };
}

export const ANY_KEYWORDS: Keywords = {
  type,
  enum: (values) => oneOf('enum', values),
  const: (value) => oneOf('const', [value]),
};
