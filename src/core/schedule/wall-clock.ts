/** What clocks on a wall show in a time zone. A reading is written as the epoch milliseconds that it would be in UTC. */
export interface WallClock {
  /** The reading at an instant, to the second. */
  readingAt(instant: number): number;
  /** The first instant at which it shows this or, where a reading is skipped, anything later. */
  firstAt(reading: number): number;
}

/** No offset from UTC is larger. */
const LARGEST_OFFSET = 16 * 3_600_000;
const UTC: WallClock = { readingAt: (instant) => instant, firstAt: (reading) => reading };

/** The clock of an IANA zone. Throws RangeError for a name that is none. */
export function wallClock(timezone: string): WallClock {
  if (timezone === 'UTC') return UTC;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const readingAt = (instant: number): number => {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  return {
    readingAt,
    firstAt(reading) {
      const before = reading - LARGEST_OFFSET;
      const after = reading + LARGEST_OFFSET;
      const offsets = [before, after].map((instant) => readingAt(instant) - instant);
      const instants = offsets.map((offset) => reading - offset).filter((instant) => readingAt(instant) === reading);
      return instants.length > 0 ? Math.min(...instants) : changeBetween(before, after, readingAt);
    },
  };
}

/** The second at which the offset changes, once, between two instants. */
function changeBetween(before: number, after: number, readingAt: (instant: number) => number): number {
  const offset = readingAt(before) - before;
  let [low, high] = [before, after];
  while (high - low > 1_000) {
    const middle = low + Math.floor((high - low) / 2_000) * 1_000;
    if (readingAt(middle) - middle === offset) low = middle;
    else high = middle;
  }
  return high;
}
