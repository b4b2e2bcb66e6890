import { asc, eq, gte, lt } from 'drizzle-orm';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

export type StoredWorker = Tables['workers']['$inferSelect'];

/** What a worker says of itself. */
export type NewWorker = Omit<StoredWorker, 'last_seen_at'>;

/** Milliseconds without a word after which a worker counts as gone, and after which nobody wants to know of it. */
const SILENT = 30_000;
const FORGOTTEN = 24 * 3_600_000;

/** Processes that execute runs. */
export function workers(handle: Handle) {
  const { db, tables } = handle;
  const { workers: table } = tables;
  const live = () => gte(table.last_seen_at, handle.now() - SILENT);
  /** All that were seen in the last day, the longest serving first; `live`: heard of within the last half minute. */
  const list = async (): Promise<(StoredWorker & { readonly live: boolean })[]> => {
    const rows = await db.select().from(table).orderBy(asc(table.started_at), asc(table.id));
    const since = handle.now() - SILENT;
    return rows.map((row) => ({ ...row, live: row.last_seen_at >= since }));
  };
  return {
    list,

    /** How many are alive and take new runs of a pool, or of pipelines without one. */
    async taking(pool: string | undefined): Promise<number> {
      const taking = (await list()).filter(({ live, draining }) => live && !draining);
      return taking.filter(({ pools }) => pool === undefined || pools.includes(pool)).length;
    },

    /** Says that a worker is alive; answers whether it is the longest serving one, which looks after what concerns all. */
    async beat(worker: NewWorker): Promise<boolean> {
      const row = { ...worker, last_seen_at: handle.now() };
      const { id: _id, ...change } = row;
      await db.insert(table).values(row).onConflictDoUpdate({ target: table.id, set: change });
      const [first] = await db
        .select({ id: table.id })
        .from(table)
        .where(live())
        .orderBy(asc(table.started_at), asc(table.id))
        .limit(1);
      const isFirst = first?.id === worker.id;
      if (isFirst) await db.delete(table).where(lt(table.last_seen_at, handle.now() - FORGOTTEN));
      return isFirst;
    },

    /** A worker has ended in good order. */
    async leave(id: string): Promise<void> {
      await db.delete(table).where(eq(table.id, id));
    },
  };
}
