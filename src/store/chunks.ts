/** A statement has at most 32,766 values in SQLite and 65,535 in PostgreSQL; this many rows or values are far below. */
const MOST = 500;

/** A list in parts that fit a statement each. */
export function* chunks<T>(list: readonly T[], most = MOST): Generator<T[]> {
  for (let at = 0; at < list.length; at += most) yield list.slice(at, at + most);
}
