import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Handle } from './handle.ts';
import { ENDED } from './run-states.ts';

/** The runs among which a place is free or not. */
export interface SlotGroup {
  readonly environment: string;
  readonly pipeline: string;
  /** `concurrency_key` of the run. */
  readonly key: string;
}

/** Places of pipelines with `concurrency`: taken by a claimed run, kept while it waits, free when it has ended. */
export function slots(handle: Handle) {
  const { db, tables } = handle;
  const { slots: table, runs } = tables;
  return {
    /**
     * Whether the run has a place among `limit` now; it may ask again. Its key is known from then on, so that its end gives
     * the place back. Throws FlowMasonError `ALREADY_EXISTS` when it has one
     * elsewhere.
     */
    async take(run: string, group: SlotGroup, limit: number): Promise<boolean> {
      const { environment, pipeline, key } = group;
      const inGroup = and(eq(table.environment, environment), eq(table.pipeline, pipeline), eq(table.key, key));
      return handle.atomically(async ({ db }) => {
        const ended = db
          .select({ id: runs.id })
          .from(runs)
          .where(inArray(runs.status, [...ENDED]));
        await db.delete(table).where(and(inGroup, inArray(table.run, ended)));
        for (;;) {
          const taken = await db.select().from(table).where(inGroup).orderBy(asc(table.number));
          if (taken.some((slot) => slot.run === run)) return true;
          if (taken.length >= limit) return false;
          const numbers = new Set(taken.map((slot) => slot.number));
          let number = 1;
          while (numbers.has(number)) number++;
          const mine = await db
            .insert(table)
            .values({ environment, pipeline, key, number, run })
            .onConflictDoNothing({ target: [table.environment, table.pipeline, table.key, table.number] })
            .returning({ number: table.number });
          // Else another run has just got this one.
          if (mine.length === 0) continue;
          await db.update(runs).set({ concurrency_key: key }).where(eq(runs.id, run));
          return true;
        }
      });
    },

    /** Runs with a place that are to be executed now, and do not wait for a signal or a time. */
    async active({ environment, pipeline, key }: SlotGroup): Promise<string[]> {
      const inGroup = and(eq(table.environment, environment), eq(table.pipeline, pipeline), eq(table.key, key));
      const rows = await db
        .select({ run: table.run })
        .from(table)
        .innerJoin(runs, eq(runs.id, table.run))
        .where(and(inGroup, inArray(runs.status, ['queued', 'running'])))
        .orderBy(asc(table.number));
      return rows.map(({ run }) => run);
    },

    /** Gives the run's place back; false when it had none. */
    async free(run: string): Promise<boolean> {
      const gone = await db.delete(table).where(eq(table.run, run)).returning({ number: table.number });
      return gone.length > 0;
    },
  };
}
