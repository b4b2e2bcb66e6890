import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FOLDERS, pending } from '../../drizzle/pending.ts';
import type { OpenedDatabase } from '../../src/hosts/edge/opened.ts';
import { IN_MEMORY, openLibsql } from '../../src/hosts/node/database/libsql.ts';
import { readMigrations } from '../../src/hosts/node/database/migrations.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { type Migration, migrate, requireSchema, schemaSteps } from '../../src/store/migrate.ts';
import { tempFolder } from '../setup/fm.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import { code, START } from './world.ts';

const FIRST: Migration = {
  name: '0001-first',
  sql: 'create table a (x integer);\n--> statement-breakpoint\ncreate table b (x integer);',
};
const SECOND: Migration = { name: '0002-second', sql: 'create table c (x integer);' };

it.each(FOLDERS)('the migrations of %s are what the tables say: else run `npm run migration NAME`', async (folder) => {
  expect((await pending(folder)).statements).toEqual([]);
});

it('has migrations of both dialects, numbered without a gap', () => {
  for (const list of Object.values(readMigrations())) {
    expect(list.length).toBeGreaterThan(0);
    const numbers = list.map(({ name }) => Number(/^(\d{4})-[a-z0-9-]+$/.exec(name)?.[1]));
    expect(numbers).toEqual(list.map((_, i) => i + 1));
  }
});

describe.each<[string, () => Promise<() => Promise<OpenedDatabase>>]>([
  [
    'libSQL',
    async () => {
      const file = join(tempFolder(), 'x.db');
      return () => openLibsql(file);
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const url = await postgresDatabase({ empty: true });
      return () => openPostgres(url, { connections: 1 });
    },
  ],
])('migrating %s', (_name, make) => {
  /** Answers how to open an empty database, also several times. */
  async function empty(): Promise<() => Promise<OpenedDatabase>> {
    const open = await make();
    return async () => {
      const database = await open();
      onTestFinished(() => database.release());
      return database;
    };
  }
  const tables = async ({ migrations }: OpenedDatabase) => {
    const rows = await migrations.transaction((run) => run(migrations.dialect.migrations.tables));
    return rows.map(({ name }) => name).sort();
  };

  it('applies what is missing, once', async () => {
    const { migrations } = await (await empty())();
    await expect(requireSchema(migrations, schemaSteps([FIRST]))).rejects.toEqual(
      expect.objectContaining({ code: 'SCHEMA_BEHIND', hint: 'fm migrate', details: { missing: ['0001-first'] } }),
    );
    expect(await migrate(migrations, [FIRST], START)).toEqual(['0001-first']);
    expect(await migrate(migrations, [FIRST], START)).toEqual([]);
    await expect(requireSchema(migrations, schemaSteps([FIRST, SECOND]))).rejects.toEqual(
      code('SCHEMA_BEHIND', '1 of 2'),
    );
    expect(await migrate(migrations, [FIRST, SECOND], START)).toEqual(['0002-second']);
    await requireSchema(migrations, schemaSteps([FIRST, SECOND]));
  });

  it('refuses a database that a newer version has changed', async () => {
    const { migrations } = await (await empty())();
    await migrate(migrations, [FIRST, SECOND], START);
    await expect(migrate(migrations, [FIRST], START)).rejects.toEqual(code('SCHEMA_NEWER', '0002-second'));
    await expect(requireSchema(migrations, schemaSteps([FIRST]))).rejects.toEqual(code('SCHEMA_NEWER'));
  });

  it('refuses a database that was made with other statements', async () => {
    const { migrations } = await (await empty())();
    await migrate(migrations, [FIRST], START);
    const other = { ...FIRST, sql: `${FIRST.sql} ` };
    await expect(migrate(migrations, [other, SECOND], START)).rejects.toEqual(code('SCHEMA_CHANGED', '0001-first'));
    await expect(migrate(migrations, [SECOND, FIRST], START)).rejects.toEqual(code('SCHEMA_CHANGED'));
    await expect(requireSchema(migrations, schemaSteps([other]))).rejects.toEqual(code('SCHEMA_CHANGED'));
  });

  it('refuses a database with tables of something else, and leaves it alone', async () => {
    const database = await (await empty())();
    await database.migrations.transaction((run) => run('create table photos (x integer)'));
    await expect(migrate(database.migrations, [FIRST], START)).rejects.toEqual(code('DATABASE_FOREIGN', 'photos'));
    expect(await tables(database)).toEqual(['photos']);
  });

  it('does all or nothing', async () => {
    const database = await (await empty())();
    const broken = {
      name: '0002-broken',
      sql: 'create table c (x integer);\n--> statement-breakpoint\ncreate tabel d;',
    };
    await expect(migrate(database.migrations, [FIRST, broken], START)).rejects.toThrow(/syntax/);
    expect(await tables(database)).toEqual([]);
    expect(await migrate(database.migrations, [FIRST, SECOND], START)).toHaveLength(2);
    expect(await tables(database)).toEqual(['a', 'b', 'c', 'flowmason_migrations']);
  });

  it('is done by one of many that start at the same time', async () => {
    const open = await empty();
    const databases = await Promise.all([1, 2, 3, 4].map(open));
    const applied = await Promise.all(databases.map(({ migrations }) => migrate(migrations, [FIRST, SECOND], START)));
    expect(applied.flat().sort()).toEqual(['0001-first', '0002-second']);
  });
});

it('keeps an in-memory database for as long as it is open', async () => {
  const [one, two] = [await openLibsql(IN_MEMORY), await openLibsql(IN_MEMORY)];
  await migrate(one.migrations, [FIRST], START);
  await requireSchema(one.migrations, schemaSteps([FIRST]));
  await expect(requireSchema(two.migrations, schemaSteps([FIRST]))).rejects.toEqual(code('SCHEMA_BEHIND'));
  await Promise.all([one.release(), two.release()]);
});
