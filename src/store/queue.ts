import { eq, getTableColumns } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import { BULKY } from '../core/together.ts';
import type { EnqueuedJob } from './dialects/dialect.ts';
import type { Handle } from './handle.ts';
import { runGroup } from './run-group.ts';
import type { Run } from './run-states.ts';
import { type NewRun, newRow } from './runs.ts';

/** What waits to be executed. */
export interface Backlog {
  /** Runs that are due, counted up to the number that was asked for. */
  readonly queued: number;
  /** How long the oldest of those that are due has been so, milliseconds; 0 where nothing is, or where it is not known. */
  readonly age_ms: number;
}

/** A run as its columns keep it, and its job. */
interface AcceptedRow extends Readonly<Record<string, unknown>> {
  readonly run: string;
}

/** Where the job of a new run goes. */
export type NewJob = Pick<EnqueuedJob, 'tenant' | 'most'>;

/** The queue of jobs that workers take runs from, where this database has one: ENGINE.md 4. */
export function queue(handle: Handle) {
  const { db, dialect, tables } = handle;
  const { groups } = dialect;
  const columns = Object.entries(getTableColumns(tables.runs));
  const insert = groups && runGroup<AcceptedRow>(handle, groups.accept);

  return {
    /**
     * Accepts a run and enqueues its first segment, with others that come at the same time. The same as `runs.create` and
     * `enqueue` in one transaction. Throws FlowMasonError `ALREADY_EXISTS`, `SCHEMA_BEHIND`.
     */
    async accept(run: NewRun, { tenant, most }: NewJob): Promise<Run> {
      // Only who was given the URL of a PostgreSQL database dispatches by a queue.
      if (!insert) throw new Error(`${dialect.name} has no queue`);
      const row = newRow(handle, run);
      const values = columns.map(([key, column]) => {
        const value = row[key as keyof Run];
        return [column.name, value === null ? null : column.mapToDriverValue(value)];
      });
      const accepted = { ...Object.fromEntries(values), run: row.id, job_tenant: tenant, job_most: most ?? null };
      const size = String(accepted.input ?? '').length;
      if (!(await insert(accepted, { alone: size > BULKY })))
        fail('ALREADY_EXISTS', `There is a run ${run.id} already`);
      return row;
    },

    /**
     * Enqueues a segment of a run; one that is enqueued already is left alone, but for one that is due later than this.
     * In a transaction it happens with the rest of it. Throws FlowMasonError `SCHEMA_BEHIND` where no queue is installed.
     */
    async enqueue(job: EnqueuedJob): Promise<void> {
      // Only who was given the URL of a PostgreSQL database dispatches by a queue.
      if (!dialect.enqueue) throw new Error(`${dialect.name} has no queue`);
      await dialect.enqueue(db, job);
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

    /** What of a tenant waits; where this database has no queue, its queued runs. */
    async backlog(tenant: string | null, most: number): Promise<Backlog> {
      if (dialect.backlog) {
        const [row] = await dialect.rows(db, dialect.backlog(tenant, most));
        return { queued: Number(row?.queued ?? 0), age_ms: Number(row?.age_ms ?? 0) };
      }
      const { runs } = tables;
      const rows = await db.select({ id: runs.id }).from(runs).where(eq(runs.status, 'queued')).limit(most);
      return { queued: rows.length, age_ms: 0 };
    },

    /** Throws FlowMasonError `SCHEMA_BEHIND` where no queue is installed. */
    async require(): Promise<void> {
      const rows = dialect.queue ? await dialect.rows(db, dialect.queue) : [];
      if (rows.length === 0) fail('SCHEMA_BEHIND', 'The database lacks the queue of runs', { hint: 'fm migrate' });
    },
  };
}
