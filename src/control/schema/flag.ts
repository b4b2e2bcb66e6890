import * as v from 'valibot';

/** True or false, as a text where it stands in a query. */
export const QUERY_FLAG = v.pipe(
  v.union([v.boolean(), v.picklist(['true', 'false'])], 'Expected true or false'),
  v.transform((given) => given === true || given === 'true'),
);
