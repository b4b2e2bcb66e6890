import type { Queue } from 'pg-boss';
import { MOST_RETRIES } from '../worker-lost.ts';

/** Where pg-boss keeps its tables, in the control database. `drizzle/pg` and `store/dialects` name the same. */
export const SCHEMA = 'pgboss';

/** Jobs of runs, and those that were given up: each of their tries ended with the worker. */
export const RUNS = 'runs';
export const DEAD = 'runs_dead';

/** What `flowmason_enqueue` notifies. */
export const CHANNEL = 'flowmason_runs';

/** Seconds after which a worker that does not say anything is taken for dead. */
export const HEARTBEAT = 10;
const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Crashes use up retries, and business retries live in the stage, so the limit is high (ENGINE.md 3). */
export const RUNS_QUEUE = {
  notify: true,
  heartbeatSeconds: HEARTBEAT,
  retryLimit: MOST_RETRIES,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  // The longest that pg-boss knows. A segment that lasts longer goes on at another worker from what it has recorded.
  expireInSeconds: DAY,
  // A run may wait long for a place, and nobody but us takes its job away.
  retentionSeconds: 365 * DAY,
  deleteAfterSeconds: 600,
  deadLetter: DEAD,
} satisfies Omit<Queue, 'name'>;

export const DEAD_QUEUE = {
  retryLimit: 10_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  expireInSeconds: HOUR,
  retentionSeconds: 365 * DAY,
  deleteAfterSeconds: 7 * DAY,
} satisfies Omit<Queue, 'name'>;
