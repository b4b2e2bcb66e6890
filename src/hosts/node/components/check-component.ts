import { KINDS } from '../../../core/compile/kinds.ts';
import { isObject, own } from '../../../core/json.ts';
import { quoteValue } from '../../../core/quote.ts';
import { nearest } from '../../../core/suggest.ts';
import type { Component } from '../../../executor/component.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_NAME = 60;
const FIELDS = new Set(
  'name version summary category effects config output fields timeout maxAttempts cacheable example run'.split(' '),
);

type Complaint = { readonly message: string; readonly hint?: string | undefined };

/** Whether an export is meant to be a component: only then complaints about it help. */
export function looksLikeComponent(value: unknown): value is Record<string, unknown> {
  return isObject(value) && ['name', 'run', 'config', 'output', 'summary'].filter((key) => key in value).length >= 2;
}

/** Everything that is wrong with what was given to `defineComponent`. */
export function checkComponent(value: Record<string, unknown>): Complaint[] {
  const complaints: Complaint[] = [];
  const expect = (field: string, expected: string, isGood: (value: unknown) => boolean, hint?: string): void => {
    const found = own(value, field);
    if (isGood(found)) return;
    const what = found === undefined ? 'nothing' : describe(found);
    complaints.push({ message: `\`${field}\` must be ${expected}, found ${what}`, hint });
  };
  expect('name', 'lower-case words joined by `-`', isName, "e.g. name: 'send-mail'");
  expect('version', 'a semantic version', isVersion, "e.g. '1.0.0'");
  expect('summary', 'one sentence', (found) => typeof found === 'string' && found.trim() !== '');
  expect('effects', 'true or false', isBoolean, 'true when it touches anything outside: network, files, processes');
  expect('config', 'a valibot schema', isSchema, 'e.g. v.strictObject({ text: v.string() })');
  expect('output', 'a valibot schema', isSchema, 'e.g. v.object({ text: v.string() })');
  expect('run', 'a function (config, context) => output', isFunction);
  expect('timeout', 'milliseconds above zero, or null', (found) => found === null || optional(isPositive)(found));
  expect('maxAttempts', 'a number from 1 up, or a function', (found) => optional(isCount)(found) || isFunction(found));
  expect('cacheable', 'true or false', optional(isBoolean));
  expect('example', 'an object', optional(isObject));
  expect('category', "'custom', 'operator' or 'ai'", optional(isCategory), 'control components are built in');
  expect('fields', 'an object whose values are constants, templates or item expressions', optional(areFields));
  for (const key of Object.keys(value)) {
    if (FIELDS.has(key)) continue;
    const close = nearest(key, FIELDS);
    complaints.push({
      message: `\`${key}\` is not a field of a component`,
      hint: close === undefined ? undefined : `Did you mean \`${close}\`?`,
    });
  }
  return complaints;
}

/** A component that `checkComponent` found nothing wrong with. */
export function asComponent(value: Record<string, unknown>): Component {
  return value as unknown as Component; // its fields were checked one by one
}

function describe(value: unknown): string {
  return typeof value === 'function' ? 'a function' : quoteValue(value);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_NAME && NAME.test(value);
}

function isVersion(value: unknown): boolean {
  return typeof value === 'string' && KINDS.version?.(value) === undefined;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1;
}

function isCategory(value: unknown): boolean {
  return value === 'custom' || value === 'operator' || value === 'ai';
}

/** The executor parses at once, so a schema that must be awaited cannot be used. */
function isSchema(value: unknown): boolean {
  return isObject(value) && value.kind === 'schema' && value.async === false && typeof value['~run'] === 'function';
}

function areFields(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.values(value).every((field) => {
      if (!isObject(field)) return false;
      if (field.kind === 'expression') return field.scope === 'item';
      return field.kind === 'constant' || (field.kind === 'template' && field.scope !== 'body');
    })
  );
}

function optional(check: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || check(value);
}
