import { and, asc, eq, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { AttemptOutcome } from '../core/api/run.ts';
import { type Note, noteLeft } from './dialects/attempts.ts';
import { type Epoch, packEpoch, unpackEpoch } from './epoch.ts';
import type { Handle } from './handle.ts';

/** Who executes runs, for people who look where something went wrong. */
export interface WorkerName {
  readonly worker: string;
  readonly host: string;
}

/** One time that a worker has taken a run. */
export interface Attempt extends WorkerName, Epoch {
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: AttemptOutcome | null;
}

export const NOBODY: WorkerName = { worker: '', host: '' };

/** Who has taken which run, and what came of it. */
export function attempts({ db, tables, now }: Handle) {
  const { runAttempts: table } = tables;
  return {
    /** In the order of their beginning. */
    async list(run: string): Promise<Attempt[]> {
      const rows = await db
        .select()
        .from(table)
        .where(eq(table.run, run))
        .orderBy(asc(table.epoch), asc(table.started_at));
      return rows.map(({ run: _run, epoch, ...row }) => ({ ...row, ...unpackEpoch(epoch) }));
    },

    /** A worker that counted as lost lives, and has found that the run is another one's. */
    async supersede(run: string, epoch: Epoch, { worker }: WorkerName = NOBODY): Promise<void> {
      const mine = and(eq(table.run, run), eq(table.epoch, packEpoch(epoch)), eq(table.worker, worker));
      await db
        .update(table)
        .set({ outcome: 'superseded', ended_at: sql`coalesce(${table.ended_at}, ${now()})` })
        .where(and(mine, or(isNull(table.outcome), eq(table.outcome, 'worker_lost'))));
    },
  };
}

/** Changes a run that is executed in this epoch, and notes that nobody executes it any more; answers what `change` does. */
export async function leaveRun(
  handle: Handle,
  run: string,
  epoch: Epoch,
  change: { getSQL(): SQL },
  outcome: AttemptOutcome,
): Promise<Record<string, unknown>[]> {
  const note = noteLeft({ run, epoch: packEpoch(epoch), now: handle.now() }, outcome);
  return noted(handle, change.getSQL(), [note]);
}

/** A change, and notes of it where it has changed something; answers what the change does. */
export async function noted(handle: Handle, change: SQL, notes: readonly Note[]): Promise<Record<string, unknown>[]> {
  const { dialect } = handle;
  const [first = change, ...others] = dialect.noted(change, notes);
  if (others.length === 0) return dialect.rows(handle.db, first);
  return handle.atomically(async ({ db }) => {
    const rows = await dialect.rows(db, first);
    if (rows.length > 0) for (const other of others) await dialect.rows(db, other);
    return rows;
  });
}
