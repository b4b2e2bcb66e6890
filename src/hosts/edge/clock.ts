import type { Clock } from '../../core/ports.ts';

/** The real clock of hosts that are not Node's. A request there does not live as long as one timer can wait. */
export const edgeClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    if (ms <= 0) {
      // A timer would wait for a millisecond, and each request there has a store of its own, so nobody else comes in this turn.
      let isOver = false;
      queueMicrotask(() => {
        if (!isOver) callback();
      });
      return () => {
        isOver = true;
      };
    }
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
