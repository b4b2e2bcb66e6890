import * as v from 'valibot';
import { ERROR_TYPES, type Failure } from '../run.ts';
import { ANYTHING, AT, AT_OR_NULL, COUNT, DIGEST_VIEW, list, NEXT, said, shape, TEXT_OR_NULL, table } from './shape.ts';

/** What crosses the wire about runs (DEPLOYMENT.md 5, 10). Plain JSON; times in epoch milliseconds. */

export const RUN_STATUS = v.picklist(['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled']);
export const STAGE_STATUS = v.picklist([
  'pending',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
]);

const PATH = said(v.string(), 'Where in the run, with nesting: `loop[3]/call`');

/** Why a stage or a run failed. */
export const FAILURE: v.GenericSchema<Failure> = v.strictObject({
  type: v.picklist(ERROR_TYPES),
  code: said(v.string(), 'A lower-case code within the type'),
  message: v.string(),
  hint: v.exactOptional(v.string()),
  stage: v.exactOptional(v.string()),
  path: v.exactOptional(v.string()),
  attempt: v.exactOptional(COUNT),
  details: v.exactOptional(ANYTHING),
  cause: v.exactOptional(v.lazy(() => FAILURE)),
});

/** Tokens and money that AI stages used. */
export const USAGE = v.strictObject({
  input_tokens: COUNT,
  output_tokens: COUNT,
  total_tokens: COUNT,
  cost_usd: v.exactOptional(v.number()),
});

const STAGE = {
  id: v.string(),
  path: PATH,
  component: v.string(),
  status: STAGE_STATUS,
  attempts: COUNT,
  started_at: AT_OR_NULL,
  duration_ms: v.number(),
  error: v.exactOptional(FAILURE),
};

/** What became of one stage at one path. */
export const STAGE_RECORD = v.strictObject(STAGE);

const LOG = {
  at: AT,
  level: v.picklist(['debug', 'info', 'warn', 'error']),
  message: v.string(),
  path: PATH,
  data: v.exactOptional(ANYTHING),
};

/** One line of a run's log. */
export const LOG_ENTRY = v.strictObject(LOG);

/** What a waiting run waits for. */
export const RUN_WAIT = shape({
  path: PATH,
  signal: v.optional(v.string()),
  message: v.optional(v.string()),
  until: v.optional(AT),
});
export type RunWait = v.InferOutput<typeof RUN_WAIT>;

const SUMMARY = {
  run_id: v.string(),
  project: v.string(),
  pipeline: v.string(),
  version: said(v.string(), 'Of the pipeline’s release'),
  release: DIGEST_VIEW,
  status: RUN_STATUS,
  actor: v.string(),
  trigger: TEXT_OR_NULL,
  accepted_at: AT,
  started_at: AT_OR_NULL,
  finished_at: AT_OR_NULL,
  duration_ms: said(v.nullable(v.number()), 'Null until it has begun; until it has ended, up to now'),
  error: v.nullable(FAILURE),
  waiting: said(list(RUN_WAIT), 'What it waits for, while it waits; a list shows the first of many'),
};

/** A run as lists show it. */
export const RUN_SUMMARY = shape(SUMMARY);
export type RunSummary = v.InferOutput<typeof RUN_SUMMARY>;

/** Whether anybody takes a queued run. */
export const RUN_QUEUE = shape({
  workers: said(COUNT, 'Workers that are alive and take runs of its pool'),
  pool: said(TEXT_OR_NULL, 'What its pipeline names as its pool'),
});
export type RunQueueView = v.InferOutput<typeof RUN_QUEUE>;

/**
 * Why a worker had no more to do with a run: it came to its end (`finished`, `cancelled`) or waits without a worker
 * (`parked`); the worker was to end (`drained`), could not begin (`put_back`), died (`worker_lost`), or was silent for so long
 * that another one took its place (`superseded`).
 */
export const ATTEMPT_OUTCOME = v.picklist([
  'finished',
  'cancelled',
  'parked',
  'drained',
  'put_back',
  'worker_lost',
  'superseded',
]);
export type AttemptOutcome = v.InferOutput<typeof ATTEMPT_OUTCOME>;

/** One time that a worker has taken a run. */
export const RUN_ATTEMPT = shape({
  segment: said(COUNT, 'From 1; a run that parked or was resumed goes on with the next'),
  retry: said(COUNT, 'From 0; times that the segment was tried before'),
  worker: said(TEXT_OR_NULL, 'As `GET /workers` names it; null where nobody said'),
  host: TEXT_OR_NULL,
  started_at: AT,
  ended_at: said(AT_OR_NULL, 'For a worker that died, when another one took the run; null while it goes on'),
  outcome: said(v.nullable(ATTEMPT_OUTCOME), 'Why it ended'),
});
export type RunAttempt = v.InferOutput<typeof RUN_ATTEMPT>;

