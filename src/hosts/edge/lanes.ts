import type { Sql } from 'postgres';
import { postgres } from '../../store/dialects/postgres.ts';
import { type OpenClient, RenewedClient } from './renewed-client.ts';

/**
 * A client that hangs or has lost the network cannot end its transaction, and the server would hold what it has locked until
 * TCP gives up. Not a setting of the connection, which poolers may refuse.
 */
const BOUND = `begin; set local idle_in_transaction_session_timeout = '10s'`;
/** Of PostgreSQL 17 and later: also between the parts of one statement, where a transaction does not count as idle. */
const BOUND_WHOLE = `${BOUND}; set local transaction_timeout = '20s'`;
const KNOWS_WHOLE = 17;

export interface LaneOptions {
  /** Whether a transaction may last for as long as it likes: one that changes the schema. */
  readonly unbounded?: boolean;
}

/** One connection that runs a transaction at a time. */
export class Lane {
  /** To be used in a transaction: one object for all of them, so that what is built with it holds for all. */
  readonly sql: Sql;
  readonly #client: RenewedClient;
  #using: Sql;

  readonly #options: LaneOptions;

  /** `open` makes a client of one connection. */
  constructor(open: OpenClient, options: LaneOptions = {}) {
    this.#client = new RenewedClient(open);
    this.#options = options;
    this.#using = this.#client.current;
    this.sql = this.#guarded();
  }

  /** Commits when `work` resolves, else rolls back. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const client = this.#client.current;
    this.#using = client;
    await client.unsafe(this.#options.unbounded ? 'begin' : (boundOf(client) ?? (await boundOfNew(client))));
    try {
      const result = await work();
      await this.sql.unsafe('commit');
      return result;
    } catch (error) {
      // The server rolls back what has lost its connection, and a statement that is sent on one that is just breaking is
      // never answered.
      if (postgres.failure(error)?.code === 'DATABASE_UNREACHABLE') this.#client.lose();
      else await this.#rollBack();
      throw error;
    }
  }

  async end(seconds: number): Promise<void> {
    await this.#client.end(seconds);
  }

  /** postgres.js connects again by itself, and then the rest of a transaction would be none. */
  #guarded(): Sql {
    const unsafe: Sql['unsafe'] = (...args) => {
      if (this.#using !== this.#client.current) throw new LostConnection('The connection was lost in a transaction');
      return this.#using.unsafe(...args);
    };
    return new Proxy(this.#using, { get: (_, key) => (key === 'unsafe' ? unsafe : Reflect.get(this.#using, key)) });
  }

  /** Never throws: the error before it counts. */
  async #rollBack(): Promise<void> {
    try {
      await this.sql.unsafe('rollback');
    } catch {}
  }
}

/** Undefined before there was a connection: it is then that the server tells its version. */
function boundOf({ parameters }: Sql): string | undefined {
  const version = parameters?.server_version;
  if (version === undefined) return undefined;
  return Number.parseInt(String(version), 10) >= KNOWS_WHOLE ? BOUND_WHOLE : BOUND;
}

async function boundOfNew(client: Sql): Promise<string> {
  await client.unsafe('select 1');
  return boundOf(client) ?? BOUND;
}

class LostConnection extends Error {
  readonly code = 'CONNECTION_CLOSED';
}

/** As many lanes as transactions may run at a time; further ones wait for their turn. `T`: what a transaction works with. */
export class Lanes<T> {
  readonly #most: number;
  readonly #open: OpenClient;
  readonly #make: (sql: Sql) => T;
  readonly #free: Made<T>[] = [];
  readonly #all: Made<T>[] = [];
  readonly #waiting: ((made: Made<T>) => void)[] = [];

  /** `make` is called once for each lane. */
  constructor(most: number, open: OpenClient, make: (sql: Sql) => T) {
    this.#most = most;
    this.#open = open;
    this.#make = make;
  }

  async transaction<R>(work: (made: T) => Promise<R>): Promise<R> {
    const taken = this.#free.pop() ?? (await this.#take());
    try {
      return await taken.lane.transaction(() => work(taken.made));
    } finally {
      const next = this.#waiting.shift();
      if (next) next(taken);
      else this.#free.push(taken);
    }
  }

  async end(seconds: number): Promise<void> {
    await Promise.all(this.#all.map(({ lane }) => lane.end(seconds)));
  }

  #take(): Made<T> | Promise<Made<T>> {
    if (this.#all.length >= this.#most) return new Promise((resolve) => this.#waiting.push(resolve));
    const lane = new Lane(this.#open);
    const made = { lane, made: this.#make(lane.sql) };
    this.#all.push(made);
    return made;
  }
}

interface Made<T> {
  readonly lane: Lane;
  readonly made: T;
}
