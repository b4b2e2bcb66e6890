import { afterAll, onTestFinished } from 'vitest';
import type { OpenedDatabase } from '../../src/hosts/edge/opened.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import { type OpenWorld, worldIn } from './world.ts';

/** Worlds in PostgreSQL databases that are emptied and used again: making one takes longer than most tests. */
export function reusedPostgres(): OpenWorld {
  const empty: OpenedDatabase[] = [];
  afterAll(() => Promise.all(empty.map((database) => database.release())));
  return async () => {
    const database = empty.pop() ?? (await openPostgres(await postgresDatabase()));
    onTestFinished(async () => {
      try {
        // What refers to others goes first.
        const { releasePipelines, releases, pipelines, projects, ...rest } = database.dialect.tables;
        await database.transaction(async (db) => {
          const inOrder = [releasePipelines, releases, pipelines, projects, ...Object.values(rest)];
          for (const table of inOrder) await db.delete(table);
        });
        empty.push(database);
      } catch {
        // A test has changed the schema.
        await database.release();
      }
    });
    return worldIn(database);
  };
}
