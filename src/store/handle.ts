import { FlowMasonError, fail } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Database } from './database.ts';
import type { Db, Dialect } from './dialects/dialect.ts';
import { sharedReads } from './shared-reads.ts';
import type { Tables } from './tables/tables.ts';

/** Times that a transaction is tried when others keep changing the same rows. */
const TRIES = 10;

/** A builder's query, before it is prepared. */
interface Preparable {
  prepare(name: string): object;
}

/** One that reads. */
interface Readable {
  prepare(name: string): { execute(values?: Record<string, unknown>): Promise<unknown> };
}

/** What the nouns of the store work with: a database, or one transaction of it. */
export interface Handle {
  readonly db: Db;
  readonly dialect: Dialect;
  readonly tables: Tables;
  /** Whether it is one transaction, which sees what it has written itself. */
  readonly isTransaction: boolean;
  /** Epoch milliseconds of the store's clock, as every time in the store is. */
  now(): number;
  /** Calls back after at least so many milliseconds of that clock. */
  after: Clock['after'];
  /** For what the stages of a run record (`Database.relaxed`); in a transaction the handle itself. */
  readonly relaxed: Handle;
  /** Runs `work` in a transaction: this one, or one of its own. */
  atomically<T>(work: (handle: Handle) => Promise<T>): Promise<T>;
  /** A statement that is built once per handle; `build` may use placeholders only, no values of the call. */
  prepared<Q extends Preparable>(name: string, build: () => Q): ReturnType<Q['prepare']>;
  /** The same for one that reads, and that is executed once for all who want the same at the same time (`sharedReads`). */
  shared<Q extends Readable>(name: string, build: () => Q): Pick<ReturnType<Q['prepare']>, 'execute'>;
}

/** The handle for single statements; its transactions are `transactions`. */
export function outerHandle(database: Database, clock: Clock, transactions: Handle['atomically']): Handle {
  const { dialect, relaxed } = database;
  const lax = relaxed && { ...database, ...relaxed };
  const relaxedHandle = lax && handleOf(dialect, lax.db, clock, transactionsOf(lax, clock));
  return handleOf(dialect, database.db, clock, transactions, { relaxed: relaxedHandle });
}

/**
 * Runs `work` in one transaction of the database. When others got in the way it is run again from the start, so it must
 * change nothing but the database. Throws FlowMasonError `TRANSACTION_NESTED`, `DATABASE_BUSY`, what `work` throws.
 * Transactions that the database runs over one object have one handle, whose statements are built once.
 */
export function transactionsOf(database: Database, clock: Clock): Handle['atomically'] {
  const handles = new WeakMap<Db, Handle>();
  const handleIn = (db: Db): Handle => {
    const handle = handles.get(db) ?? innerHandle(database, db, clock);
    handles.set(db, handle);
    return handle;
  };
  return (work) => transact(database, (db) => work(handleIn(db)));
}

async function transact<T>(database: Database, work: (db: Db) => Promise<T>): Promise<T> {
  refuseInside(database);
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction(work);
    } catch (error) {
      const known = translated(database.dialect, error);
      if (known instanceof FlowMasonError && known.code === 'DATABASE_BUSY' && attempt < TRIES) continue;
      throw known;
    }
  }
}

/** Throws FlowMasonError `TRANSACTION_NESTED` when the caller has to use its transaction instead. */
export function refuseInside(database: Database): void {
  if (!database.isInside()) return;
  fail(
    'TRANSACTION_NESTED',
    'The store was used inside of a transaction of it, where only the transaction may be used',
    {
      hint: 'Use the argument of the function that was given to `store.transaction`.',
    },
  );
}

/** An error of the driver as one of ours; others as they are. */
export function translated(dialect: Dialect, error: unknown): unknown {
  return error instanceof FlowMasonError ? error : (flowMasonCause(error) ?? dialect.failure(error) ?? error);
}

/** Drizzle wraps what a column refused to take. */
function flowMasonCause(error: unknown): FlowMasonError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if (at instanceof FlowMasonError) return at;
  }
  return undefined;
}

function innerHandle(database: Database, db: Db, clock: Clock): Handle {
  const handle: Handle = handleOf(database.dialect, db, clock, (work) => work(handle), { isTransaction: true });
  return handle;
}

function handleOf(
  dialect: Dialect,
  db: Db,
  clock: Clock,
  atomically: Handle['atomically'],
  { relaxed, isTransaction = false }: { readonly relaxed?: Handle | undefined; readonly isTransaction?: boolean } = {},
): Handle {
  const statements = new Map<string, object>();
  const share = sharedReads(clock);
  const handle: Handle = {
    get relaxed() {
      return relaxed ?? handle;
    },
    db,
    dialect,
    tables: dialect.tables,
    isTransaction,
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    atomically,
    prepared<Q extends Preparable>(name: string, build: () => Q) {
      const known = statements.get(name);
      // Under a name there is what its `build` has made.
      if (known) return known as ReturnType<Q['prepare']>;
      const statement = dialect.hasten(build().prepare(name));
      statements.set(name, statement);
      return statement as ReturnType<Q['prepare']>;
    },
    shared<Q extends Readable>(name: string, build: () => Q): Pick<ReturnType<Q['prepare']>, 'execute'> {
      const statement: ReturnType<Readable['prepare']> = handle.prepared(name, build);
      // A transaction sees what it has written itself.
      if (isTransaction) return statement;
      return {
        execute: (values) => share(`${name} ${JSON.stringify(values)}`, async () => statement.execute(values)),
      };
    },
  };
  return handle;
}
