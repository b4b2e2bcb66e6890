import type { Clock } from '../core/ports.ts';
import { together } from '../core/together.ts';

/** Reads that are remembered; more of them are only not made together for a moment. */
const MOST = 500;

/**
 * Lets those who want to read the same at the same time do it once. A read that has begun is never given to who asks after
 * that, so everybody sees what was committed before. Whoever gets the answer must not change it.
 */
export function sharedReads(clock: Pick<Clock, 'after'>): <T>(what: string, read: () => Promise<T>) => Promise<T> {
  const groups = new Map<string, (read: () => Promise<unknown>) => Promise<unknown>>();
  const groupOf = (what: string) => {
    const known = groups.get(what);
    if (known) return known;
    if (groups.size >= MOST) groups.clear();
    const group = together<() => Promise<unknown>, unknown>(clock, async (reads) => {
      const [read] = reads;
      const found = await read?.();
      return reads.map(() => found);
    });
    groups.set(what, group);
    return group;
  };
  // Those of one group read the same.
  return <T>(what: string, read: () => Promise<T>) => groupOf(what)(read) as Promise<T>;
}
