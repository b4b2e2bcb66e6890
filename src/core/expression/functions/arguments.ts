import { fault } from '../fault.ts';
import type { Call } from '../tree.ts';
import { isPlainObject, kindOf, Timestamp, type ValueKind, wordFor } from '../values.ts';

// Each takes a call, which of its arguments is meant, and that argument's value. It gives the value as the type that
// the function works on, or throws the fault `type_mismatch` that names what was given.

export function textArgument(call: Call, index: number, value: unknown): string {
  return typeof value === 'string' ? value : refuseArgument(call, index, value, 'text');
}

export function numberArgument(call: Call, index: number, value: unknown): number {
  return typeof value === 'number' ? value : refuseArgument(call, index, value, 'number');
}

export function wholeArgument(call: Call, index: number, value: unknown): number {
  const number = numberArgument(call, index, value);
  if (Number.isSafeInteger(number)) return number;
  return fault('invalid_argument', `${call.signature.form} takes a whole number, not ${number}`, call.args[index]);
}

export function listArgument(call: Call, index: number, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuseArgument(call, index, value, 'list');
}

export function objectArgument(call: Call, index: number, value: unknown): Record<string, unknown> {
  return isPlainObject(value) ? value : refuseArgument(call, index, value, 'object');
}

export function timestampArgument(call: Call, index: number, value: unknown): Timestamp {
  return value instanceof Timestamp ? value : refuseArgument(call, index, value, 'timestamp');
}

const FALLBACK: Partial<Record<ValueKind, string>> = { text: '""', number: '0', list: '[]', object: '{}' };

/** `words`: what the function takes, where it is more than one kind. */
export function refuseArgument(
  call: Call,
  index: number,
  value: unknown,
  wanted: ValueKind,
  words = wordFor(wanted),
): never {
  const argument = call.args[index];
  const found = kindOf(value);
  const what = argument?.text ?? 'an argument';
  return fault(
    'type_mismatch',
    `${call.signature.form} takes ${words}, but ${what} is ${wordFor(found)}`,
    argument ?? call,
    hintFor(what, found, wanted),
  );
}

function hintFor(what: string, found: ValueKind, wanted: ValueKind): string | undefined {
  if (found === 'optional') return `Say what it is when it is absent: \`${what}.orValue(…)\``;
  if (found === 'null' && FALLBACK[wanted])
    return `Say what to take instead: \`default(${what}, ${FALLBACK[wanted]})\``;
  if (wanted === 'text' && (found === 'number' || found === 'boolean')) return `Write \`string(${what})\``;
  if (wanted === 'number' && found === 'text') return `Write \`double(${what})\``;
  if (wanted === 'list' && found === 'object')
    return `Write \`values(${what})\`, \`keys(${what})\` or \`entries(${what})\``;
  return undefined;
}
