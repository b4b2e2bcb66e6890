import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installQueue } from '../../src/hosts/node/dispatcher/pg-boss/install-queue.ts';
import { administer, databaseUrl, prepareTemplate } from '../setup/postgres/template.ts';

/** A PostgreSQL server that waits for the disk, with an empty database of ours; `FM_TEST_PG_URL` names another one. */
export async function withQueue<T>(work: (url: string) => Promise<T>): Promise<T> {
  const given = process.env.FM_TEST_PG_URL;
  if (given !== undefined) return inDatabase(given, work);
  const keeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('../setup/postgres/keeper.ts', import.meta.url)), 'durable'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const ended = once(keeper, 'exit');
  try {
    const { value } = await createInterface({ input: keeper.stdout })[Symbol.asyncIterator]().next();
    if (value === undefined) throw new Error('PostgreSQL did not start; what it said stands above');
    return await inDatabase(value, work);
  } finally {
    keeper.stdin.end();
    await ended;
  }
}

async function inDatabase<T>(server: string, work: (url: string) => Promise<T>): Promise<T> {
  const { server: made, drop } = await prepareTemplate(server);
  const url = Object.assign(new URL(made.url), { pathname: `/${made.template}` }).href;
  try {
    await installQueue(url);
    return await work(url);
  } finally {
    await drop();
  }
}

/** A copy of a database to which nobody is connected; it is gone after `work`. */
export async function withCopy<T>(url: string, work: (url: string) => Promise<T>): Promise<T> {
  const name = new URL(url).pathname.slice(1);
  const copy = `${name}_${++copies}`;
  const server = databaseUrl(url, 'postgres');
  await administer(server, `create database ${copy} template ${name}`);
  try {
    return await work(databaseUrl(url, copy));
  } finally {
    await administer(server, `drop database ${copy} with (force)`);
  }
}

let copies = 0;
