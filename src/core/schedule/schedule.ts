import { Cron } from 'croner';
import { wallClock } from './wall-clock.ts';

/** The times of a cron pattern in a time zone. Instants in epoch milliseconds. */
export interface Schedule {
  /** The first time after an instant; undefined for a pattern that never comes again. */
  next(after: number): number | undefined;
  /** The times from one instant to another, both included: the first `most` of them. */
  first(from: number, to: number, most: number): number[];
  /** The last `most` of them, in their order. */
  last(from: number, to: number, most: number): number[];
}

const HOUR = 3_600_000;

/**
 * The schedule of a checked trigger (PIPELINES.md 1): what a clock on the wall would show decides. A time that it skips
 * fires the next minute, one that it shows twice fires once. croner finds the readings; its own time zones would fire
 * patterns with `*` twice, and leave out a whole day that is skipped.
 */
export function scheduleOf(cron: string, timezone = 'UTC'): Schedule {
  const pattern = new Cron(cron, { timezone: 'UTC', mode: '5-part', paused: true });
  const clock = wallClock(timezone);
  const next = (after: number): number | undefined => {
    for (let reading: number | undefined = clock.readingAt(after); ; ) {
      reading = pattern.nextRun(new Date(reading))?.getTime();
      if (reading === undefined) return undefined;
      const instant = clock.firstAt(reading);
      // Readings that come a second time, and those that were skipped, lead to instants that are over.
      if (instant > after) return instant;
    }
  };
  const first = (from: number, to: number, most: number): number[] => {
    const times: number[] = [];
    for (let at = next(from - 1); at !== undefined && at <= to && times.length < most; at = next(at)) times.push(at);
    return times;
  };
  return {
    next,
    first,
    last(from, to, most) {
      for (let span = HOUR; ; span *= 2) {
        const begin = Math.max(from, to - span);
        const times = first(begin, to, Number.POSITIVE_INFINITY);
        if (times.length >= most || begin === from) return times.slice(-most);
      }
    },
  };
}
