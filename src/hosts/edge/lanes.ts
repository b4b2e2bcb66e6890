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
  readonly #client: RenewedClient;

  readonly #options: LaneOptions;

  /** `open` makes a client of one connection. */
  constructor(open: OpenClient, options: LaneOptions = {}) {
    this.#client = new RenewedClient(open);
    this.#options = options;
  }

  /** Commits when `work` resolves, else rolls back. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = this.#client.current;
    await client.unsafe(this.#options.unbounded ? 'begin' : await boundOf(client));
    const sql = this.#guarded(client);
    try {
      const result = await work(sql);
      await sql.unsafe('commit');
      return result;
    } catch (error) {
      // The server rolls back what has lost its connection, and a statement that is sent on one that is just breaking is
      // never answered.
      if (postgres.failure(error)?.code === 'DATABASE_UNREACHABLE') this.#client.lose();
      else await rollBack(sql);
      throw error;
    }
  }

  async end(seconds: number): Promise<void> {
    await this.#client.end(seconds);
  }

  /** postgres.js connects again by itself, and then the rest of a transaction would be none. */
  #guarded(client: Sql): Sql {
    const refuseLost = (): void => {
      if (client !== this.#client.current) throw new LostConnection('The connection was lost in a transaction');
    };
    return new Proxy(client, {
      get: (_, key) => {
        if (key !== 'unsafe') return Reflect.get(client, key);
        return (...args: Parameters<Sql['unsafe']>) => {
          refuseLost();
          return client.unsafe(...args);
        };
      },
    });
  }
}

/** The server tells its version when the connection is made. */
async function boundOf(client: Sql): Promise<string> {
  if (client.parameters?.server_version === undefined) await client.unsafe('select 1');
  return Number.parseInt(String(client.parameters?.server_version), 10) >= KNOWS_WHOLE ? BOUND_WHOLE : BOUND;
}

/** Never throws: the error before it counts. */
async function rollBack(sql: Sql): Promise<void> {
  try {
    await sql.unsafe('rollback');
  } catch {}
}

class LostConnection extends Error {
  readonly code = 'CONNECTION_CLOSED';
}

/** As many lanes as transactions may run at a time; further ones wait for their turn. */
export class Lanes {
  readonly #most: number;
  readonly #open: OpenClient;
  readonly #free: Lane[] = [];
  readonly #all: Lane[] = [];
  readonly #waiting: ((lane: Lane) => void)[] = [];

  constructor(most: number, open: OpenClient) {
    this.#most = most;
    this.#open = open;
  }

  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const lane = await this.#take();
    try {
      return await lane.transaction(work);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(lane);
      else this.#free.push(lane);
    }
  }

  async end(seconds: number): Promise<void> {
    await Promise.all(this.#all.map((lane) => lane.end(seconds)));
  }

  #take(): Lane | Promise<Lane> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#all.length >= this.#most) return new Promise((resolve) => this.#waiting.push(resolve));
    const lane = new Lane(this.#open);
    this.#all.push(lane);
    return lane;
  }
}
