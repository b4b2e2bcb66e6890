import { describe, expect, test } from 'vitest';
import { together } from '../../src/core/together.ts';
import { VirtualClock } from '../executor/virtual-clock.ts';
import { MovableClock } from '../store/world.ts';

describe('calls that go out together', () => {
  test('are those of one turn, and those that come while others are under way', async () => {
    const { call, calls } = recorded();
    const first = [call('a'), call('b')];
    await Promise.all(first);
    const second = call('c');
    await turn();
    const third = [call('d'), call('e')];
    await Promise.all([second, ...third]);
    expect(calls).toEqual([['a', 'b'], ['c'], ['d', 'e']]);
    expect(await Promise.all([...first, second, ...third])).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  test('wait for those that have just got their answer and want the next', async () => {
    const { call, calls } = recorded();
    const lane = async (name: string): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await call(`${name}${i}`);
        // As long as what is between two calls takes no turn of its own.
        for (let hop = 0; hop < 20; hop++) await undefined;
      }
    };
    await Promise.all(['a', 'b', 'c'].map(lane));
    expect(calls).toEqual([
      ['a0', 'b0', 'c0'],
      ['a1', 'b1', 'c1'],
      ['a2', 'b2', 'c2'],
    ]);
  });

  test('fail together, and the next ones do not', async () => {
    let isDown = true;
    const call = together<number, number>(real, async (all) => {
      if (isDown) throw new Error('down');
      return all.map((one) => one * 2);
    });
    const failed = await Promise.allSettled([call(1), call(2)]);
    expect(failed.map((one) => (one.status === 'rejected' ? one.reason.message : one.value))).toEqual(['down', 'down']);
    isDown = false;
    expect(await call(3)).toBe(6);
  });

  test('fail alone where the answer for one is a promise that does, and nobody waits for a slow one', async () => {
    const slow = Promise.withResolvers<string>();
    const call = together<string, string>(real, async (all) =>
      all.map((one) => (one === 'bad' ? Promise.reject(new Error('no')) : one === 'slow' ? slow.promise : one)),
    );
    const [good, bad, late] = [call('good'), call('bad'), call('slow')];
    await expect(bad).rejects.toThrow('no');
    expect(await good).toBe('good');
    expect(await call('next')).toBe('next');
    slow.resolve('at last');
    expect(await late).toBe('at last');
  });

  test('do not wait for ever for a call that hangs', async () => {
    const clock = new VirtualClock();
    const hung = Promise.withResolvers<void>();
    const call = together<string, string>(clock, async (all) => {
      if (all.includes('hangs')) await hung.promise;
      return all;
    });
    const first = call('hangs');
    await new Promise<void>((resolve) => clock.after(0, resolve));
    expect(await Promise.all([call('a'), call('b')])).toEqual(['a', 'b']);
    expect(clock.elapsed).toBe(1_000);
    expect(await call('c')).toBe('c');
    hung.resolve();
    expect(await first).toBe('hangs');
    expect(await call('d')).toBe('d');
    expect(clock.elapsed).toBe(1_000);
  });
});

const real = new MovableClock();

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Answers in upper case, a turn later. */
function recorded() {
  const calls: string[][] = [];
  const call = together<string, string>(real, async (all) => {
    calls.push([...all]);
    await turn();
    return all.map((one) => one.toUpperCase());
  });
  return { call, calls };
}
