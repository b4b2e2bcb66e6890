import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Client, createClient, type InStatement, type Transaction } from '@libsql/client/sqlite3';
import { drizzle } from 'drizzle-orm/libsql/sqlite3';
import { fail } from '../../../core/errors.ts';
import type { Db } from '../../../store/dialects/dialect.ts';
import { sqlite } from '../../../store/dialects/sqlite.ts';
import type { MigrationConnection, RunSql } from '../../../store/migrate.ts';
import type { OpenedDatabase } from '../../edge/opened.ts';
import { errorCode } from '../atomic-file.ts';
import { QueuedClient, type Sync } from './queued-client.ts';
import { transactionScope } from './scope.ts';

/** The database that lives as long as its handle. */
export const IN_MEMORY = ':memory:';

/** How long a statement waits by itself, milliseconds: the driver does so with the whole process. */
const BUSY_TIMEOUT = 25;

export interface LibsqlOptions {
  /** Refuse every change with `DATABASE_READ_ONLY`. */
  readonly readOnly?: boolean;
}

/**
 * Opens a libSQL file, which is made with mode 0600 when it does not exist, or `IN_MEMORY`. Throws FlowMasonError
 * `DATABASE_READ_ONLY`, `DATABASE_DISK`, `DATABASE_FOREIGN`, `DATABASE_CORRUPT`, `DATABASE_BUSY`.
 */
export async function openLibsql(file: string, { readOnly = false }: LibsqlOptions = {}): Promise<OpenedDatabase> {
  const client = await open(file, readOnly);
  const scope = transactionScope();
  const outer = drizzle({ client });
  // Begun for writing, it would be refused before what it does is known: a dry run changes nothing.
  const mode = readOnly ? 'deferred' : 'write';
  return {
    dialect: sqlite,
    db: outer,
    transaction: (work) => scope.run(() => inTransaction(client, work, mode, 'FULL')),
    relaxed: {
      db: drizzle({ client: relaxed(client) }),
      transaction: (work) => scope.run(() => inTransaction(client, work, mode, 'NORMAL')),
    },
    isInside: scope.isInside,
    async release() {
      // The driver closes the file when its statements have been collected, too late to tidy up.
      await client.execute('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => {});
      await client.end();
    },
    migrations: migrationsOf(client),
  };
}

async function open(file: string, readOnly: boolean): Promise<QueuedClient> {
  if (file !== IN_MEMORY) makeFile(file);
  try {
    return await QueuedClient.create(() => connect(file, readOnly));
  } catch (error) {
    throw sqlite.failure(error) ?? error;
  }
}

async function connect(file: string, readOnly: boolean): Promise<Client> {
  const url = file === IN_MEMORY ? IN_MEMORY : pathToFileURL(file).href;
  const client = createClient({ url, timeout: BUSY_TIMEOUT, concurrency: 1, intMode: 'number' });
  try {
    // Readers go on while somebody writes; what is committed is on the disk.
    await client.execute('PRAGMA journal_mode = WAL');
    await client.execute('PRAGMA synchronous = FULL');
    await client.execute('PRAGMA foreign_keys = ON');
    if (readOnly) await client.execute('PRAGMA query_only = ON');
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

/**
 * Before the driver does, so that nobody else may read it, and the system's reason is known. A file that exists is not
 * opened for that: closing it again would drop the locks of every connection that this process has to it (POSIX), and
 * then others take its WAL away.
 */
function makeFile(file: string): void {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) closeSync(openSync(file, 'ax', 0o600));
    else if (stat.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    else if (process.getuid?.() === process.geteuid?.()) accessSync(file, constants.W_OK);
    // The system would ask for the other user.
    else closeSync(openSync(file, 'r+'));
  } catch (error) {
    // Another process was faster.
    if (errorCode(error) === 'EEXIST') return;
    const code = errorCode(error);
    const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
    fail(DISK.has(code) ? 'DATABASE_DISK' : 'DATABASE_READ_ONLY', `${file} cannot be opened for writing: ${reason}`, {
      hint: 'Make the folder, make room, or give yourself the right to write there.',
      cause: error,
    });
  }
}

const DISK: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EIO']);
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EIO: 'the disk reports an error',
  EROFS: 'the file system is read-only',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
};

async function inTransaction<T>(
  client: QueuedClient,
  work: (db: Db) => Promise<T>,
  mode: 'write' | 'deferred',
  sync: Sync,
): Promise<T> {
  const transaction = await client.transaction(mode, sync);
  return ended(transaction, () => work(drizzle({ client: bound(client, transaction) })));
}

function migrationsOf(client: QueuedClient): MigrationConnection {
  return {
    dialect: sqlite,
    async transaction(work) {
      const transaction = await client.transaction('write');
      const run: RunSql = async (sql, values = []) => {
        const { columns, rows } = await transaction.execute({ sql, args: [...values] });
        return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
      };
      return ended(transaction, () => work(run));
    },
  };
}

/** Commits when `work` resolves, else rolls back; the error of `work` counts. */
async function ended<T>(transaction: Transaction, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    await transaction.commit();
    return result;
  } catch (error) {
    // The database may have rolled back by itself, e.g. on a full disk.
    await transaction.rollback().catch(() => {});
    throw error;
  }
}

/** A client as drizzle sees it whose statements all go to one place, e.g. to a transaction. */
function bound(client: QueuedClient, transaction: Pick<Transaction, 'execute' | 'batch' | 'executeMultiple'>): Client {
  return {
    closed: false,
    protocol: client.protocol,
    execute: (statement: string | { sql: string }) => transaction.execute(statement),
    batch: (statements) => transaction.batch(statements as Parameters<Transaction['batch']>[0]),
    migrate: () => nested(),
    executeMultiple: (sql) => transaction.executeMultiple(sql),
    transaction: () => nested(),
    sync: () => nested(),
    reconnect() {},
    close() {},
  };
}

/** The client as drizzle sees it for single statements that need not wait for the disk. */
function relaxed(client: QueuedClient): Client {
  return bound(client, {
    execute: (statement: string | InStatement) => client.executeRelaxed(statement),
    batch: (statements) => client.batch(statements),
    executeMultiple: (sql) => client.executeMultiple(sql),
  });
}

function nested(): never {
  fail('TRANSACTION_NESTED', 'A transaction cannot be begun inside of one');
}
