import { fail } from '../core/errors.ts';
import type { EnqueuedJob } from './dialects/dialect.ts';
import type { Handle } from './handle.ts';

/** The queue of jobs that workers take runs from, where this database has one: ENGINE.md 4. */
export function queue(handle: Handle) {
  const { db, dialect } = handle;
  return {
    /**
     * Enqueues a segment of a run; one that is enqueued already is left alone, but for one that is due later than this.
     * In a transaction it happens with the rest of it. Throws FlowMasonError `SCHEMA_BEHIND` where no queue is installed.
     */
    async enqueue(job: EnqueuedJob): Promise<void> {
      // Only who was given the URL of a PostgreSQL database dispatches by a queue.
      if (!dialect.enqueue) throw new Error(`${dialect.name} has no queue`);
      await dialect.rows(db, dialect.enqueue(job));
    },

    /**
     * Jobs that nobody has taken and that are due, and for how long the oldest one has been, milliseconds; undefined where
     * no queue is installed.
     */
    async due(): Promise<{ readonly depth: number; readonly age: number } | undefined> {
      if (dialect.installed && (await dialect.rows(db, dialect.installed)).length === 0) return undefined;
      const [row] = await dialect.rows(db, dialect.due(handle.now()));
      return { depth: Number(row?.depth ?? 0), age: Math.max(0, Number(row?.age ?? 0)) };
    },

    /** Throws FlowMasonError `SCHEMA_BEHIND` where no queue is installed. */
    async require(): Promise<void> {
      const rows = dialect.queue ? await dialect.rows(db, dialect.queue) : [];
      if (rows.length === 0) fail('SCHEMA_BEHIND', 'The database lacks the queue of runs', { hint: 'fm migrate' });
    },
  };
}
