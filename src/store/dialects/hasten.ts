import { Column } from 'drizzle-orm';
import { fillerOf, type Values } from './fill.ts';
import { flat } from './flat.ts';

type Row = Record<string, unknown>;
type Answer<T> = Promise<readonly T[]>;

/** What a statement that drizzle 0.45 has prepared for postgres.js has inside. */
interface Prepared {
  readonly client: {
    unsafe(
      text: string,
      values: unknown[],
      options: { prepare: true },
    ): Answer<Row> & { values(): Answer<readonly unknown[]> };
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
  const read = readerOf(places);
  prepared.execute = async (values = {}) => {
    const sent = client.unsafe(text, fill(values), { prepare: true });
    return read ? read(await sent) : (await sent.values()).map((row) => renamed(places, row));
  };
  return statement;
}

/** For rows in which the server names each column as it is wanted; undefined when it does not. */
function readerOf(places: readonly Place[]): ((rows: readonly Row[]) => Row[]) | undefined {
  if (places.some(({ name, column }) => name !== column.name)) return undefined;
  const mapped = places.filter(({ column }) => !isAsSent(column));
  return (rows) => {
    for (const row of rows) {
      for (const { name, column } of mapped) {
        const value = row[name];
        if (value !== null) row[name] = column.mapFromDriverValue(value);
      }
    }
    // The driver's list has more to it than rows.
    return [...rows];
  };
}

function renamed(places: readonly Place[], values: readonly unknown[]): Row {
  const row: Row = {};
  let at = 0;
  for (const { name, column } of places) {
    const value = values[at++];
    row[name] = value === null ? null : column.mapFromDriverValue(value);
  }
  return row;
}

/** Whether a column's values are taken as the driver gives them. */
function isAsSent(column: Column): boolean {
  // A column of a custom type has this member, and no function in it where its type has no `fromDriver`.
  if ('mapFrom' in column) return column.mapFrom === undefined;
  return column.mapFromDriverValue === Column.prototype.mapFromDriverValue;
}
