import type { Json } from '../json.ts';
import { type ArgumentKind, type JmesFunction, Reference } from './types.ts';

/** The JMESPath name of a value's type. */
export function kindName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const TESTS: Readonly<Record<ArgumentKind, (value: Json | Reference) => boolean>> = {
  any: (value) => !(value instanceof Reference),
  number: (value) => typeof value === 'number',
  string: (value) => typeof value === 'string',
  array: (value) => Array.isArray(value),
  object: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Reference),
  numbers: (value) => Array.isArray(value) && value.every((item) => typeof item === 'number'),
  strings: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  arrays: (value) => Array.isArray(value) && value.every((item) => Array.isArray(item)),
  expression: (value) => value instanceof Reference,
};

const NAMES: Readonly<Record<ArgumentKind, string>> = {
  any: 'a value',
  number: 'a number',
  string: 'a text',
  array: 'a list',
  object: 'an object',
  numbers: 'a list of numbers',
  strings: 'a list of texts',
  arrays: 'a list of lists',
  expression: 'an expression after &',
};

/** Why the arguments do not fit the function; undefined when they do. Their number is right. */
export function misfit(
  name: string,
  definition: JmesFunction,
  args: readonly (Json | Reference)[],
): string | undefined {
  for (const [i, argument] of args.entries()) {
    const kinds = definition.arguments[Math.min(i, definition.arguments.length - 1)] ?? [];
    if (kinds.some((kind) => TESTS[kind](argument))) continue;
    const expected = kinds.map((kind) => NAMES[kind]).join(' or ');
    const found = argument instanceof Reference ? 'an expression after &' : kindName(argument);
    return `${name}() takes ${expected} as argument ${i + 1}, found ${found}`;
  }
  return undefined;
}

/** Why so many arguments do not fit the function; undefined when they do. */
export function wrongCount(name: string, definition: JmesFunction, count: number): string | undefined {
  const most = definition.arguments.length;
  const least = most - (definition.optional ?? 0);
  if (count >= least && (count <= most || definition.variadic)) return undefined;
  const range = definition.variadic ? `at least ${least}` : least === most ? `${least}` : `${least} to ${most}`;
  return `${name}() takes ${range} argument${range === '1' || range === 'at least 1' ? '' : 's'}, found ${count}`;
}
