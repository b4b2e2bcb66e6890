import { is, Param, Placeholder } from 'drizzle-orm';

export type Values = Readonly<Record<string, unknown>>;

/**
 * What puts values into the places of a statement that drizzle has written, as its own `fillPlaceholders` does: that one
 * looks at every place anew what it is. The answer throws what a column throws that does not take a value.
 */
export function fillerOf(params: readonly unknown[]): (values: Values) => unknown[] {
  const places = params.map(placeOf);
  return (values) => {
    const filled: unknown[] = [];
    for (const { name, encoder, fixed } of places) {
      if (name === undefined) filled.push(fixed);
      else {
        const value = values[name];
        if (value === undefined) throw new Error(`The statement has no value for its placeholder ${name}`);
        filled.push(encoder ? encoder.mapToDriverValue(value) : value);
      }
    }
    return filled;
  };
}

interface Place {
  /** Of its placeholder; undefined where the value is always the same. */
  readonly name: string | undefined;
  readonly encoder: Param['encoder'] | undefined;
  readonly fixed: unknown;
}

function placeOf(param: unknown): Place {
  if (is(param, Placeholder)) return { name: param.name, encoder: undefined, fixed: undefined };
  if (is(param, Param) && is(param.value, Placeholder)) {
    return { name: param.value.name, encoder: param.encoder, fixed: undefined };
  }
  return { name: undefined, encoder: undefined, fixed: param };
}
