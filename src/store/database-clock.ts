import type { Clock } from '../core/ports.ts';

/** The time of a database, as a host knows it: its own clock, and by how much that one is off. */
export interface DatabaseClock extends Clock {
  /**
   * Looks how much that is, when nobody did for a minute; `time` asks the database (`health.time`). When it cannot be
   * asked, what was known stays.
   */
  follow(time: () => Promise<number>): Promise<void>;
}

const EVERY = 60_000;
/** Clocks that are less apart count as one; a way to the database and back that takes longer tells nothing. */
const NEAR = 1_000;
/** Nearly every time; each look at the clock is followed by this. */
const FOLLOWED = Promise.resolve();

/**
 * What servers and workers of one database compare with what another one of them wrote (locks, plans, keys, repeated
 * calls, waiting runs) has to be told by one clock, and the hosts' own may be minutes apart.
 */
export function databaseClock(host: Clock): DatabaseClock {
  let offset = 0;
  let looked = Number.NEGATIVE_INFINITY;
  const look = async (time: () => Promise<number>, before: number): Promise<void> => {
    try {
      const there = await time();
      const after = host.now();
      if (after < before || after - before > NEAR) return;
      const off = Math.round(there - (before + after) / 2);
      offset = Math.abs(off) < NEAR ? 0 : off;
    } catch {
      // Whoever needs the database finds out that it is away.
    }
  };
  return {
    now: () => host.now() + offset,
    after: (ms, callback) => host.after(ms, callback),
    follow(time) {
      const before = host.now();
      // A clock that was set back has to be looked at again as well.
      if (before >= looked && before - looked < EVERY) return FOLLOWED;
      looked = before;
      return look(time, before);
    },
  };
}
