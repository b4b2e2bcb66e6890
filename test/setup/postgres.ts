import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { administer, databaseUrl, type TestServer } from './postgres/template.ts';

export interface DatabaseOptions {
  readonly empty?: boolean;
  /** The URL of another one of the file's, to which nobody is connected: a copy of it. */
  readonly like?: string;
}

/** A migrated PostgreSQL database of one's own, an empty one, or a copy; gone after the last test of the file. */
export async function postgresDatabase(options: DatabaseOptions = {}): Promise<string> {
  const answer = await fetch(inject('postgres'));
  if (!answer.ok) throw new Error(await answer.text());
  const { url, template } = (await answer.json()) as TestServer;
  const name = `fm_test_${process.pid}_${randomBytes(6).toString('hex')}`;
  const copied = options.like === undefined ? template : new URL(options.like).pathname.slice(1);
  await administer(url, `create database ${name} template ${options.empty ? 'template0' : copied}`);
  dropped.push(() => administer(url, `drop database ${name} with (force)`));
  return databaseUrl(url, name);
}

const dropped: (() => Promise<void>)[] = [];

afterAll(async () => {
  await Promise.all(dropped.splice(0).map((drop) => drop()));
});
