import { onTestFinished } from 'vitest';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { reusedPostgres } from '../store/reused-postgres.ts';
import { type OpenWorld, worldOf } from '../store/world.ts';

/** The databases that verbs are tested over, for the tests of a file. */
export function databases(): readonly (readonly [string, OpenWorld])[] {
  return [
    [
      'libSQL',
      async () => {
        const world = await worldOf(await openDatabase('sqlite::memory:', '/'));
        onTestFinished(() => world.store.close());
        return world;
      },
    ],
    ['PostgreSQL', reusedPostgres()],
  ];
}
