import postgres from 'postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrateDatabase } from '../../src/hosts/node/database/migrate.ts';
import { openDatabase, openStore } from '../../src/hosts/node/database/open.ts';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { code, MovableClock } from '../store/world.ts';
import { keyed } from './keyed.ts';
import { deploy, logs, releaseOf } from './shop.ts';

/** The URL of a database as somebody sees it who may only read it. */
type Restrict = (url: string) => Promise<string>;

const standby: Restrict = async (url) =>
  `${url}${url.includes('?') ? '&' : '?'}options=-c%20default_transaction_read_only%3Don`;

const reader: Restrict = async (url) => {
  const sql = postgres(url, { max: 1, onnotice() {} });
  const name = `reader_${new URL(url).pathname.slice(1)}`.replaceAll('-', '_');
  await sql.unsafe(`create role ${name} login password 'pw'`);
  for (const schema of ['public', 'pgboss']) {
    await sql.unsafe(`grant usage on schema ${schema} to ${name}`);
    await sql.unsafe(`grant select on all tables in schema ${schema} to ${name}`);
  }
  onTestFinished(async () => {
    await sql.unsafe(`drop owned by ${name}`);
    await sql.unsafe(`drop role ${name}`);
    await sql.end();
  });
  const restricted = new URL(url);
  restricted.username = name;
  restricted.password = 'pw';
  return restricted.href;
};

describe.each<[string, Restrict]>([
  ['where every transaction may only read, as on a standby', standby],
  ['of a user without the right to write', reader],
])('a server on a PostgreSQL %s', (_, restrict) => {
  it('answers who only asks, and says to the others that nothing was written', async () => {
    const url = await queueDatabase();
    const store = await openStore(url, { folder: '/', migrate: false });
    onTestFinished(() => store.close());
    const clock = new MovableClock();
    const database = await openDatabase(url, '/');
    onTestFinished(() => database.release());
    const writing = keyed({ store, clock, database });
    const key = await writing.key('ada', 'admin', 'runs:read', 'runs:write', 'deploy', 'releases:read');
    await deploy(writing.client(key), releaseOf([logs('pay')]));
    const { run_id: id } = await writing.client(key).call('POST /pipelines/:name/runs', { name: 'pay' });
    await writing.client(key).call('PUT /vars/:name', { name: 'region', value: 'eu' });
    // A minute later the use of the key would be noted.
    clock.advance(120_000);

    const limited = await restrict(url);
    expect(await migrateDatabase(limited, { folder: '/', dryRun: true })).toEqual([]);
    const reading = await openStore(limited, { folder: '/', migrate: false });
    onTestFinished(() => reading.close());
    const client = keyed({ store: reading, clock, database }).client(key);
    expect(await client.call('GET /runs/:id', { id })).toMatchObject({ run_id: id, status: 'queued' });
    expect((await client.call('GET /runs', {})).runs).toHaveLength(1);
    expect((await client.call('GET /deployments', { project: 'shop' })).deployments).toHaveLength(1);
    expect((await client.call('GET /pipelines', { project: 'shop' })).pipelines).toHaveLength(1);
    expect((await client.call('GET /audit', {})).entries.length).toBeGreaterThan(1);
    expect(await client.call('GET /audit/verification', {})).toMatchObject({ broken: null });
    expect((await client.call('GET /vars', {})).vars).toHaveLength(1);
    expect((await client.call('GET /keys', {})).keys).toHaveLength(1);
    expect(await client.call('GET /environment', {})).toMatchObject({ name: 'staging' });
    expect(await client.call('GET /health/report', {})).toMatchObject({ environment: 'staging' });
    await client.call('GET /triggers', {});
    await client.call('GET /workers', {});

    for (const change of [
      () => client.call('PUT /vars/:name', { name: 'region', value: 'us' }),
      () => client.call('POST /pipelines/:name/runs', { name: 'pay' }),
      () => client.call('POST /runs/:id/cancel', { id }),
      () => client.call('POST /keys', { name: 'ci', scopes: ['deploy'] }),
    ])
      await expect(change()).rejects.toEqual(code('DATABASE_READ_ONLY'));
    expect(await store.runs.counts()).toEqual({ queued: 1 });
    expect(await store.keys.list('staging')).toHaveLength(1);
  });
});
