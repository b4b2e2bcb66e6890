import type { Json } from '../json.ts';
import type { Digest } from '../release/digest.ts';
import type { Failure, LogEntry, RunStatus, StageRecord, Usage } from '../run.ts';

/** What crosses the wire about runs (DEPLOYMENT.md 5, 10). Plain JSON; times in epoch milliseconds. */

/** A run as lists show it. */
export interface RunSummary {
  readonly run_id: string;
  readonly project: string;
  readonly pipeline: string;
  /** Of the pipeline's release. */
  readonly version: string;
  readonly release: Digest;
  readonly status: RunStatus;
  readonly actor: string;
  readonly trigger: string | null;
  readonly accepted_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  /** Null until it has begun; until it has ended, up to now. */
  readonly duration_ms: number | null;
  readonly error: Failure | null;
}

/** What a waiting run waits for. `until` in epoch milliseconds. */
export interface RunWait {
  readonly path: string;
  readonly signal?: string | undefined;
  readonly message?: string | undefined;
  readonly until?: number | undefined;
}

/** Everything about one run but its log: the document of `fm runs show --json` and more. */
export interface RunView extends RunSummary {
  readonly input: Json;
  readonly vars: Readonly<Record<string, Json>>;
  readonly result: Json;
  readonly stages: readonly StageRecord[];
  readonly usage: Usage | null;
  readonly waiting: readonly RunWait[];
  /** Times that it was continued from a stage. */
  readonly repetition: number;
  readonly cancel_requested_at: number | null;
}

/** One stage with what it came to, for `fm runs show STAGE`. */
export interface RunStageView extends StageRecord {
  readonly output: Json;
  /** The resolved config of a failed stage. */
  readonly input?: Json | undefined;
}

/** A line of a run's log; `seq` grows. */
export interface RunLogLine extends LogEntry {
  readonly seq: number;
}
