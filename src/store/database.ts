import type { Db, Dialect } from './dialects/dialect.ts';

/** A database that a host has opened. */
export interface Database {
  readonly dialect: Dialect;
  /** For single statements, each a transaction of its own. */
  readonly db: Db;
  /** Runs `work` in one write transaction, once: commits when it resolves, else rolls back. */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * The same for what the stages of a run record: it survives the process, but a power cut may take the last of it, and then
   * those stages run again. What is committed by the others makes all before it safe. Absent where nothing is gained.
   */
  readonly relaxed?: Pick<Database, 'db' | 'transaction'> | undefined;
  /** Whether the caller runs inside `transaction` of this database. There only the transaction's `db` may be used. */
  isInside(): boolean;
  /** Gives back what belongs to this use of the database: a file, a pool, or on edge runtimes the request's client. */
  release(): Promise<void>;
}
