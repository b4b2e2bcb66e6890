import type { SQL } from 'drizzle-orm';
import type { BaseSQLiteDatabase, SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { FlowMasonError } from '../../core/errors.ts';
import type { Tables } from '../tables/tables.ts';
import type { Note } from './attempts.ts';

/**
 * What statements are built with: drizzle's query builder over a database or a transaction of it. The type is libSQL's;
 * of PostgreSQL's the store uses what has the same name and meaning.
 */
export type Db = BaseSQLiteDatabase<'async', unknown>;

/** A segment of a run for the queue. */
export interface EnqueuedJob {
  readonly tenant: string | null;
  readonly run: string;
  readonly segment: number;
  /** Higher goes first. */
  readonly priority: number;
  /** Milliseconds until it is due. Default 0. */
  readonly delay?: number | undefined;
  /** How often it was tried before. Default 0. */
  readonly retry?: number | undefined;
  /** Jobs of a tenant that may be queued; the others stay with their runs until somebody looks for them. */
  readonly most?: number | undefined;
}

/** JSON texts of lists of rows, which are named as their columns; each with the epoch in which its run writes. */
export interface RecordRows {
  readonly journal?: string | undefined;
  readonly log?: string | undefined;
  /** Large ones, which entries name by their digest. */
  readonly outputs?: string | undefined;
}

export interface GroupOptions {
  /** Leaves out runs that somebody else is just changing, instead of waiting for that. */
  readonly skipLocked: boolean;
}

/** Changes of several runs by one statement. Each takes a JSON text with a list of objects. */
export interface RunGroups {
  /**
   * Gives runs to who takes them (`Taker`), as `taking` does, and notes it. Answers their rows, with `began` from before;
   * that is null for one that was never taken.
   */
  take(takers: string, options: GroupOptions): SQL;
  /**
   * Inserts runs and enqueues each: rows as their columns keep them, with `job_tenant` and `job_most` as in `EnqueuedJob`.
   * Answers column `id` of those that are new.
   */
  accept(runs: string): SQL;
  /** Ends runs (`RunLeft`) that are running in the epoch that is named, and notes it. Answers columns `id` and `concurrency_key`. */
  end(ends: string, options: GroupOptions): SQL;
}

/** What two databases differ in. A page each. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  readonly tables: Tables;
  /** Locks the rows that a query reads until the transaction ends, where writers are not one at a time anyway. */
  lock<Q extends object>(query: Q): Q;
  /** Makes a prepared statement cheaper to execute, where that can be. */
  hasten<Q extends object>(statement: Q): Q;
  /** The rows of a statement that no builder makes. */
  rows(db: Db, statement: SQL): Promise<Record<string, unknown>[]>;
  /**
   * A change and notes of it, which only count where it has changed something: the statements for it, of which the first
   * one answers what the change does. One after it is not to run when that is nothing.
   */
  noted(change: SQL, notes: readonly Note[]): readonly SQL[];
  /** Absent where a statement costs no way to a server, so that nothing is gained. */
  readonly groups?: RunGroups;
  /** A number column and something added to it. */
  plus(column: SQLiteColumn, amount: number): SQL;
  /** The columns of the row that an insert met, for `onConflictDoUpdate`. */
  excluded(column: SQLiteColumn): SQL;
  /** Answers column `now`: the database's clock in epoch milliseconds. */
  readonly time: SQL;
  /**
   * Inserts what runs record where the run is running in the epoch of the row: statements, which go into one transaction
   * when there are several. Each answers a row with `run` for every entry and line that is new.
   */
  record(rows: RecordRows, options: GroupOptions): readonly SQL[];
  /** Answers column `digest`: those of a JSON text with a list of digests that no pipeline has. */
  absent(digests: string): SQL;
  /** The same of those that the checker has found nothing of. */
  unchecked(digests: string, checker: string): SQL;
  /** Inserts the pipelines of a release: `pipelines` is the JSON text of an object of digests by name. */
  members(release: string, pipelines: string): SQL;
  /** Enqueues a job, once; absent where a database has no queue. */
  readonly enqueue?: (db: Db, job: EnqueuedJob) => Promise<void>;
  /** Answers columns `depth` and `age`, milliseconds: what is due in the queue. `now` in epoch milliseconds. */
  due(now: number): SQL;
  /** A row where there are tables of a queue; absent where runs themselves are the queue. */
  readonly installed?: SQL;
  /** Answers `queued`, the due jobs of a tenant that nobody has taken, counted up to `most`, and `age_ms`, since when the oldest is. */
  readonly backlog?: (tenant: string | null, most: number) => SQL;
  /** A row where the queue is installed. */
  readonly queue?: SQL;
  readonly migrations: MigrationStatements;
  /** What an error of the driver means; undefined for what nobody can expect. */
  failure(error: unknown): FlowMasonError | undefined;
}

/** Statements about the list of applied migrations. */
export interface MigrationStatements {
  /** Run first in the transaction, so that one migrates at a time; undefined where the transaction does it. */
  readonly lock: string | undefined;
  /** Answers `name` of every table. */
  readonly tables: string;
  readonly create: string;
  /** Answers `name` and `hash` in the order of their application. */
  readonly list: string;
  /** Takes name, hash and epoch milliseconds. */
  readonly add: string;
}
