import { setTimeout as delay } from 'node:timers/promises';
import type { Client, InArgs, InStatement, ResultSet, Transaction, TransactionMode } from '@libsql/client/sqlite3';
import { FlowMasonError } from '../../../core/errors.ts';
import { sqlite } from '../../../store/dialects/sqlite.ts';

/** How long a writer waits for other processes in all, milliseconds. */
const PATIENCE = 10_000;
/** Longest pause between two tries, milliseconds. */
const PAUSE = 40;

/** What a commit waits for: `FULL` until it is on the disk, `NORMAL` until the system has it. */
export type Sync = 'FULL' | 'NORMAL';

/**
 * A libSQL client in front of a file that other processes write to as well. The driver is synchronous, and after one
 * `SQLITE_BUSY` its connection can take later writes and lose them. So one statement or transaction is under way at a
 * time, writing begins with the lock, and a connection that was refused it is closed, never used again. Throws
 * FlowMasonError `DATABASE_BUSY` when others hold the lock for ten seconds.
 */
export class QueuedClient implements Client {
  closed = false;
  readonly protocol = 'file';
  readonly #open: () => Promise<Client>;
  #client: Client;
  /** What the connection is set to; a new one begins with `FULL`. */
  #sync: Sync = 'FULL';
  #last: Promise<unknown> = Promise.resolve();

  private constructor(client: Client, open: () => Promise<Client>) {
    this.#client = client;
    this.#open = open;
  }

  /** `open` makes a client that is ready for use; it is called again when one has to be replaced. */
  static async create(open: () => Promise<Client>): Promise<QueuedClient> {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      try {
        return new QueuedClient(await open(), open);
      } catch (error) {
        await waitForOthers(error, deadline);
      }
    }
  }

  execute(statement: InStatement | string, args?: InArgs): Promise<ResultSet> {
    const whole: InStatement = typeof statement === 'string' ? { sql: statement, args: args ?? [] } : statement;
    return this.#inTurn(() => this.#retry((client) => client.execute(whole)));
  }

  /** Executes what may be lost in a power cut, and only there. */
  executeRelaxed(statement: InStatement | string): Promise<ResultSet> {
    return this.#inTurn(() => this.#retry((client) => client.execute(statement), 'NORMAL'));
  }

  batch(statements: Array<InStatement | [string, InArgs?]>, mode?: TransactionMode): Promise<ResultSet[]> {
    return this.#inTurn(() => this.#retry((client) => client.batch(statements, mode ?? 'write')));
  }

  migrate(statements: InStatement[]): Promise<ResultSet[]> {
    return this.#inTurn(() => this.#retry((client) => client.migrate(statements)));
  }

  executeMultiple(sql: string): Promise<void> {
    return this.#inTurn(() => this.#retry((client) => client.executeMultiple(sql)));
  }

  /** The transaction has the database until it commits, rolls back or is closed. */
  transaction(mode: TransactionMode = 'write', sync: Sync = 'FULL'): Promise<Transaction> {
    return new Promise((resolve, reject) => {
      this.#inTurn(async () => {
        const transaction = await this.#retry((client) => client.transaction(mode), sync);
        await new Promise<void>((release) => resolve(new QueuedTransaction(transaction, release)));
      }).catch(reject);
    });
  }

  sync(): ReturnType<Client['sync']> {
    return this.#inTurn(() => this.#client.sync());
  }

  reconnect(): void {
    this.#client.reconnect();
  }

  close(): void {
    this.closed = true;
    this.#client.close();
  }

  /** Closes when everything that was asked for before has been done. */
  async end(): Promise<void> {
    await this.#inTurn(async () => this.close());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }

  async #retry<T>(work: (client: Client) => Promise<T>, sync: Sync = 'FULL'): Promise<T> {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      try {
        await this.#set(sync);
        return await work(this.#client);
      } catch (error) {
        if (!isBusy(error) || this.closed) throw error;
        await this.#replace(error, deadline);
      }
    }
  }

  async #set(sync: Sync): Promise<void> {
    if (this.#sync === sync) return;
    await this.#client.execute(`PRAGMA synchronous = ${sync}`);
    this.#sync = sync;
  }

  async #replace(error: unknown, deadline: number): Promise<void> {
    this.#client.close();
    for (let cause = error; ; ) {
      await waitForOthers(cause, deadline);
      try {
        this.#client = await this.#open();
        this.#sync = 'FULL';
        return;
      } catch (failure) {
        cause = failure;
      }
    }
  }
}

/** A transaction that gives the database to the next one when it ends, however it ends. */
class QueuedTransaction implements Transaction {
  readonly #transaction: Transaction;
  readonly #release: () => void;

  constructor(transaction: Transaction, release: () => void) {
    this.#transaction = transaction;
    this.#release = release;
  }

  get closed(): boolean {
    return this.#transaction.closed;
  }

  execute(statement: InStatement): Promise<ResultSet> {
    return this.#transaction.execute(statement);
  }

  batch(statements: InStatement[]): Promise<ResultSet[]> {
    return this.#transaction.batch(statements);
  }

  executeMultiple(sql: string): Promise<void> {
    return this.#transaction.executeMultiple(sql);
  }

  async commit(): Promise<void> {
    // A commit that fails is followed by a rollback, which releases.
    await this.#transaction.commit();
    this.#release();
  }

  async rollback(): Promise<void> {
    try {
      await this.#transaction.rollback();
    } finally {
      this.close();
    }
  }

  close(): void {
    this.#transaction.close();
    this.#release();
  }
}

function isBusy(error: unknown): boolean {
  return sqlite.failure(error)?.code === 'DATABASE_BUSY';
}

/** Throws what cannot be waited for, and `DATABASE_BUSY` when the time is over. */
async function waitForOthers(error: unknown, deadline: number): Promise<void> {
  if (!isBusy(error)) throw error;
  if (performance.now() >= deadline) throw sqlite.failure(error) ?? new FlowMasonError('DATABASE_BUSY', String(error));
  await delay(Math.random() * PAUSE);
}
