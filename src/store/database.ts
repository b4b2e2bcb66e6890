import type { Db, Dialect } from './dialects/dialect.ts';

/** A database that a host has opened. */
export interface Database {
  readonly dialect: Dialect;
  /** For single statements, each a transaction of its own. */
  readonly db: Db;
  /** Runs `work` in one write transaction, once: commits when it resolves, else rolls back. */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Whether the caller runs inside `transaction` of this database. There only the transaction's `db` may be used. */
  isInside(): boolean;
  /** Gives back what belongs to this use of the database: a file, a pool, or on edge runtimes the request's client. */
  release(): Promise<void>;
}
