import type { RunStatus } from '../run.ts';

/** `degraded`: it works, and somebody should look. `down`: what it is for does not happen. */
export type Verdict = 'ok' | 'degraded' | 'down';

/** One thing that is wrong. */
export interface HealthCause {
  /** A stable word: `no_workers`. */
  readonly cause: string;
  readonly verdict: Exclude<Verdict, 'ok'>;
  /** What is wrong, with what was expected. */
  readonly message: string;
  /** What to type or to do next. */
  readonly hint: string;
  readonly details?: Readonly<Record<string, string | number | readonly string[]>> | undefined;
}

/** Runs that ended in a span of time. */
export interface RunsEnded {
  readonly ended: number;
  readonly failed: number;
}

/** Whether an environment does what it is for. Times in epoch milliseconds. */
export interface HealthReport {
  readonly environment: string;
  readonly verdict: Verdict;
  /** The worst first. */
  readonly causes: readonly HealthCause[];
  readonly checked_at: number;
  /** Null where nobody but this server executes runs. */
  readonly workers: { readonly live: number; readonly draining: number } | null;
  /** Null where there is no queue. */
  readonly queue: { readonly depth: number; readonly oldest_ms: number } | null;
  /** Runs that are kept, by state; states without one are absent. */
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
  readonly last_hour: RunsEnded;
  /** The day before it. */
  readonly before: RunsEnded;
}
