import { fault } from '../fault.ts';
import { textOf } from '../result.ts';
import type { Call, Signature } from '../tree.ts';
import { Duration, kindOf, Timestamp } from '../values.ts';
import { numberArgument, refuseArgument, wholeArgument } from './arguments.ts';

const round: Signature = {
  name: 'round',
  form: 'round(x, digits)',
  least: 1,
  most: 2,
  kind: 'number',
  run(_evaluation, call, value, digits) {
    const number = numberArgument(call, 0, value);
    const places = call.args.length > 1 ? wholeArgument(call, 1, digits) : 0;
    if (Math.abs(places) > 15) fault('invalid_value', `round(x, digits) takes -15 to 15 digits, not ${places}`, call);
    const away = shift(Math.round(shift(Math.abs(number), places)), -places);
    // A number so large that it has no such digits is its own rounding.
    return Number.isFinite(away) ? Math.sign(number) * away + 0 : number;
  },
};

/** Moves the decimal point of the number as it is written, so that 1.005 counts as 1.005 and not as 1.00499…. */
function shift(number: number, places: number): number {
  const [digits, exponent = '0'] = String(number).split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
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
    const number =
      typeof value === 'string' ? parseNumber(call, value, WHOLE, 'a whole number') : secondsOf(call, value);
    const whole = Math.trunc(number) + 0;
    if (Math.abs(whole) <= 2 ** 53) return whole;
    return fault('invalid_value', `${call.args[0]?.text} is beyond 2^53, where whole numbers are not exact`, call);
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
  const hint = wanted === 'a number' || !NUMBER.test(text) ? undefined : `write int(double(${call.args[0]?.text}))`;
  return fault('invalid_value', `${call.args[0]?.text} is text that is not ${wanted}`, call, hint);
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
