import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { type OpenWorld, START } from '../world.ts';

export function auditContract(open: OpenWorld): void {
  const append = (store: Pick<Store, 'audit'>, target: string) =>
    store.audit.append({ actor: 'ada', action: 'keys.create', target, details: { z: 1, a: 'é' } });

  it('numbers its rows, lists them from the newest on, and holds together', async () => {
    const { store } = await open();
    expect(await store.audit.verify()).toEqual({ rows: 0, broken: null });
    for (const target of ['a', 'b', 'c']) await append(store, target);
    await store.audit.append({ actor: 'bob', action: 'vars.set', target: 'd' });
    const rows = await store.audit.list({ limit: 2 });
    expect(rows).toMatchObject([
      { number: 4, actor: 'bob', details: 'null', at: START },
      { number: 3, target: 'c', details: '{"z":1,"a":"é"}' },
    ]);
    expect((await store.audit.list({ before: 3, limit: 9 })).map(({ target }) => target)).toEqual(['b', 'a']);
    expect(await store.audit.verify()).toEqual({ rows: 4, broken: null });
  });

  it('has no gap and no fork, however many write at once', async () => {
    const { store } = await open();
    const numbers = await Promise.all(Array.from({ length: 20 }, (_, i) => append(store, `t${i}`)));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(await store.audit.verify()).toEqual({ rows: 20, broken: null });
  });

  it('has no row of a change that did not happen', async () => {
    const { store } = await open();
    await append(store, 'a');
    const failed = store.transaction(async (tx) => {
      await append(tx, 'b');
      throw new Error('the change failed');
    });
    await expect(failed).rejects.toThrow('the change failed');
    expect(await append(store, 'c')).toBe(2);
    expect(await store.audit.verify()).toEqual({ rows: 2, broken: null });
  });

  it('shows where somebody changed, took out or cut off rows', async () => {
    const { store, database } = await open();
    const { audit, auditHead } = database.dialect.tables;
    for (const target of ['a', 'b', 'c', 'd']) await append(store, target);
    const [second] = await database.db.select().from(audit).where(eq(audit.number, 2));
    for (const change of [
      { target: 'x' },
      { actor: 'eve' },
      { at: START + 1 },
      { details: '{}' },
      { hash: 'f'.repeat(64) },
    ]) {
      await database.db.update(audit).set(change).where(eq(audit.number, 2));
      expect(await store.audit.verify()).toEqual({ rows: 1, broken: { number: 2, what: 'changed' } });
      await database.db
        .update(audit)
        .set(second ?? {})
        .where(eq(audit.number, 2));
    }
    expect(await store.audit.verify()).toEqual({ rows: 4, broken: null });
    await database.db.delete(audit).where(eq(audit.number, 4));
    expect(await store.audit.verify()).toEqual({ rows: 3, broken: { number: 4, what: 'cut off' } });
    await database.db.delete(audit).where(eq(audit.number, 2));
    expect(await store.audit.verify()).toEqual({ rows: 1, broken: { number: 2, what: 'missing' } });
    await database.db.update(auditHead).set({ hash: '' });
    expect(await store.audit.verify()).toMatchObject({ broken: { number: 2 } });
  });
}
