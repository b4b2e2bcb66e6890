import { type SQL, sql } from 'drizzle-orm';

/** Who takes a run. */
export interface Taker {
  readonly run: string;
  readonly epoch: number;
  readonly worker: string;
  readonly host: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A run that has ended, the rest as its columns keep it. */
export interface RunLeft {
  readonly run: string;
  readonly epoch: number;
  readonly status: string;
  readonly result: string | null;
  readonly error: string | null;
  readonly usage: string | null;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Of the attempt. */
  readonly outcome: string;
}

/** A statement that is to change something only where `guard` holds. */
export type Note = (guard: SQL) => SQL;

/** Gives a run to who comes in this epoch, if nobody has it in this or a later one; answers its row. */
export function taking({ run, epoch, now }: Taker): SQL {
  // Of two that come with one epoch only the first has it.
  return sql`update runs set status = 'running', epoch = ${epoch}, started_at = coalesce(started_at, ${now})
    where id = ${run} and ((status = 'queued' and epoch <= ${epoch}) or (status = 'running' and epoch < ${epoch}))
    returning *`;
}

/** Another one has the run now, so whoever had it before is gone. */
export function noteLost({ run, epoch, worker, now }: Taker): Note {
  return (guard) => sql`update run_attempts set ended_at = ${now}, outcome = 'worker_lost'
    where run = ${run} and ended_at is null and not (epoch = ${epoch} and worker = ${worker}) and ${guard}`;
}

export function noteTaken({ run, epoch, worker, host, now }: Taker): Note {
  return (guard) => sql`insert into run_attempts (run, epoch, worker, host, started_at)
    select cast(${run} as text), cast(${epoch} as bigint), cast(${worker} as text), cast(${host} as text), cast(${now} as bigint)
    where ${guard}
    on conflict (run, epoch, worker) do update
    set host = excluded.host, started_at = excluded.started_at, ended_at = null, outcome = null`;
}

export function noteLeft({ run, epoch, now }: Pick<Taker, 'run' | 'epoch' | 'now'>, outcome: string): Note {
  return (guard) => sql`update run_attempts set ended_at = ${now}, outcome = ${outcome}
    where run = ${run} and epoch = ${epoch} and ended_at is null and ${guard}`;
}
