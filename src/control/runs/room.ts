import { fail } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { Backlog } from '../../store/queue.ts';
import type { Store } from '../../store/store.ts';

/** Whether another run can be accepted (port). */
export interface Room {
  /** Throws FlowMasonError `QUEUE_FULL`. */
  require(): Promise<void>;
}

export interface RoomOptions {
  /** Where the queue is. */
  readonly store: Pick<Store, 'queue'>;
  readonly tenant: string | null;
  readonly clock: Pick<Clock, 'now'>;
  /** Runs that may wait for their execution. */
  readonly most: number;
  /** How long one of them may have been due, milliseconds. */
  readonly oldest: number;
  /** For rooms of one request each, which may use what another one has found, and on workerd not wait for it. */
  readonly last?: LastLook | undefined;
}

/** What the last look at the queue has found. */
export interface LastLook {
  found?: { readonly at: number; readonly backlog: Backlog };
}

/** How long a look at the queue counts, milliseconds: whoever starts runs looks at it by no more than that. */
const FRESH = 250;
/** Seconds. */
const SOONEST = 1;
const LATEST = 30;

/**
 * Refuses new runs while more are queued than may be, or one has been due for too long: past saturation what was accepted
 * begins in a bounded time, and the rest hears so at once.
 */
export function queueRoom({ store, tenant, clock, most, oldest, last = {} }: RoomOptions): Room {
  let seen: { readonly at: number; readonly backlog: Promise<Backlog> } | undefined;
  const look = (): Promise<Backlog> | Backlog => {
    const now = clock.now();
    const isFresh = (at: number): boolean => now - at < FRESH && now >= at;
    if (last.found && isFresh(last.found.at)) return last.found.backlog;
    if (seen && isFresh(seen.at)) return seen.backlog;
    const backlog = store.queue.backlog(tenant, most);
    seen = { at: now, backlog };
    backlog.then(
      (found) => {
        last.found = { at: now, backlog: found };
      },
      // Of a database that was away for a moment nothing is remembered.
      () => {
        seen = undefined;
      },
    );
    return backlog;
  };
  return {
    async require() {
      const { queued, age_ms } = await look();
      if (queued < most && age_ms <= oldest) return;
      const seconds = Math.round(age_ms / 1_000);
      const why =
        queued < most
          ? `the oldest run that is due has waited for ${seconds} s, and ${Math.round(oldest / 1_000)} s are allowed`
          : `${most} runs are queued, which is as many as may be; the oldest is due for ${seconds} s`;
      fail('QUEUE_FULL', `No more runs are accepted at present: ${why}`, {
        hint: 'Try again later, or start more workers: fm worker',
        details: {
          retry_after: Math.min(LATEST, Math.max(SOONEST, Math.ceil(seconds / 10))),
          queue_age_ms: Math.round(age_ms),
          queued,
        },
      });
    },
  };
}
