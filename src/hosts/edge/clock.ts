import type { Clock } from '../../core/ports.ts';

/** The real clock of hosts that are not Node's. A request there does not live as long as one timer can wait. */
export const edgeClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
