import type { Check } from '../evaluation.ts';
import type { Keywords } from './keyword.ts';

export const NUMBER_KEYWORDS: Keywords = {
  minimum: (limit) => bound('minimum', (data) => data >= limit, `at least ${limit}`),
  maximum: (limit) => bound('maximum', (data) => data <= limit, `at most ${limit}`),
  exclusiveMinimum: (limit) => bound('exclusiveMinimum', (data) => data > limit, `more than ${limit}`),
  exclusiveMaximum: (limit) => bound('exclusiveMaximum', (data) => data < limit, `less than ${limit}`),
  multipleOf: (divisor) => bound('multipleOf', (data) => isMultiple(data, divisor), `a multiple of ${divisor}`),
};

function bound(keyword: string, holds: (data: number) => boolean, expected: string): Check {
  return (data, evaluation) =>
    typeof data !== 'number' || holds(data) || evaluation.error(keyword, () => `must be ${expected}, found ${data}`);
}

/** Exact on the decimal digits: 0.3 is a multiple of 0.1, although their quotient as doubles is not whole. */
function isMultiple(value: number, divisor: number): boolean {
  if (Number.isInteger(value) && Number.isInteger(divisor)) return value % divisor === 0;
  const [digits, exponent] = decimal(value);
  const [divisorDigits, divisorExponent] = decimal(divisor);
  const shift = exponent - divisorExponent;
  return shift >= 0
    ? (digits * 10n ** BigInt(shift)) % divisorDigits === 0n
    : digits % (divisorDigits * 10n ** BigInt(-shift)) === 0n;
}

/** A number as digits × 10^exponent. */
function decimal(value: number): [digits: bigint, exponent: number] {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const fraction = mantissa.split('.')[1] ?? '';
  return [BigInt(mantissa.replace('.', '')), Number(exponent) - fraction.length];
}
