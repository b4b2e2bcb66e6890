import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { quoteValue } from '../../core/quote.ts';
import type { Difference } from '../result.ts';
import type { Check } from './assertion.ts';
import { differences, equal, hasSubset } from './compare.ts';

/** Why a check does not hold. */
export interface Misfit {
  /** Goes on after the path: `is 3, expected more than 4`. */
  readonly message: string;
  readonly differences?: readonly Difference[] | undefined;
}

/** A check: how the file writes what it compares with, and what it says of a value. */
export interface CheckKind {
  readonly schema: JsonObject;
  /** Undefined when it holds. */
  readonly misfit: (value: Json, check: Check) => Misfit | undefined;
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const COUNT: JsonObject = { type: 'integer', minimum: 0 };
const TEXT: JsonObject = { type: 'string' };
const ORDERED: JsonObject = { type: ['number', 'string'] };

const equals: CheckKind = {
  schema: { description: 'The same value, whatever the order of keys.' },
  misfit: (value, { expected }) => {
    if (equal(value, expected)) return undefined;
    return { message: 'is not what was expected', differences: differences(expected, value) };
  },
};

/** Every check of an assertion by its field (PIPELINES.md 7), but `exists` and `expression`, which need more than a value. */
export const CHECKS: Readonly<Record<string, CheckKind>> = {
  type: {
    schema: {
      description: 'The JSON type, or one of several.',
      anyOf: [
        { type: 'string', enum: TYPES },
        { type: 'array', items: { type: 'string', enum: TYPES }, minItems: 1 },
      ],
    },
    misfit: (value, { expected }) => {
      const wanted = Array.isArray(expected) ? expected : [expected];
      if (wanted.some((type) => isOfType(value, type))) return undefined;
      return { message: `is ${typeName(value)}, expected ${wanted.join(' or ')}: ${quoteValue(value)}` };
    },
  },
  equals,
  deepEquals: { ...equals, schema: { description: 'The same as `equals`.' } },
  notEquals: {
    schema: { description: 'Any other value.' },
    misfit: (value, { expected }) =>
      equal(value, expected) ? { message: `is ${shown(value)}, expected another value` } : undefined,
  },
  greaterThan: ordered('more than', (order) => order > 0),
  lessThan: ordered('less than', (order) => order < 0),
  greaterThanOrEqual: ordered('at least', (order) => order >= 0),
  lessThanOrEqual: ordered('at most', (order) => order <= 0),
  contains: {
    schema: { description: 'A part of a text, an item of a list, a key of an object.' },
    misfit: (value, { expected }) => {
      if (holds(value, expected)) return undefined;
      return { message: `does not contain ${shown(expected)}: ${shown(value)}` };
    },
  },
  startsWith: textual('start with', (text, part) => text.startsWith(part)),
  endsWith: textual('end with', (text, part) => text.endsWith(part)),
  matches: {
    schema: { ...TEXT, description: 'A regular expression (RE2) that is found in the text.' },
    misfit: (value, { expected, pattern }) => {
      if (typeof value !== 'string') return notText(value);
      return pattern?.test(value) ? undefined : { message: `does not match ${shown(expected)}: ${shown(value)}` };
    },
  },
  hasLength: sized('', (length, wanted) => length === wanted),
  hasMinLength: sized('at least ', (length, wanted) => length >= wanted),
  hasMaxLength: sized('at most ', (length, wanted) => length <= wanted),
  includes: {
    schema: { description: 'A subset: of an object some members, of a list one item.' },
    misfit: (value, { expected }) => {
      if (Array.isArray(value))
        return value.some((item) => hasSubset(item, expected)) ? undefined : lacks(value, expected);
      if (hasSubset(value, expected)) return undefined;
      return { message: 'does not include what was expected', differences: differences(expected, value, true) };
    },
  },
  includesAll: {
    schema: { type: 'array', description: 'Each of these is included.' },
    misfit: (value, { expected }) => {
      if (!Array.isArray(value)) return { message: `is ${typeName(value)}, expected a list: ${shown(value)}` };
      const wanted = Array.isArray(expected) ? expected : [expected];
      const missing = wanted.find((part) => !value.some((item) => hasSubset(item, part)));
      return missing === undefined ? undefined : lacks(value, missing);
    },
  },
};

function lacks(list: readonly Json[], item: Json): Misfit {
  return { message: `has no item that includes ${shown(item)}; its ${list.length} items: ${shown([...list])}` };
}

function ordered(words: string, fits: (order: number) => boolean): CheckKind {
  return {
    schema: { ...ORDERED, description: `A number, or a text in the order of its characters: ${words} this.` },
    misfit: (value, { expected }) => {
      const order = compare(value, expected);
      if (order === undefined) {
        return { message: `is ${typeName(value)}, which cannot be compared with ${shown(expected)}: ${shown(value)}` };
      }
      return fits(order) ? undefined : { message: `is ${shown(value)}, expected ${words} ${shown(expected)}` };
    },
  };
}

function compare(a: Json, b: Json): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  return a < b ? -1 : Number(a > b);
}

function textual(words: string, fits: (text: string, part: string) => boolean): CheckKind {
  return {
    schema: TEXT,
    misfit: (value, { expected }) => {
      if (typeof value !== 'string') return notText(value);
      return fits(value, String(expected))
        ? undefined
        : { message: `does not ${words} ${shown(expected)}: ${shown(value)}` };
    },
  };
}

function sized(words: string, fits: (length: number, wanted: number) => boolean): CheckKind {
  return {
    schema: { ...COUNT, description: 'Characters of a text, items of a list, members of an object.' },
    misfit: (value, { expected }) => {
      const length = lengthOf(value);
      if (length === undefined) return { message: `is ${typeName(value)}, which has no length: ${shown(value)}` };
      if (fits(length, Number(expected))) return undefined;
      return { message: `has length ${length}, expected ${words}${expected}: ${shown(value)}` };
    },
  };
}

function lengthOf(value: Json): number | undefined {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function holds(value: Json, part: Json): boolean {
  if (typeof value === 'string') return typeof part === 'string' && value.includes(part);
  if (Array.isArray(value)) return value.some((item) => equal(item, part));
  return isObject(value) && typeof part === 'string' && Object.hasOwn(value, part);
}

function notText(value: Json): Misfit {
  return { message: `is ${typeName(value)}, expected a text: ${shown(value)}` };
}

function isOfType(value: Json, type: Json): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeName(value) === type;
}

/** The name of a value's type in JSON Schema. */
export function typeName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A value in one line, cut where it is long. */
export function shown(value: Json, most = 120): string {
  const text = JSON.stringify(value);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