/** Everything about one run but its log: the document of `fm runs show --json` and more. */
export const RUN_VIEW = shape({
  ...SUMMARY,
  input: ANYTHING,
  vars: table(ANYTHING),
  result: ANYTHING,
  stages: list(STAGE_RECORD),
  usage: v.nullable(USAGE),
  attempts: said(list(RUN_ATTEMPT), 'Who has executed it, in that order'),
  repetition: said(COUNT, 'Times that it was continued from a stage'),
  cancel_requested_at: AT_OR_NULL,
  queue: said(
    v.optional(RUN_QUEUE),
    'Who could take it while it is queued; absent where the server executes runs itself',
  ),
  failed_input: said(
    v.optional(ANYTHING),
    'The resolved config of the stage that failed the run; needs the scope `runs:debug`',
  ),
});
export type RunView = v.InferOutput<typeof RUN_VIEW>;

/** A run that was accepted; everything about it where the call has waited. */
export const STARTED_RUN = v.union([RUN_VIEW, RUN_SUMMARY]);
export type StartedRun = v.InferOutput<typeof STARTED_RUN>;

/** A page of runs, the newest first. */
export const RUN_LIST = shape({
  runs: list(RUN_SUMMARY),
  next: said(TEXT_OR_NULL, 'The cursor of the following page; null at the end'),
});
export type RunList = v.InferOutput<typeof RUN_LIST>;

/** One stage with what it came to, for `fm runs show STAGE`. */
export const RUN_STAGE_VIEW = shape({
  ...STAGE,
  output: ANYTHING,
  input: said(v.optional(ANYTHING), 'The resolved config of a failed stage; needs the scope `runs:debug`'),
});
export type RunStageView = v.InferOutput<typeof RUN_STAGE_VIEW>;

/** A line of a run's log. */
export const RUN_LOG_LINE = shape({ ...LOG, seq: said(COUNT, 'Grows from line to line') });
export type RunLogLine = v.InferOutput<typeof RUN_LOG_LINE>;

export const RUN_STAGE_LIST = shape({ stages: list(RUN_STAGE_VIEW), next: NEXT });
export type RunStageList = v.InferOutput<typeof RUN_STAGE_LIST>;

export const RUN_LOG_LIST = shape({
  logs: list(RUN_LOG_LINE),
  next: said(v.nullable(COUNT), '`after` to ask on from; null when there is no more by now'),
});
export type RunLogList = v.InferOutput<typeof RUN_LOG_LIST>;

/** What happens while a run goes on, in its order. */
export const RUN_NOTICE = v.variant('type', [
  shape({
    type: v.literal('run'),
    at: AT,
    run_id: v.string(),
    pipeline: v.string(),
    version: v.string(),
    status: RUN_STATUS,
    resumed: v.boolean(),
  }),
  shape({
    type: v.literal('stage'),
    at: AT,
    id: v.string(),
    path: PATH,
    component: v.string(),
    status: STAGE_STATUS,
    attempt: COUNT,
    duration_ms: v.exactOptional(v.number()),
    error: v.exactOptional(FAILURE),
    input: said(v.exactOptional(ANYTHING), 'The resolved config of a failed stage; needs the scope `runs:debug`'),
    output: said(v.exactOptional(ANYTHING), 'Left out when it is large: `GET /runs/{id}/stages` has it'),
    waiting: v.exactOptional(shape({ signal: v.exactOptional(v.string()), until: v.exactOptional(AT) })),
  }),
  shape({ type: v.literal('log'), entry: LOG_ENTRY }),
]);
export type RunNotice = v.InferOutput<typeof RUN_NOTICE>;

/** A signal that was kept for a run. */
export const SENT_SIGNAL_VIEW = shape({ run_id: v.string(), name: v.string(), status: RUN_STATUS });
export type SentSignalView = v.InferOutput<typeof SENT_SIGNAL_VIEW>;

/** What a bulk call did to each of the runs that it was about, or would do (`dry_run`). */
export const BULK_VIEW = shape({
  dry_run: v.boolean(),
  runs: list(
    shape({
      run_id: v.string(),
      pipeline: v.string(),
      status: RUN_STATUS,
      replay: said(v.optional(v.string()), 'The run that was started anew with its input'),
      refused: said(v.optional(shape({ code: v.string(), message: v.string() })), 'Why nothing was done to this one'),
    }),
  ),
  next: said(TEXT_OR_NULL, 'The cursor to go on with; null at the end'),
  total: said(v.optional(COUNT), 'How many runs the filter selects altogether; of a dry run only'),
});
export type BulkView = v.InferOutput<typeof BULK_VIEW>;

/** What going on with a run comes to, or would (`dry_run`). */
export const RESUMED_VIEW = shape({
  ...SUMMARY,
  again: said(list(v.string()), 'Paths of recorded stages that run again'),
});
export type ResumedView = v.InferOutput<typeof RESUMED_VIEW>;
