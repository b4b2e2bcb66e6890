import { describe, expect, it } from 'vitest';
import { openLibsql } from '../../src/hosts/node/database/libsql.ts';
import { sharedReads } from '../../src/store/shared-reads.ts';
import { MovableClock, worldOf } from './world.ts';

const clock = new MovableClock();

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('reads of the same at the same time', () => {
  it('are made once, and those of something else are not kept waiting', async () => {
    const share = sharedReads(clock);
    const reads: string[] = [];
    const slow = Promise.withResolvers<void>();
    const read = (what: string) =>
      share(what, async () => {
        reads.push(what);
        if (what === 'slow') await slow.promise;
        return what;
      });
    const [a, b, hung, other] = [read('a'), read('a'), read('slow'), read('b')];
    expect(await a).toBe(await b);
    await other;
    expect(reads).toEqual(['a', 'slow', 'b']);
    slow.resolve();
    expect(await hung).toBe('slow');
  });

  it('never give somebody what was read before he asked', async () => {
    const share = sharedReads(clock);
    let value = 1;
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const read = () =>
      share('value', async () => {
        const found = value;
        begun.resolve();
        await go.promise;
        return found;
      });
    const first = read();
    await begun.promise;
    value = 2;
    const second = read();
    const third = read();
    await turn();
    go.resolve();
    expect(await Promise.all([first, second, third])).toEqual([1, 2, 2]);
  });

  it('fail together, and the next one is made anew', async () => {
    const share = sharedReads(clock);
    let times = 0;
    const read = () =>
      share('value', async () => {
        if (++times === 1) throw new Error('down');
        return times;
      });
    const failed = await Promise.allSettled([read(), read()]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await read()).toBe(2);
  });

  it('forget what nobody asks for any more', async () => {
    const share = sharedReads(clock);
    for (let round = 0; round < 3; round++) {
      const all = Array.from({ length: 400 }, (_, i) => share(`${round}/${i}`, async () => i));
      expect((await Promise.all(all)).at(-1)).toBe(399);
    }
  });

  it('are not shared with a transaction, which sees what it has written', async () => {
    const { store } = await worldOf(await openLibsql(':memory:'));
    const set = { environment: 'production', name: 'a', actor: 'ada' };
    const before = store.vars.snapshot('production');
    await store.transaction(async (tx) => {
      await tx.vars.set(set, 1);
      expect(await tx.vars.snapshot('production')).toEqual({ a: 1 });
    });
    expect(Object.keys(await before).length).toBeLessThanOrEqual(1);
    expect(await store.vars.snapshot('production')).toEqual({ a: 1 });
    await store.close();
  });
});
