import type { Json } from '../../../core/json.ts';
import type { Failure, RunOutcome, RunStatus, Usage } from '../../../core/run.ts';

/** `fm run --json` and `fm runs show --json` (DEPLOYMENT.md 10). Times are RFC 3339 in UTC, durations milliseconds. */
export interface RunDocument {
  readonly run_id: string;
  readonly pipeline: string;
  readonly version: string;
  readonly status: RunStatus;
  readonly result: Json;
  readonly error: Failure | null;
  readonly failed_input?: Json;
  readonly waiting?: readonly { path: string; signal?: string; message?: string; until?: string }[];
  readonly stages: readonly StageDocument[];
  readonly usage: Usage | null;
  readonly started_at: string;
  readonly duration_ms: number;
}

interface StageDocument {
  readonly id: string;
  readonly path: string;
  readonly component: string;
  readonly status: string;
  readonly attempts: number;
  readonly started_at: string | null;
  readonly duration_ms: number;
  readonly error?: Failure;
}

export function runDocument(outcome: RunOutcome): RunDocument {
  const { run_id, pipeline, version, status, result, error, failed_input, usage, duration_ms } = outcome;
  const waiting = outcome.waiting?.map(({ until, ...wait }) =>
    until === undefined ? wait : { ...wait, until: timeText(until) },
  );
  return {
    run_id,
    pipeline,
    version,
    status,
    result,
    error,
    ...(failed_input === undefined ? undefined : { failed_input }),
    ...(waiting === undefined ? undefined : { waiting }),
    stages: outcome.stages.map((stage) => ({
      ...stage,
      started_at: stage.started_at === null ? null : timeText(stage.started_at),
    })),
    usage,
    started_at: timeText(outcome.started_at),
    duration_ms,
  };
}

/** RFC 3339 in UTC of epoch milliseconds. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
