import type * as v from 'valibot';
import { quoteList, quoteValue } from '../core/quote.ts';
import { nearest } from '../core/suggest.ts';

/** A field of a request that is wrong. */
export interface InputIssue {
  /** Members from the outside inwards, with dots; empty for the request itself. */
  readonly path: string;
  /** What was expected, and what was found. */
  readonly message: string;
  /** A member that was meant, perhaps. */
  readonly nearest?: string;
}

type Issue = v.BaseIssue<unknown>;

/** What valibot found in the words of this product, which say what was found without repeating a long text. */
export function inputIssue(schema: v.GenericSchema, issue: Issue): InputIssue {
  const keys = (issue.path ?? []).map(({ key }) => String(key));
  const path = keys.join('.');
  if (!isAboutKey(issue)) return { path, message: textOf(issue) };
  if (issue.expected !== 'never') return { path, message: 'Expected a value, found none' };
  const known = membersAt(schema, keys.slice(0, -1));
  const near = nearest(keys.at(-1) ?? '', known);
  const message = known.length === 0 ? 'Unknown field' : `Unknown field; there are ${quoteList(known, 24)}`;
  return { path, message, ...(near === undefined ? undefined : { nearest: near }) };
}

/** A member that is not there, or should not be. */
function isAboutKey({ type, path }: Issue): boolean {
  return (type === 'strict_object' || type === 'object') && path?.at(-1)?.origin === 'key';
}

function textOf(issue: Issue): string {
  const inner = issue.type === 'union' ? issue.issues?.find(isInside) : undefined;
  if (inner) return textOf(inner);
  return `${wanted(issue)}, found ${found(issue)}`;
}

/** Of the ways to write something the one that was tried: that which fails in a part of it. */
function isInside({ kind, path }: Issue): boolean {
  return kind === 'validation' || path !== undefined;
}

const MEASURED = ['min_length', 'max_length', 'length', 'min_entries', 'max_entries'];

/** As it was sent: what a transformation made of it may be another unit, or nothing. */
function found({ type, input, received, path }: Issue): string {
  return MEASURED.includes(type) ? String(received) : quoteValue(path?.at(-1)?.value ?? input);
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'an object',
};

function wanted({ message, type, expected, input }: Issue): string {
  // Those of our own schemas say it themselves.
  if (!message.startsWith('Invalid ')) return message;
  if (type === 'safe_integer') return 'Expected a whole number';
  const [, sign, bound] = /^(>=|<=)(.+)$/.exec(expected ?? '') ?? [];
  if (bound !== undefined) {
    const unit = !MEASURED.includes(type) ? '' : typeof input === 'string' ? ' characters' : ' entries';
    return `Expected ${bound}${unit} or ${sign === '>=' ? 'more' : 'less'}`;
  }
  const choices = (expected ?? 'something else').replace(/^\((.*)\)$/, '$1').split(' | ');
  return `Expected ${choices.map((choice) => WORDS[choice] ?? choice).join(' or ')}`;
}

/** Names of the members of the object at a place of a schema; none where it is not an object. */
function membersAt(schema: unknown, keys: readonly string[]): string[] {
  let at = schema;
  for (const key of keys) at = memberOf(bare(at), 'entries')?.[key] ?? memberOf(bare(at), 'item');
  return Object.keys(memberOf(bare(at), 'entries') ?? {});
}

/** Without what makes it optional. */
function bare(schema: unknown): unknown {
  const wrapped = memberOf(schema, 'wrapped');
  return wrapped === undefined ? schema : bare(wrapped);
}

function memberOf(value: unknown, name: string): Record<string, unknown> | undefined {
  // Only asked for members of valibot's schemas that are objects: entries, item and wrapped.
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
