import * as v from 'valibot';

/** A whole number in a query, where everything is text. */
export function wholeNumber(least: number, most: number) {
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, 'Expected a whole number'),
    v.transform(Number),
    v.minValue(least, `Expected ${least} or more`),
    v.maxValue(most, `Expected ${most} or less`),
  );
}

export const FLAG = v.pipe(
  v.picklist(['true', 'false'], 'Expected true or false'),
  v.transform((text) => text === 'true'),
);

/** How many entries of a list. */
export const LIMIT = v.optional(wholeNumber(1, 500), '50');
