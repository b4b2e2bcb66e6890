import type { SQL } from 'drizzle-orm';
import { together } from '../core/together.ts';
import type { GroupOptions } from './dialects/dialect.ts';
import type { Handle } from './handle.ts';

type Row = Record<string, unknown>;

/**
 * Changes of runs that are wanted at the same time, by one statement: it takes their JSON text and answers a row with `id` for
 * each run that it has changed. Undefined where that was none.
 */
export function runGroup<T extends { readonly run: string }>(
  handle: Pick<Handle, 'db' | 'dialect' | 'after'>,
  statement: (changes: string, options: GroupOptions) => SQL,
): (change: T, options?: { readonly alone?: boolean }) => Promise<Row | undefined> {
  const { db, dialect } = handle;
  const make = async (changes: readonly T[], options: GroupOptions): Promise<ReadonlyMap<string, Row>> => {
    const rows = await dialect.rows(db, statement(JSON.stringify(changes), options));
    return new Map(rows.map((row) => [String(row.id), row]));
  };
  const alone = async (change: T): Promise<Row | undefined> =>
    (await make([change], { skipLocked: false })).get(change.run);

  const grouped = together<T, Row | undefined>(handle, async (changes) => {
    // The second one for a run comes after the first.
    const first = new Map<string, T>();
    for (const change of changes) if (!first.has(change.run)) first.set(change.run, change);
    const [only] = changes;
    if (only && changes.length === 1) return [await alone(only)];
    const changed = await make([...first.values()], { skipLocked: true }).catch((error: unknown) => {
      // It has changed nothing then; of a lost connection nobody knows.
      if (dialect.failure(error)?.code === 'DATABASE_BUSY') return new Map<string, Row>();
      throw error;
    });
    return changes.map((change) => {
      const row = first.get(change.run) === change ? changed.get(change.run) : undefined;
      return row ?? alone(change);
    });
  });
  return (change, options) => (options?.alone ? alone(change) : grouped(change));
}
