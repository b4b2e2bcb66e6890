import { drizzle } from 'drizzle-orm/postgres-js/driver';
import openClient, { type Options, type Sql } from 'postgres';
import type { Database } from '../../store/database.ts';
import type { Db } from '../../store/dialects/dialect.ts';
import { postgres } from '../../store/dialects/postgres.ts';
import type { MigrationConnection } from '../../store/migrate.ts';
import { Lane, Lanes } from './lanes.ts';
import type { OpenedDatabase } from './opened.ts';
import { RenewedClient } from './renewed-client.ts';

export interface PostgresOptions {
  /** Connections for single statements, and as many for transactions. */
  readonly connections: number;
  /** Runs a transaction so that `isInside` can tell who is in it. */
  readonly scope: {
    run<T>(work: () => Promise<T>): Promise<T>;
    readonly isInside: Database['isInside'];
  };
}

/**
 * A PostgreSQL database of postgres.js, on Node and wherever there is TCP. Connects when it is first used. Transactions
 * have connections of their own: postgres.js can send another's statement on the connection of a transaction when its
 * pool is full (its issue 823).
 */
export function postgresDatabase(url: string, { connections, scope }: PostgresOptions): OpenedDatabase {
  const opener = (max: number) => (onClose: () => void) => {
    const made = openClient(url, { ...SETTINGS, max, onclose: onClose });
    // For what it does to the parsers.
    databaseOf(made);
    return made;
  };
  const client = new RenewedClient(opener(connections));
  const lanes = new Lanes(connections, opener(1), databaseOf);
  return {
    dialect: postgres,
    db: databaseOf(client.proxy()),
    transaction: (work) => scope.run(() => lanes.transaction(work)),
    isInside: scope.isInside,
    release: async () => {
      await Promise.all([client.end(CLOSING), lanes.end(CLOSING)]);
    },
    migrations: migrationsOf(url),
  };
}

/** Seconds. */
const CLOSING = 5;
const SETTINGS: Options<Record<string, never>> = {
  connect_timeout: 10,
  idle_timeout: 60,
  // No column of ours is an array, and a connection that breaks during that question ends the process: nobody waits for it.
  fetch_types: false,
  onnotice() {},
  connection: { application_name: 'flowmason' },
};

/** Drizzle changes the parsers of the client that it gets, so nobody else uses this one. */
function databaseOf(client: Sql): Db {
  // The store uses of it what libSQL's has as well; see `Db`.
  return drizzle({ client }) as unknown as Db;
}

/** A connection of its own for each use, whose parsers nobody has changed. */
function migrationsOf(url: string): MigrationConnection {
  return {
    dialect: postgres,
    async transaction(work) {
      const lane = new Lane((onClose) => openClient(url, { ...SETTINGS, max: 1, onclose: onClose }), {
        unbounded: true,
      });
      try {
        return await lane.transaction(() =>
          work(async (statement, values = []) => [...(await lane.sql.unsafe(statement, [...values]))]),
        );
      } finally {
        await lane.end(CLOSING);
      }
    },
  };
}
