import type { Schedule } from './schedule.ts';

/** What becomes of times that passed while nothing ran. */
export type Missed = 'skip' | 'once' | 'all';

/** A time that nobody has fired for so long was missed, milliseconds: a restart takes less. */
export const PATIENCE_MS = 60_000;
/** Times that `all` makes up for at most, the latest ones. */
export const MOST_MISSED = 1_000;

export interface DueTimes {
  /** In their order, epoch milliseconds. */
  readonly fire: readonly number[];
  /** When it is due again; null: never. */
  readonly next: number | null;
}

/** What a schedule has to do that was due at `due`, at an instant that is not before it. Epoch milliseconds. */
export function dueTimes(schedule: Schedule, due: number, now: number, missed: Missed): DueTimes {
  const late = now - PATIENCE_MS;
  const most = missed === 'skip' ? 0 : missed === 'once' ? 1 : MOST_MISSED;
  const over = most === 0 || due >= late ? [] : schedule.last(due, late - 1, most);
  const onTime = schedule.first(Math.max(due, late), now, Number.POSITIVE_INFINITY);
  return { fire: [...over, ...onTime], next: schedule.next(now) ?? null };
}
