import { once } from 'node:events';
import { createServer } from 'node:net';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { createStore } from '../../src/store/store.ts';
import { startChild } from '../hosts/fixtures/child.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import { expectConsistent } from './consistent.ts';
import { code, MovableClock } from './world.ts';

async function opened(url: string, connections?: number) {
  const database = await openPostgres(url, connections === undefined ? {} : { connections });
  onTestFinished(() => database.release());
  return { database, store: createStore(database, new MovableClock()) };
}

const set = (name: string) => ({ environment: 'production', name, actor: 'ada' });

describe('connections to PostgreSQL', () => {
  it('run more transactions than there are connections, each on its own', async () => {
    const { store } = await opened(await postgresDatabase(), 2);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        store
          .transaction(async (tx) => {
            await tx.vars.set(set(`a${i}`), i);
            await Promise.all([tx.vars.list('production'), tx.vars.set(set(`b${i}`), i)]);
            if (i % 4 === 0) throw new Error('back');
          })
          .catch((error) => expect(error.message).toBe('back')),
      ),
    );
    const names = Object.keys(await store.vars.snapshot('production'));
    const kept = Array.from({ length: 40 }, (_, i) => i).filter((i) => i % 4 !== 0);
    expect(names.sort()).toEqual(kept.flatMap((i) => [`a${i}`, `b${i}`]).sort());
  });

  it('that are lost in a transaction undo it, whatever is tried afterwards', async () => {
    const url = await postgresDatabase();
    const { store } = await opened(url, 1);
    const killer = postgres(url, { max: 1 });
    onTestFinished(() => killer.end());
    const cut = store.transaction(async (tx) => {
      await tx.vars.set(set('before'), 1);
      const [row] =
        await killer`select pid from pg_stat_activity where state = 'idle in transaction' and datname = current_database()`;
      await killer`select pg_terminate_backend(${row?.pid}, 5000)`;
      await tx.vars.set(set('during'), 1).catch((error) => expect(error).toEqual(code('DATABASE_UNREACHABLE')));
      await tx.vars.set(set('after'), 1);
    });
    await expect(cut).rejects.toEqual(code('DATABASE_UNREACHABLE'));
    expect(await store.vars.snapshot('production')).toEqual({});
    // The next transaction has a new connection.
    await store.transaction((tx) => tx.vars.set(set('later'), 1));
    expect(await store.vars.snapshot('production')).toEqual({ later: 1 });
  });

  it('that migrate or speak plain SQL are not those whose parsers drizzle has changed', async () => {
    const { database } = await opened(await postgresDatabase());
    const own = await database.migrations.transaction((run) => run('select now() as now'));
    expect(own[0]?.now).toBeInstanceOf(Date);
    const [drizzled] = await database.dialect.rows(database.db, sql`select now() as now`);
    expect(typeof drizzled?.now).toBe('string');
  });

  it('say when nobody answers, when the login is refused and when there is no such database', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    probe.close();
    await once(probe, 'close');
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await expect(openPostgres(`postgresql://u:secret@127.0.0.1:${port}/x`)).rejects.toEqual(
      code('DATABASE_UNREACHABLE'),
    );
    const url = new URL(await postgresDatabase());
    const nowhere = Object.assign(new URL(url), { pathname: '/nowhere' }).href;
    await expect(openPostgres(nowhere)).rejects.toEqual(code('DATABASE_UNREACHABLE', 'no such database'));
    const nobody = Object.assign(new URL(url), { username: 'nobody' }).href;
    await expect(openPostgres(nobody)).rejects.toEqual(code('DATABASE_UNREACHABLE', 'login'));
  });

  it('say that a database takes no connections, whatever its reason is', async () => {
    const url = await postgresDatabase();
    const other = postgres(await postgresDatabase(), { max: 1 });
    onTestFinished(() => other.end());
    const name = new URL(url).pathname.slice(1);
    await other`alter database ${other(name)} with allow_connections false`;
    await expect(openPostgres(url)).rejects.toEqual(
      code('DATABASE_UNREACHABLE', 'not currently accepting connections'),
    );
  });

  it('leave everything old or new after kill -9 of a writer, never a mix', async () => {
    const url = await postgresDatabase();
    const { store } = await opened(url);
    let least = 0;
    for (const lines of [1, 7, 3]) {
      const child = startChild('../../store/fixtures/deploy.ts', [url, 'ada']);
      for (let i = 0; i < lines; i++) least = Number(await child.line());
      await child.kill();
      const found = await expectConsistent(store);
      expect(found).toBeGreaterThanOrEqual(least);
      least = found;
    }
  });
});
