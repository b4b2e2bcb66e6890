import { expect } from 'vitest';
import type { Clock } from '../../src/core/ports.ts';
import type { OpenedDatabase } from '../../src/hosts/edge/opened.ts';
import { readMigrations } from '../../src/hosts/node/database/migrations.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createStore, type Store } from '../../src/store/store.ts';

/** Epoch milliseconds at which every test begins. */
export const START = Date.UTC(2026, 0, 5, 12);

/** A clock that goes when it is told to. */
export class MovableClock implements Clock {
  #now = START;

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  after(_ms: number, callback: () => void): () => void {
    const turn = setImmediate(callback);
    return () => clearImmediate(turn);
  }
}

/** A store with what a test needs beside it. */
export interface World {
  readonly store: Store;
  readonly clock: MovableClock;
  readonly database: OpenedDatabase;
}

export type OpenWorld = () => Promise<World>;

/** A world in an empty database. */
export async function worldOf(database: OpenedDatabase): Promise<World> {
  await migrate(database.migrations, readMigrations()[database.dialect.name], START);
  return worldIn(database);
}

/** A world in a database that has the schema. */
export function worldIn(database: OpenedDatabase): World {
  const clock = new MovableClock();
  return { store: createStore(database, clock), clock, database };
}

/** Data that an error with this code has, for `rejects`. */
export function code(expected: string, message = '') {
  return expect.objectContaining({ code: expected, message: expect.stringContaining(message) });
}
