import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { administer, databaseUrl, type TestServer } from './postgres/template.ts';

/** A migrated PostgreSQL database of one's own, or an empty one; gone after the last test of the file. */
export async function postgresDatabase(options: { readonly empty?: boolean } = {}): Promise<string> {
  const answer = await fetch(inject('postgres'));
  if (!answer.ok) throw new Error(await answer.text());
  const { url, template } = (await answer.json()) as TestServer;
  const name = `fm_test_${process.pid}_${randomBytes(6).toString('hex')}`;
  await administer(url, `create database ${name} template ${options.empty ? 'template0' : template}`);
  dropped.push(() => administer(url, `drop database ${name} with (force)`));
  return databaseUrl(url, name);
}

const dropped: (() => Promise<void>)[] = [];

afterAll(async () => {
  await Promise.all(dropped.splice(0).map((drop) => drop()));
});
