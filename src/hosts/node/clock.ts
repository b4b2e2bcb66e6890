import type { Clock } from '../../core/ports.ts';

/** What one timer can wait: more overflows and would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** The real clock. A timer keeps the process alive until it fires or is cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    if (ms <= 0) {
      // A timer would wait for a millisecond.
      const turn = setImmediate(callback);
      return () => clearImmediate(turn);
    }
    let left = ms;
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const step = Math.min(left, LONGEST);
      left -= step;
      timer = setTimeout(left > 0 ? wait : callback, step);
    };
    wait();
    return () => clearTimeout(timer);
  },
};
