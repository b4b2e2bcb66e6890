import * as v from 'valibot';

/** Members of a query come as texts, those of a body as what they are; both are taken. */
export function whole(least: number, most: number) {
  return v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'Expected a whole number'), v.transform(Number))]),
    v.safeInteger(),
    v.minValue(least),
    v.maxValue(most),
  );
}

const MOST = 500;
const USUAL = 50;

/** How many items a list answers. */
export const LIMIT = v.optional(whole(1, MOST), USUAL);
