import { fail } from '../core/errors.ts';

/** A place in a list that is sorted by time, then id. */
export interface Place {
  readonly at: number;
  readonly id: string;
}

/** A place as text, for callers to hand back unread. */
export function cursorOf({ at, id }: Place): string {
  return `${at}.${id}`;
}

/** Throws FlowMasonError `USAGE`. */
export function parseCursor(cursor: string): Place {
  const match = /^(\d{1,15})\.(.+)$/.exec(cursor);
  if (!match?.[2]) return fail('USAGE', `${JSON.stringify(cursor)} is not a cursor of a list`);
  return { at: Number(match[1]), id: match[2] };
}
