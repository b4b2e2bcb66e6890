import * as v from 'valibot';

/** Of a trigger that exists: `ID`, or `PIPELINE:ID`. What no trigger can be called is not found. */
export const TRIGGER = v.pipe(v.string(), v.minLength(1), v.maxLength(300));
