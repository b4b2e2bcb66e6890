import * as v from 'valibot';
import { AT, COUNT, list, said, shape } from './shape.ts';

/** `degraded`: it works, and somebody should look. `down`: what it is for does not happen. */
export const VERDICT = v.picklist(['ok', 'degraded', 'down']);
export type Verdict = v.InferOutput<typeof VERDICT>;

/** One thing that is wrong. */
export const HEALTH_CAUSE = shape({
  cause: said(v.string(), 'A stable word: `no_workers`'),
  verdict: v.picklist(['degraded', 'down']),
  message: said(v.string(), 'What is wrong, with what was expected'),
  hint: said(v.string(), 'What to type or to do next'),
  details: v.optional(v.record(v.string(), v.union([v.string(), v.number(), list(v.string())]))),
});
export type HealthCause = v.InferOutput<typeof HEALTH_CAUSE>;

/** Runs that ended in a span of time. */
export const RUNS_ENDED = shape({ ended: COUNT, failed: COUNT });
export type RunsEnded = v.InferOutput<typeof RUNS_ENDED>;

const SOME = v.exactOptional(COUNT);
const RUN_COUNTS = shape({
  queued: SOME,
  running: SOME,
  waiting: SOME,
  succeeded: SOME,
  failed: SOME,
  cancelled: SOME,
});

/** Whether an environment does what it is for. */
export const HEALTH_REPORT = shape({
  environment: v.string(),
  verdict: VERDICT,
  causes: said(list(HEALTH_CAUSE), 'The worst first'),
  checked_at: AT,
  workers: said(v.nullable(shape({ live: COUNT, draining: COUNT })), 'Null where nobody but this server executes runs'),
  queue: said(v.nullable(shape({ depth: COUNT, oldest_ms: COUNT })), 'Null where there is no queue'),
  runs: said(RUN_COUNTS, 'Runs that are kept, by state; states without one are absent'),
  last_hour: RUNS_ENDED,
  before: said(RUNS_ENDED, 'The day before it'),
});
export type HealthReport = v.InferOutput<typeof HEALTH_REPORT>;
