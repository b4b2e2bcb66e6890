import { fault } from '../fault.ts';
import { textOf } from '../result.ts';
import type { Call, Signature } from '../tree.ts';
import { Duration, kindOf, Timestamp } from '../values.ts';
import { numberArgument, refuseArgument, wholeArgument } from './arguments.ts';
import { isExact, LARGEST_WHOLE } from './exact.ts';

const round: Signature = {
  name: 'round',
  form: 'round(x, digits)',
  least: 1,
  most: 2,
  kind: 'number',
  run(_evaluation, call, value, digits) {
    const number = numberArgument(call, 0, value);
    const places = call.args.length > 1 ? wholeArgument(call, 1, digits) : 0;
    if (Math.abs(places) > 15)
      fault('invalid_argument', `round(x, digits) takes -15 to 15 digits, not ${places}`, call);
    const size = Math.abs(number);
    const rounded = halfAway(size, places);
    return (number < 0 ? -rounded : rounded) + 0;
  },
};

const POWERS = Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`));
/** Below it, whole numbers and their doubles are exact. */
const EXACT = 2 ** 50;

/** A size rounded as it is written in decimals: 1.005 counts as 1.005, and not as the 1.00499… that is stored. */
function halfAway(size: number, places: number): number {
  if (places < 0) {
    const power = POWERS[-places] as number;
    return size < EXACT ? Math.round(size / power) * power : size;
  }
  const power = POWERS[places] as number;
  const scaled = size * power;
  // Larger numbers have no digits there.
  if (scaled >= EXACT) return size;
  const below = Math.floor(scaled);
  // The double that is nearest to the half between two results is the one that is written like it.
  const half = (2 * below + 1) / (2 * power);
  return (size >= half ? below + 1 : below) / power;
}

const floor = rounding('floor', Math.floor);
const ceil = rounding('ceil', Math.ceil);
const abs = rounding('abs', Math.abs);

function rounding(name: string, make: (x: number) => number): Signature {
  return {
    name,
    form: `${name}(x)`,
    least: 1,
    most: 1,
    kind: 'number',
    run: (_evaluation, call, value) => make(numberArgument(call, 0, value)) + 0,
  };
}

const WHOLE = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** No number is written longer by anybody, and the patterns need not look at megabytes. */
const LONGEST_NUMBER = 400;

const int: Signature = {
  name: 'int',
  form: 'int(x)',
  least: 1,
  most: 1,
  kind: 'number',
  run(_evaluation, call, value) {
    const isText = typeof value === 'string';
    const whole = Math.trunc(isText ? parseNumber(call, value, WHOLE, 'a whole number') : secondsOf(call, value)) + 0;
    if (Math.abs(whole) <= LARGEST_WHOLE && (!isText || isExact(whole, value.trim()))) return whole;
    return fault('invalid_argument', `${call.args[0]?.text} is beyond 2^53, where whole numbers are not exact`, call);
  },
};

const double: Signature = {
  name: 'double',
  form: 'double(x)',
  least: 1,
  most: 1,
  kind: 'number',
  run: (_evaluation, call, value) =>
    typeof value === 'string' ? parseNumber(call, value, NUMBER, 'a number') : secondsOf(call, value),
};

function parseNumber(call: Call, written: string, form: RegExp, wanted: string): number {
  const text = written.length > LONGEST_NUMBER ? '' : written.trim();
  const number = form.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(number)) return number + 0;
  const hint = wanted === 'a number' || !NUMBER.test(text) ? undefined : `Write \`int(double(${call.args[0]?.text}))\``;
  return fault('invalid_argument', `${call.args[0]?.text} is text that is not ${wanted}`, call, hint);
}

/** Numbers as they are; timestamps as seconds since 1970, durations in seconds. */
function secondsOf(call: Call, value: unknown): number {
  if (value instanceof Timestamp || value instanceof Duration) return value.ms / 1_000;
  return numberArgument(call, 0, value);
}

const string: Signature = {
  name: 'string',
  form: 'string(x)',
  least: 1,
  most: 1,
  kind: 'text',
  run(evaluation, call, value) {
    if (kindOf(value) === 'secret') return refuseArgument(call, 0, value, 'text');
    return textOf(evaluation, value);
  },
};

export const NUMBER_FUNCTIONS: readonly Signature[] = [round, floor, ceil, abs, int, double, string];
