import type { Json } from '../json.ts';
import type { Digest } from '../release/digest.ts';
import type { Failure, LogEntry, RunStatus, StageRecord, StageStatus, Usage } from '../run.ts';

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

/**
 * Why a worker had no more to do with a run: it came to its end (`finished`, `cancelled`) or waits without a worker
 * (`parked`); the worker was to end (`drained`), could not begin (`put_back`), died (`worker_lost`), or was silent for so long
 * that another one took its place (`superseded`).
 */
export type AttemptOutcome =
  | 'finished'
  | 'cancelled'
  | 'parked'
  | 'drained'
  | 'put_back'
  | 'worker_lost'
  | 'superseded';

/** One time that a worker has taken a run. */
export interface RunAttempt {
  /** From 1; a run that parked or was resumed goes on with the next. */
  readonly segment: number;
  /** From 0; times that the segment was tried before. */
  readonly retry: number;
  /** As `GET /workers` names it; null where nobody said. */
  readonly worker: string | null;
  readonly host: string | null;
  readonly started_at: number;
  /** For a worker that died, when another one took the run; null while it goes on. */
  readonly ended_at: number | null;
  readonly outcome: AttemptOutcome | null;
}

/** Everything about one run but its log: the document of `fm runs show --json` and more. */
export interface RunView extends RunSummary {
  readonly input: Json;
  readonly vars: Readonly<Record<string, Json>>;
  readonly result: Json;
  readonly stages: readonly StageRecord[];
  readonly usage: Usage | null;
  readonly waiting: readonly RunWait[];
  /** Who has executed it, in that order. */
  readonly attempts: readonly RunAttempt[];
  /** Times that it was continued from a stage. */
  readonly repetition: number;
  readonly cancel_requested_at: number | null;
  /** The resolved config of the stage that failed the run; needs the scope `runs:debug`. */
  readonly failed_input?: Json | undefined;
}

/** A page of runs, the newest first. */
export interface RunList {
  readonly runs: readonly RunSummary[];
  /** The cursor of the following page; null at the end. */
  readonly next: string | null;
}

/** One stage with what it came to, for `fm runs show STAGE`. */
export interface RunStageView extends StageRecord {
  readonly output: Json;
  /** The resolved config of a failed stage; needs the scope `runs:debug`. */
  readonly input?: Json | undefined;
}

/** A line of a run's log; `seq` grows. */
export interface RunLogLine extends LogEntry {
  readonly seq: number;
}

export interface RunStageList {
  readonly stages: readonly RunStageView[];
  /** The path to ask on from; null at the end. */
  readonly next: string | null;
}

export interface RunLogList {
  readonly logs: readonly RunLogLine[];
  /** The number to ask on from; null when there is no more by now. */
  readonly next: number | null;
}

/** What happens while a run goes on, in its order. */
export type RunNotice =
  | {
      readonly type: 'run';
      readonly at: number;
      readonly run_id: string;
      readonly pipeline: string;
      readonly version: string;
      readonly status: RunStatus;
      readonly resumed: boolean;
    }
  | {
      readonly type: 'stage';
      readonly at: number;
      readonly id: string;
      readonly path: string;
      readonly component: string;
      readonly status: StageStatus;
      readonly attempt: number;
      readonly duration_ms?: number;
      readonly error?: Failure;
      /** The resolved config of a failed stage; needs the scope `runs:debug`. */
      readonly input?: Json;
      /** Left out when it is large: `GET /runs/:id/stages` has it. */
      readonly output?: Json;
      readonly waiting?: { readonly signal?: string; readonly until?: number };
    }
  | { readonly type: 'log'; readonly entry: LogEntry };

/** A signal that was kept for a run. */
export interface SentSignalView {
  readonly run_id: string;
  readonly name: string;
  readonly status: RunStatus;
}

/** What a bulk call did to each of the runs that it was about, or would do (`dry_run`). */
export interface BulkView {
  readonly dry_run: boolean;
  readonly runs: readonly {
    readonly run_id: string;
    readonly pipeline: string;
    readonly status: RunStatus;
    /** Why nothing was done to this one. */
    readonly refused?: { readonly code: string; readonly message: string } | undefined;
  }[];
  /** There are more of them: call again. */
  readonly more: boolean;
}
