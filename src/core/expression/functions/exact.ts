/** Up to here every whole number is exactly the number that was written. */
export const LARGEST_WHOLE = 2 ** 53;

/** Whether a number is what its text says. Only whole numbers are asked for that: fractions are rounded anyway. */
export function isExact(number: number, written: string): boolean {
  if (Math.abs(number) < LARGEST_WHOLE || !/^[+-]?\d+$/.test(written)) return true;
  const exact = BigInt(written.replace('+', ''));
  return exact <= BigInt(LARGEST_WHOLE) && exact >= -BigInt(LARGEST_WHOLE);
}
