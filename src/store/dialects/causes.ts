/** The words that an error and its causes carry as codes, outermost first. */
export function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    for (const key of ['extendedCode', 'code']) {
      const value: unknown = Reflect.get(at, key);
      if (typeof value === 'string' && value !== '') codes.push(value);
    }
    if (at instanceof AggregateError) for (const one of at.errors) codes.push(...codesOf(one));
  }
  return codes;
}

/** What the driver said: the innermost message, without the statement and its values. */
export function messageOf(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return at instanceof Error ? at.message : String(at);
}
