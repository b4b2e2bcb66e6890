import { sql } from 'drizzle-orm';

/** Values of these columns for a statement that is built once: each is given under its column's name when it is executed. */
export function placeholders<Columns extends object>(columns: Columns): Columns {
  const list = Object.keys(columns).map((name) => [name, sql.placeholder(name)]);
  // Drizzle takes a placeholder wherever it takes a value of a column; its types of updates do not say so.
  return Object.fromEntries(list) as Columns;
}
