import postgres from 'postgres';
import { readMigrations } from '../../../src/hosts/node/database/migrations.ts';
import { openPostgres } from '../../../src/hosts/node/database/postgres.ts';
import { migrate } from '../../../src/store/migrate.ts';

/** What a test file needs to make a database. */
export interface TestServer {
  readonly url: string;
  /** The name of a migrated database to copy. */
  readonly template: string;
}

/** Makes the database that those of the tests are copies of; names differ, so that runs can share a server. */
export async function prepareTemplate(url: string): Promise<{ server: TestServer; drop: () => Promise<void> }> {
  const template = `fm_template_${process.pid}_${Date.now()}`;
  await administer(url, `create database ${template}`);
  const database = await openPostgres(databaseUrl(url, template));
  await migrate(database.migrations, readMigrations().postgres, Date.now());
  await database.release();
  return { server: { url, template }, drop: () => administer(url, `drop database ${template} with (force)`) };
}

export function databaseUrl(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

export async function administer(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice() {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
