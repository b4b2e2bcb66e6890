import { Secret } from '../secret.ts';
import type { Evaluation } from './evaluation.ts';

// None of these classes has own properties, so that no field of them can be read from an expression.

/** A moment, in milliseconds since 1970. */
export class Timestamp {
  readonly #ms: number;
  constructor(ms: number) {
    this.#ms = ms;
  }
  get ms(): number {
    return this.#ms;
  }
}

/** A length of time in milliseconds; may be negative. */
export class Duration {
  readonly #ms: number;
  constructor(ms: number) {
    this.#ms = ms;
  }
  get ms(): number {
    return this.#ms;
  }
}

/** What `a.?b` gives: a value, or none. */
export class Optional {
  readonly #value: unknown;
  /** `undefined` is none. */
  constructor(value: unknown) {
    this.#value = value;
  }
  get value(): unknown {
    return this.#value;
  }
}

export const NONE = new Optional(undefined);

export type ValueKind =
  | 'null'
  | 'boolean'
  | 'number'
  | 'text'
  | 'list'
  | 'object'
  | 'timestamp'
  | 'duration'
  | 'bytes'
  | 'optional'
  | 'secret'
  | 'unknown';

export function kindOf(value: unknown): ValueKind {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'undefined':
      return 'null';
    case 'object':
      break;
    default:
      return 'unknown';
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Duration) return 'duration';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Optional) return 'optional';
  if (value instanceof Secret) return 'secret';
  return 'object';
}

const WORDS: Readonly<Record<ValueKind, string>> = {
  null: 'null',
  boolean: 'true or false',
  number: 'a number',
  text: 'text',
  list: 'a list',
  object: 'an object',
  timestamp: 'a timestamp',
  duration: 'a duration',
  bytes: 'bytes',
  optional: 'an optional value',
  secret: 'a secret',
  unknown: 'something that is not JSON',
};

/** A kind as messages say it: `a list`. */
export function wordFor(kind: ValueKind): string {
  return WORDS[kind];
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return kindOf(value) === 'object';
}

/** Sets a property whatever its name is: `__proto__` becomes one like any other. */
export function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

/** The own keys of an object, charged for: large objects are slow to list. */
export function keysOf(evaluation: Evaluation, object: object): string[] {
  const keys = Object.keys(object);
  evaluation.spend(keys.length < 64 ? keys.length : keys.length * 4);
  return keys;
}
