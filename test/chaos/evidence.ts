import type postgres from 'postgres';
import type { Call } from '../worker/effect-server.ts';

/** What the databases and the receiver of effects tell of runs after a fault. */
export interface Evidence {
  readonly runs: readonly StoredRun[];
  /** In the order of their recording. */
  readonly journal: readonly Recorded[];
  readonly writes: readonly Write[];
  readonly states: readonly StateChange[];
  readonly jobs: readonly StoredJob[];
  readonly slots: readonly { readonly run: string; readonly pipeline: string }[];
  readonly calls: readonly Call[];
}

export interface StoredRun {
  readonly id: string;
  readonly pipeline: string;
  readonly status: string;
  readonly error: string | null;
  readonly epoch: number;
}

export interface Recorded {
  readonly run: string;
  readonly seq: number;
  readonly epoch: number;
  readonly kind: string;
  readonly path: string;
  /** Of the end of a stage. */
  readonly status: string | null;
}

/** An entry at the moment of its recording, and the run as it was then. */
export interface Write {
  readonly run: string;
  readonly epoch: number;
  readonly current: number;
  readonly status: string;
  readonly kind: string;
  readonly path: string;
  readonly ended: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface StateChange {
  readonly run: string;
  readonly was: string | null;
  readonly was_epoch: number | null;
  readonly status: string;
  readonly epoch: number;
  readonly at: number;
}

export interface StoredJob {
  readonly run: string;
  readonly segment: number;
  readonly state: string;
  readonly retries: number;
  /** Seconds since its worker said something. */
  readonly silent: number | null;
  /** Seconds until it is due. */
  readonly due: number;
}

/** Reads a database that has the witness, in a transaction that sees one state of it. */
export async function readEvidence(tx: postgres.TransactionSql, calls: readonly Call[]): Promise<Evidence> {
  return {
    runs: await tx<StoredRun[]>`select id, pipeline, status, error::jsonb ->> 'code' as error, epoch::float8 from runs`,
    journal: await tx<Recorded[]>`select run, seq::int, epoch::float8, kind, path, entry::jsonb ->> 'status' as status
      from journal order by run, seq`,
    writes: await tx<Write[]>`select run, epoch::float8, current::float8, status, kind, path, ended,
      extract(epoch from at)::float8 * 1000 as at from witness.writes order by n`,
    states: await tx<StateChange[]>`select run, was, was_epoch::float8, status, epoch::float8,
      extract(epoch from at)::float8 * 1000 as at from witness.states order by n`,
    jobs: await tx<StoredJob[]>`select data ->> 'run' as run, (data ->> 'segment')::int as segment, state,
      retry_count as retries, extract(epoch from now() - heartbeat_on)::float8 as silent,
      extract(epoch from start_after - now())::float8 as due from pgboss.job where name = 'runs'`,
    slots: await tx<{ run: string; pipeline: string }[]>`select run, pipeline from run_slots`,
    calls: [...calls],
  };
}
