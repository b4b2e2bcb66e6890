import { and, asc, eq, isNull, lte, min } from 'drizzle-orm';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

export type FailureCall = Tables['failureCalls']['$inferSelect'];

/** Milliseconds that a delivery may take before somebody else begins it again. */
const LEASE_MS = 60_000;

/** Failed runs that the environment's failure webhook has to be told of: written with the end of the run, sent afterwards. */
export function failureCalls(handle: Handle) {
  const { db, tables } = handle;
  const { failureCalls: table } = tables;

  return {
    /** Belongs into the transaction that ends the run. A call with this id that is there already stays as it is. */
    async add(call: Pick<FailureCall, 'id' | 'environment' | 'run'>): Promise<void> {
      const now = handle.now();
      const row = { ...call, attempts: 0, created_at: now, due_at: now, ended_at: null, problem: null };
      await db.insert(table).values(row).onConflictDoNothing();
    },

    /** When the next one is due, epoch milliseconds; undefined when all were delivered. */
    async nextDue(environment: string): Promise<number | undefined> {
      const [row] = await db
        .select({ due_at: min(table.due_at) })
        .from(table)
        .where(eq(table.environment, environment));
      return row?.due_at ?? undefined;
    },

    /** Takes those that are due, so that nobody else sends them for a minute. */
    async take(environment: string, limit: number): Promise<FailureCall[]> {
      const now = handle.now();
      const due = await db
        .select()
        .from(table)
        .where(and(eq(table.environment, environment), lte(table.due_at, now)))
        .orderBy(asc(table.due_at))
        .limit(limit);
      const taken: FailureCall[] = [];
      for (const { id, attempts } of due) {
        const [row] = await db
          .update(table)
          .set({ attempts: attempts + 1, due_at: now + LEASE_MS })
          .where(and(eq(table.id, id), eq(table.attempts, attempts), lte(table.due_at, now)))
          .returning();
        if (row) taken.push(row);
      }
      return taken;
    },

    /** What became of an attempt: it was delivered, is tried again at `due_at`, or was given up for good. */
    async settle(
      { id, attempts }: Pick<FailureCall, 'id' | 'attempts'>,
      { due_at, problem }: { readonly due_at: number | null; readonly problem: string | null },
    ): Promise<void> {
      const ended_at = due_at === null ? handle.now() : null;
      await db
        .update(table)
        .set({ due_at, problem, ended_at })
        .where(and(eq(table.id, id), eq(table.attempts, attempts), isNull(table.ended_at)));
    },

    /** The calls of a run, in their order. */
    async of(run: string): Promise<FailureCall[]> {
      return db.select().from(table).where(eq(table.run, run)).orderBy(table.created_at, table.id);
    },

    /** Forgets those that ended before a time; answers how many. */
    async expire(before: number): Promise<number> {
      const gone = await db.delete(table).where(lte(table.ended_at, before)).returning({ id: table.id });
      return gone.length;
    },
  };
}
