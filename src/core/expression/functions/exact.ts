/** Up to here every whole number is exactly the number that was written. */
export const LARGEST_WHOLE = 2 ** 53;

const WHOLE = /^[+-]?\d+$/;

/** Whether a finite number is the whole number that was written. Fractions are rounded anyway. */
export function isExact(number: number, written: string): boolean {
  if (Math.abs(number) < LARGEST_WHOLE || !WHOLE.test(written)) return true;
  // The shortest text of a number is that number, though not digit by digit; JSON is written so.
  return String(number) === written || BigInt(number) === BigInt(written.replace('+', ''));
}
