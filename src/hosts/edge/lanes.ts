import type { Sql } from 'postgres';
import { type OpenClient, RenewedClient } from './renewed-client.ts';

/** One connection that runs a transaction at a time. */
export class Lane {
  /** To be used in a transaction: one object for all of them, so that what is built with it holds for all. */
  readonly sql: Sql;
  readonly #client: RenewedClient;
  #using: Sql;

  /** `open` makes a client of one connection. */
  constructor(open: OpenClient) {
    this.#client = new RenewedClient(open);
    this.#using = this.#client.current;
    this.sql = this.#guarded();
  }

  /** Commits when `work` resolves, else rolls back. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.#using = this.#client.current;
    await this.#using.unsafe('begin');
    try {
      const result = await work();
      await this.sql.unsafe('commit');
      return result;
    } catch (error) {
      await this.#rollBack();
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

  /** Never throws: the error before it counts, and on a lost connection the server has rolled back. */
  async #rollBack(): Promise<void> {
    try {
      await this.sql.unsafe('rollback');
    } catch {}
  }
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
    const taken = await this.#take();
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
    const free = this.#free.pop();
    if (free) return free;
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
