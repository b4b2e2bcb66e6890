import * as v from 'valibot';

export const VAR_NAME = v.pipe(
  v.string(),
  v.maxLength(100),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Expected letters, digits and `_`, not beginning with a digit'),
);
