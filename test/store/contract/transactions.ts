import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { code, type OpenWorld } from '../world.ts';

export function transactionContract(open: OpenWorld): void {
  const set = (name: string) => ({ environment: 'production', name, actor: 'ada' });

  it('happen whole or not at all', async () => {
    const { store } = await open();
    const failed = store.transaction(async (tx) => {
      await tx.vars.set(set('a'), 1);
      await tx.audit.append({ actor: 'ada', action: 'x', target: 'y' });
      throw new RangeError('no');
    });
    await expect(failed).rejects.toThrow(RangeError);
    expect(await store.vars.list('production')).toEqual([]);
    expect(await store.transaction(async (tx) => (await tx.vars.set(set('a'), 1)) + 1)).toBe(2);
    expect(await store.audit.verify()).toEqual({ rows: 0, broken: null });
  });

  it('see what they wrote, and others see it at their end', async () => {
    const { store } = await open();
    let outside: Promise<unknown> | undefined;
    const written = Promise.withResolvers<void>();
    const reading = written.promise.then(() => {
      outside = store.vars.snapshot('production');
    });
    await store.transaction(async (tx) => {
      await tx.vars.set(set('a'), 1);
      expect(await tx.vars.snapshot('production')).toEqual({ a: 1 });
      written.resolve();
      await reading;
      await tx.vars.set(set('b'), 2);
    });
    // Before or after, never in between.
    expect([{}, { a: 1, b: 2 }]).toContainEqual(await outside);
  });

  it('refuse the store itself inside of them, however deep, and let it work afterwards', async () => {
    const { store } = await open();
    const deep = async () => {
      await Promise.resolve();
      return store.vars.list('production');
    };
    for (const inside of [
      () => store.vars.set(set('a'), 1),
      () => store.transaction(async () => {}),
      deep,
      () => Promise.all([Promise.resolve(), store.releases.active('production', 'shop')]),
    ]) {
      await expect(store.transaction(async () => void (await inside()))).rejects.toEqual(code('TRANSACTION_NESTED'));
    }
    const caught = await store.transaction(async (tx) => {
      await store.vars.set(set('a'), 1).catch(() => {});
      return tx.vars.set(set('b'), 2);
    });
    expect(caught).toBe(1);
    expect(await store.vars.snapshot('production')).toEqual({ b: 2 });
    const [first, second] = [await open(), await open()];
    await first.store.transaction(async () => {
      await second.store.vars.set(set('a'), 1);
    });
    expect(await second.store.vars.snapshot('production')).toEqual({ a: 1 });
  });

  it('all succeed when eight run at the same time, and lose nothing', async () => {
    const { store } = await open();
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        store.transaction(async (tx) => {
          const { n = 0 } = await tx.vars.snapshot('production', ['n']);
          await tx.vars.set(set(`mine${i}`), i);
          await tx.audit.append({ actor: 'ada', action: 'add', target: `${n}` });
        }),
      ),
    );
    expect(Object.keys(await store.vars.snapshot('production'))).toHaveLength(8);
    expect(await store.audit.verify()).toEqual({ rows: 8, broken: null });
  });

  it('are run again when others got in the way, from the start', async () => {
    const { store, database } = await open();
    await store.vars.set(set('a'), 0);
    let calls = 0;
    await store
      .transaction(async (tx) => {
        calls++;
        await tx.vars.set(set('a'), calls);
        if (calls < 3) throw new Error('wrapped', { cause: Object.assign(new Error('again'), { code: '40001' }) });
      })
      .catch((error) => {
        // libSQL has one writer, so it knows no such refusal.
        expect([database.dialect.name, error.message]).toEqual(['sqlite', 'wrapped']);
      });
    expect([calls, await store.vars.snapshot('production')]).toEqual(
      database.dialect.name === 'postgres' ? [3, { a: 3 }] : [1, { a: 0 }],
    );
  });

  it('say what is wrong with the schema', async () => {
    const { store, database } = await open();
    await database.dialect.rows(database.db, sql.raw('alter table vars rename to gone'));
    await expect(store.vars.list('production')).rejects.toEqual(code('SCHEMA_BEHIND', 'vars'));
  });

  it('know the clock of the database', async () => {
    const { store } = await open();
    expect(Math.abs((await store.health.time()) - Date.now())).toBeLessThan(60_000);
  });
}
