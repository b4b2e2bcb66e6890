import type { Sql } from 'postgres';

/** Opens a client of one connection, and calls back whenever that connection is lost. */
export type OpenOne = (onClose: () => void) => Sql;

/** One connection that runs a transaction at a time. */
export class Lane {
  readonly #client: Sql;
  #losses = 0;

  constructor(open: OpenOne) {
    this.#client = open(() => {
      this.#losses++;
    });
  }

  /** Commits when `work` resolves, else rolls back. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    await this.#client.unsafe('begin');
    const sql = this.#guarded(this.#losses);
    try {
      const result = await work(sql);
      await sql.unsafe('commit');
      return result;
    } catch (error) {
      await rollBack(sql);
      throw error;
    }
  }

  async end(seconds: number): Promise<void> {
    await this.#client.end({ timeout: seconds });
  }

  /** postgres.js connects again by itself, and then the rest of a transaction would be none. */
  #guarded(losses: number): Sql {
    const refuseLost = (): void => {
      if (losses !== this.#losses) throw new LostConnection('The connection was lost in a transaction');
    };
    return new Proxy(this.#client, {
      get: (client, key) => {
        if (key !== 'unsafe') return Reflect.get(client, key);
        return (...args: Parameters<Sql['unsafe']>) => {
          refuseLost();
          return client.unsafe(...args);
        };
      },
    });
  }
}

/** Never throws: the error before it counts, and on a lost connection the server has rolled back. */
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
  readonly #open: OpenOne;
  readonly #free: Lane[] = [];
  readonly #all: Lane[] = [];
  readonly #waiting: ((lane: Lane) => void)[] = [];

  constructor(most: number, open: OpenOne) {
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
