import type { Machine } from '../../testing/run/clock.ts';
import { systemClock } from './clock.ts';

/** The machine that tests run on. */
export const testMachine: Machine = {
  clock: systemClock,
  turn: (callback) => {
    setImmediate(callback);
  },
};
