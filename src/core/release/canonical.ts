import canonicalize from 'canonicalize';
import { fail } from '../errors.ts';
import { isExactNumber, type Json } from '../json.ts';
import { DATA_DEPTH } from '../measure.ts';
import { quoteValue } from '../quote.ts';
import { pathText } from './path-text.ts';

/**
 * The one text of a JSON value (RFC 8785): what digests are made of. Key order, white space and the form of numbers and
 * escapes in the file do not matter; the order of lists does. Throws FlowMasonError `UNSAFE_NUMBER` (NaN, infinities,
 * integers beyond 2^53 - 1), `INVALID_JSON` (half of a surrogate pair), `NESTING_TOO_DEEP` (beyond 256 levels, cycles
 * included) and `WRONG_TYPE` (what is not JSON), each with the place.
 */
export function canonicalJson(value: Json): string {
  refuseInexact(value);
  // It is undefined for what is not JSON, which was refused.
  return canonicalize(value) as string;
}

/** A value that is not yet looked at, and how it was reached. */
interface Step {
  readonly value: unknown;
  readonly key: string | number;
  readonly depth: number;
  readonly before: Step | undefined;
}

/** By hand, because a value may be deeper than the stack. */
function refuseInexact(root: unknown): void {
  const rest: Step[] = [{ value: root, key: '', depth: 0, before: undefined }];
  for (let step = rest.pop(); step; step = rest.pop()) {
    const { value } = step;
    if (typeof value === 'string') checkText(value, step);
    else if (typeof value === 'number') checkNumber(value, step);
    else if (typeof value === 'object' && value !== null) checkContainer(value, step, rest);
    else if (value !== null && typeof value !== 'boolean') notJson(`a value of type ${typeof value}`, step);
  }
}

function checkContainer(value: object, step: Step, rest: Step[]): void {
  const depth = step.depth + 1;
  if (depth > DATA_DEPTH) fail('NESTING_TOO_DEEP', `Expected at most ${DATA_DEPTH} levels of nesting in JSON`);
  if (Array.isArray(value)) {
    // By index: a gap in a list is no value either.
    for (let i = 0; i < value.length; i++) rest.push({ value: value[i], key: i, depth, before: step });
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) notJson('an object that is not plain', step);
  for (const [key, member] of Object.entries(value)) {
    if (!key.isWellFormed()) halfCharacter(step);
    rest.push({ value: member, key, depth, before: step });
  }
}

function checkText(text: string, step: Step): void {
  if (!text.isWellFormed()) halfCharacter(step);
}

function checkNumber(number: number, step: Step): void {
  if (isExactNumber(number)) return;
  const why = Number.isFinite(number)
    ? 'is beyond 9007199254740991 (2^53 - 1), where integers lose digits'
    : 'is not a JSON number';
  fail('UNSAFE_NUMBER', `${quoteValue(number)} ${why}${placeOf(step)}`, { hint: 'Write it as a text' });
}

function halfCharacter(step: Step): never {
  fail('INVALID_JSON', `A string holds half of a surrogate pair, which has no UTF-8 form${placeOf(step)}`, {
    hint: 'Write both halves, e.g. `\\ud83d\\ude00`, or the character itself',
  });
}

function notJson(found: string, step: Step): never {
  fail('WRONG_TYPE', `Expected JSON, found ${found}${placeOf(step)}`);
}

function placeOf(step: Step): string {
  const path: (string | number)[] = [];
  for (let at = step; at.before; at = at.before) path.unshift(at.key);
  return path.length === 0 ? '' : ` at ${pathText(path)}`;
}
