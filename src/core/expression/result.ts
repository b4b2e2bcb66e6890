import { encodeBase64 } from '../mask.ts';
import { DATA_DEPTH } from '../measure.ts';
import { Secret } from '../secret.ts';
import { type Evaluation, limit, MAX_BUILT } from './evaluation.ts';
import { fault } from './fault.ts';
import { Duration, define, keysOf, kindOf, Optional, Timestamp, wordFor } from './values.ts';

/** A value as it leaves an expression: JSON, or a Secret. What came from the data as it is goes out as it is. */
export function leave(evaluation: Evaluation, value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return finite(value);
    case 'object':
      break;
    default:
      return jsonOf(evaluation, value);
  }
  if (value === null || value instanceof Secret) return value;
  // Anything else was either read from the data, or weighed while it was built.
  const known = Array.isArray(value) || value.constructor === Object;
  return known && !evaluation.unweighed ? value : jsonOf(evaluation, value);
}

/** The value as JSON of at most 4 MB: timestamps, durations, bytes and optional values in their written form. */
export function jsonOf(evaluation: Evaluation, value: unknown): unknown {
  return convert(value, { evaluation, bytes: 0 }, 0);
}

/** JSON text, as `json(x)` gives it. */
export function jsonText(evaluation: Evaluation, value: unknown): string {
  const text = JSON.stringify(jsonOf(evaluation, value));
  evaluation.spend(1 + (text.length >> 4));
  evaluation.build(text.length);
  return text;
}

/** What a value becomes inside text: scalars as they are written, null as nothing, lists and objects as JSON. */
export function textOf(evaluation: Evaluation, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return String(finite(value));
    case 'boolean':
      return value ? 'true' : 'false';
    default: {
      if (value === null || value === undefined) return '';
      if (value instanceof Optional) return textOf(evaluation, value.value);
      const kind = kindOf(value);
      if (kind === 'list' || kind === 'object') return jsonText(evaluation, value);
      // Whatever is left has one written form, and that is text.
      return String(jsonOf(evaluation, value));
    }
  }
}

/** RFC 3339 in UTC; a fraction only when there is one. */
export function timestampText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** Seconds, as CEL writes durations: `90s`, `0.25s`. */
export function durationText(ms: number): string {
  return `${ms / 1_000}s`;
}

interface Meter {
  readonly evaluation: Evaluation;
  bytes: number;
}

function weigh(meter: Meter, bytes: number): void {
  meter.bytes += bytes;
  if (meter.bytes > MAX_BUILT) limit('The expression builds more than 4 MB');
}

function convert(value: unknown, meter: Meter, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      weigh(meter, value.length + 2);
      return value;
    case 'number':
      weigh(meter, 2);
      return finite(value);
    case 'boolean':
      weigh(meter, 4);
      return value;
    case 'undefined':
      return null;
    case 'object':
      break;
    default:
      return fault('type_mismatch', `A ${typeof value} is not JSON`);
  }
  weigh(meter, 4);
  if (value === null) return null;
  if (depth > DATA_DEPTH) limit(`The data is nested deeper than ${DATA_DEPTH} levels`);
  if (Array.isArray(value)) return convertList(value, meter, depth);
  if (value instanceof Timestamp) return timestampText(value.ms);
  if (value instanceof Duration) return durationText(value.ms);
  if (value instanceof Uint8Array) {
    weigh(meter, value.length * 1.4);
    return encodeBase64(value);
  }
  if (value instanceof Optional) return convert(value.value, meter, depth + 1);
  if (value instanceof Secret) return fault('type_mismatch', `${wordFor('secret')} can only be sent as it is`);
  return convertObject(value as Record<string, unknown>, meter, depth);
}

function convertList(list: readonly unknown[], meter: Meter, depth: number): unknown[] {
  let copy: unknown[] | undefined;
  meter.evaluation.spend(list.length >> 2);
  for (let i = 0; i < list.length; i++) {
    const before = list[i];
    const after = convert(before, meter, depth + 1);
    if (!copy && !Object.is(before, after)) copy = list.slice(0, i);
    copy?.push(after);
  }
  return copy ?? (list as unknown[]);
}

function convertObject(object: Record<string, unknown>, meter: Meter, depth: number): unknown {
  const keys = keysOf(meter.evaluation, object);
  // Instances of classes leave as plain objects, so that nothing but data gets out.
  let copy: Record<string, unknown> | undefined = isPlain(object) ? undefined : {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    weigh(meter, key.length + 4);
    const before = object[key];
    const after = convert(before, meter, depth + 1);
    if (!copy && !Object.is(before, after)) {
      copy = {};
      for (const earlier of keys.slice(0, i)) define(copy, earlier, object[earlier]);
    }
    if (copy) define(copy, key, after);
  }
  return copy ?? object;
}

function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

function finite(value: number): number {
  // Adding 0 turns -0, which JSON does not keep, into 0.
  if (Number.isFinite(value)) return value + 0;
  return fault('not_finite', `${value} is not a JSON number`);
}
