import { Column } from 'drizzle-orm';
import { fillerOf, type Values } from './fill.ts';
import { flat } from './flat.ts';

type Row = Record<string, unknown>;
type Rows = readonly (readonly unknown[])[];

/** What a statement that drizzle 0.45 has prepared for postgres.js has inside. */
interface Prepared {
  readonly client: {
    unsafe(text: string, values: unknown[], options: { prepare: true }): Promise<unknown> & { values(): Promise<Rows> };
  };
  readonly queryString: string;
  readonly params: unknown[];
  readonly fields?: readonly { readonly path: readonly string[]; readonly field: unknown }[];
  execute(values?: Values): Promise<unknown>;
}

interface Place {
  readonly name: string;
  readonly column: Column;
}

/**
 * Makes a prepared statement go to the driver by itself, and map its rows by a list of columns that is made once. Drizzle
 * looks at every value anew what its column is, which takes as long as all that the driver does. Statements whose rows are
 * no plain lists of columns are left as they are.
 */
export function hasten<Q extends object>(statement: Q): Q {
  // What drizzle makes for postgres.js; another version of it would fail in all tests of the store.
  const prepared = statement as unknown as Prepared;
  const { client, fields = [] } = prepared;
  const places = fields.flatMap(({ path, field }): Place[] =>
    path.length === 1 && field instanceof Column ? [{ name: path[0] ?? '', column: field }] : [],
  );
  if (places.length < fields.length) return statement;
  const text = flat(prepared.queryString);
  const fill = fillerOf(prepared.params);
  const toRow = rowsOf(places);
  prepared.execute = async (values = {}) => {
    const sent = client.unsafe(text, fill(values), { prepare: true });
    return places.length === 0 ? sent : (await sent.values()).map(toRow);
  };
  return statement;
}

function rowsOf(places: readonly Place[]): (values: readonly unknown[]) => Row {
  // A copy has all its members from the start; one that gets them one by one is moved with each.
  const empty: Row = Object.fromEntries(places.map(({ name }) => [name, null]));
  const names = places.map(({ name }) => name);
  const mapped = places.map(({ column }) => (isAsSent(column) ? undefined : column));
  return (values) => {
    const row = { ...empty };
    for (let at = 0; at < names.length; at++) {
      const value = values[at];
      const column = mapped[at];
      // There are as many names.
      row[names[at] as string] = column === undefined || value === null ? value : column.mapFromDriverValue(value);
    }
    return row;
  };
}

/** Whether a column's values are taken as the driver gives them. */
function isAsSent(column: Column): boolean {
  // A column of a custom type has this member, and no function in it where its type has no `fromDriver`.
  if ('mapFrom' in column) return column.mapFrom === undefined;
  return column.mapFromDriverValue === Column.prototype.mapFromDriverValue;
}
