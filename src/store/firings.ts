import { and, eq, lte } from 'drizzle-orm';
import type { Handle } from './handle.ts';
import type { TriggerName } from './triggers.ts';

/** What one run is known by. */
export interface FiringKey {
  readonly key: string;
  /** Until when it is remembered, epoch milliseconds. */
  readonly expires_at: number;
}

/** What triggers have started, so that each thing starts one run, however many processes see it. */
export function firings(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { firings: table } = tables;
  const at = ({ environment, project, pipeline, id }: TriggerName, key: string) =>
    and(
      eq(table.environment, environment),
      eq(table.project, project),
      eq(table.pipeline, pipeline),
      eq(table.trigger, id),
      eq(table.key, key),
    );

  const takeOne = async (trigger: TriggerName, { key, expires_at }: FiringKey, run: string) => {
    const { environment, project, pipeline, id } = trigger;
    const fired_at = handle.now();
    const row = { environment, project, pipeline, trigger: id, key, run, fired_at, expires_at };
    const taken = await db.insert(table).values(row).onConflictDoNothing().returning({ run: table.run });
    if (taken.length > 0) return undefined;
    const [before] = await dialect.lock(db.select().from(table).where(at(trigger, key)));
    if (before && before.expires_at > fired_at) return before.run;
    await db.update(table).set({ run, fired_at, expires_at }).where(at(trigger, key));
    return undefined;
  };

  return {
    /**
     * Takes keys for a run; belongs into the transaction that creates the run. Answers undefined, or the run that was
     * started with one of them before; then all of them are that run's.
     */
    async take(trigger: TriggerName, keys: readonly FiringKey[], run: string): Promise<string | undefined> {
      for (const [index, key] of keys.entries()) {
        const before = await takeOne(trigger, key, run);
        if (before === undefined) continue;
        for (const { key: earlier } of keys.slice(0, index)) {
          await db.update(table).set({ run: before }).where(at(trigger, earlier));
        }
        return before;
      }
      return undefined;
    },

    /** The run that a key has started; undefined when it has started none that is remembered. */
    async find(trigger: TriggerName, key: string): Promise<string | undefined> {
      const [row] = await db.select().from(table).where(at(trigger, key));
      return row && row.expires_at > handle.now() ? row.run : undefined;
    },

    /** Forgets keys whose time is over; answers how many. */
    async expire(): Promise<number> {
      const gone = await db.delete(table).where(lte(table.expires_at, handle.now())).returning({ key: table.key });
      return gone.length;
    },
  };
}
