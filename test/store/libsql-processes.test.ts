import { join } from 'node:path';
import { createClient } from '@libsql/client/sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLibsql } from '../../src/hosts/node/database/libsql.ts';
import { openStore } from '../../src/hosts/node/database/open.ts';
import type { Store } from '../../src/store/store.ts';
import { startChild } from '../hosts/fixtures/child.ts';
import { tempFolder } from '../setup/fm.ts';
import { expectConsistent } from './consistent.ts';
import { worldOf } from './world.ts';

const FIXTURES = '../../store/fixtures';

async function opened(file: string): Promise<Store> {
  const store = await openStore(`sqlite:///${file}`, { folder: '/', migrate: true });
  onTestFinished(() => store.close());
  return store;
}

describe('a libSQL file that several processes write to', () => {
  it('loses nothing when four do so at the same time', async () => {
    const file = join(tempFolder(), 'shared.db');
    const children = ['a', 'b', 'c', 'd'].map((actor) =>
      startChild(`${FIXTURES}/append.ts`, [`sqlite:///${file}`, actor, '40']),
    );
    for (const child of children) expect([await child.line(), await child.line()]).toEqual(['open', 'done']);
    const store = await opened(file);
    expect(await store.audit.verify()).toEqual({ rows: 160, broken: null });
    const rows = await store.audit.list({ limit: 1000 });
    for (const actor of ['a', 'b', 'c', 'd']) {
      const targets = rows.filter((row) => row.actor === actor).map(({ target }) => Number(target));
      expect(targets.reverse()).toEqual(Array.from({ length: 40 }, (_, i) => i));
    }
    expect(Object.keys(await store.vars.snapshot('production'))).toHaveLength(80);
  });

  it('is old or new after kill -9 of a writer, never a mix, and keeps what was answered', async () => {
    const file = join(tempFolder(), 'killed.db');
    const store = await opened(file);
    let least = 0;
    for (const lines of [1, 4, 9, 2]) {
      const child = startChild(`${FIXTURES}/deploy.ts`, [`sqlite:///${file}`, 'ada']);
      for (let i = 0; i < lines; i++) least = Number(await child.line());
      await child.kill();
      const found = await expectConsistent(store);
      expect(found).toBeGreaterThanOrEqual(least);
      least = found;
    }
  });

  it('is opened again in one process without taking its own locks away', async () => {
    const file = join(tempFolder(), 'twice.db');
    const first = await opened(file);
    const second = await opened(file);
    for (let round = 1; round <= 3; round++) {
      // The last one to close a database deletes its WAL, and must see that this process still has it open.
      const other = startChild(`${FIXTURES}/append.ts`, [`sqlite:///${file}`, `child-${round}`, '20']);
      expect([await other.line(), await other.line(), await other.line()]).toEqual(['open', 'done', undefined]);
      expect(await first.audit.verify()).toEqual({ rows: round * 22 - 2, broken: null });
      for (const store of [first, second]) await store.audit.append({ actor: 'ada', action: 'count', target: 'x' });
      expect(await second.audit.verify()).toEqual({ rows: round * 22, broken: null });
    }
  });

  it('lets readers read while one writes', async () => {
    const file = join(tempFolder(), 'read.db');
    const store = await opened(file);
    const child = startChild(`${FIXTURES}/deploy.ts`, [`sqlite:///${file}`, 'ada']);
    for (let last = 0; last < 15; last = Number(await child.line())) {
      const active = await store.releases.active('production', 'shop');
      expect(active?.number ?? 0).toBeGreaterThanOrEqual(last);
    }
    await child.kill();
    await expectConsistent(store);
  });

  it('makes a writer that meets a held lock wait, and then its change is really there', async () => {
    const file = join(tempFolder(), 'held.db');
    const database = await openLibsql(file);
    const { store } = await worldOf(database);
    const holder = createClient({ url: `file:${file}` });
    const held = await holder.transaction('write');
    await held.execute("insert into projects (name, created_at) values ('held', 1)");
    const set = (name: string) => store.vars.set({ environment: 'production', name, actor: 'ada' }, 1);
    const waiting = [
      set('transaction'),
      store.keys.touch('nobody'),
      store.keys.create({
        id: 'k',
        environment: 'production',
        name: 'k',
        secret: 's',
        scopes: [],
        actor: 'ada',
      }),
    ];
    // The driver is synchronous, so by now it has met the lock.
    await new Promise(setImmediate);
    await held.commit();
    holder.close();
    await Promise.all(waiting);
    await set('later');
    await database.release();
    const again = await opened(file);
    expect(Object.keys(await again.vars.snapshot('production')).sort()).toEqual(['later', 'transaction']);
    expect(await again.keys.list('production')).toHaveLength(1);
  });
});
