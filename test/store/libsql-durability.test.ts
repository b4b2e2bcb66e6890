import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLibsql } from '../../src/hosts/node/database/libsql.ts';
import type { Db } from '../../src/store/dialects/dialect.ts';
import { tempFolder } from '../setup/fm.ts';

/** What SQLite calls them (pragma `synchronous`). */
const [NORMAL, FULL] = [1, 2];

async function opened() {
  const database = await openLibsql(join(tempFolder(), 'x.db'));
  onTestFinished(() => database.release());
  const { relaxed = database } = database;
  const sync = async (db: Db): Promise<unknown> => {
    const [row] = await db.all<{ synchronous: number }>(sql.raw('PRAGMA synchronous'));
    return row?.synchronous;
  };
  return { database, relaxed, sync };
}

describe('a commit to a libSQL file', () => {
  it('waits for the disk, but for what the stages of a run record', async () => {
    const { database, relaxed, sync } = await opened();
    expect(await sync(database.db)).toBe(FULL);
    expect(await sync(relaxed.db)).toBe(NORMAL);
    expect(await relaxed.transaction(sync)).toBe(NORMAL);
    expect(await database.transaction(sync)).toBe(FULL);
    expect(await relaxed.db.all(sql.raw('PRAGMA synchronous'))).toEqual([{ synchronous: NORMAL }]);
    expect(await sync(database.db)).toBe(FULL);
  });

  it('does so whatever is asked for at the same time', async () => {
    const { database, relaxed, sync } = await opened();
    const asked = Array.from({ length: 40 }, (_, i) => {
      const side = i % 3 === 0 ? relaxed : database;
      const found = i % 2 === 0 ? sync(side.db) : side.transaction(sync);
      return found.then((value) => [i, value, side === relaxed ? NORMAL : FULL]);
    });
    for (const [, found, expected] of await Promise.all(asked)) expect(found).toBe(expected);
  });
});
