import type { Clock } from './ports.ts';

/** One of the calls that are waiting for their turn. */
interface Waiting<T, R> {
  readonly one: T;
  readonly resolve: (result: R | PromiseLike<R>) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds after which the others do not wait any longer for one that is under way: it may hang. */
const PATIENCE = 1_000;

/** Characters of one of them above which others are not to wait for it, nor it for them. */
export const BULKY = 65_536;

/** Calls that go out together at most. */
const MOST = 100;

/**
 * Calls that come in one turn of the event loop, or while others are under way, go out together: with much to do few large
 * calls, with little to do each at once. `make` answers a result or a promise for each of its arguments, in their order; what
 * it throws goes to all of them.
 */
export function together<T, R>(
  clock: Pick<Clock, 'after'>,
  make: (all: readonly T[]) => Promise<readonly (R | PromiseLike<R>)[]>,
): (one: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = [];
  /** What everybody waits for; undefined when a call would go out. */
  let ahead: object | undefined;

  const go = async (me: object): Promise<void> => {
    const mine = waiting.slice(0, MOST);
    waiting = waiting.slice(MOST);
    const stop = clock.after(PATIENCE, () => follow(me));
    try {
      const results = await make(mine.map(({ one }) => one));
      // There is one for each.
      for (const [index, { resolve }] of mine.entries()) resolve(results[index] as R | PromiseLike<R>);
    } catch (error) {
      for (const { reject } of mine) reject(error);
    }
    stop();
    follow(me);
  };
  const plan = (): void => {
    const me = {};
    ahead = me;
    // Those that have just got their answer may be back in this turn.
    clock.after(0, () => void go(me));
  };
  const follow = (done: object): void => {
    if (ahead !== done) return;
    ahead = undefined;
    if (waiting.length > 0) plan();
  };

  return (one) =>
    new Promise((resolve, reject) => {
      waiting.push({ one, resolve, reject });
      if (!ahead) plan();
    });
}
