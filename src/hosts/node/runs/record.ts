import type { Recorded } from '../../../core/journal.ts';
import type { Json } from '../../../core/json.ts';
import type { PipelineDefinition } from '../../../core/pipeline.ts';
import type { LogEntry, RunOutcome, RunStatus } from '../../../core/run.ts';

/** `run.json`: what a run is and how far it came. Times in epoch milliseconds. */
export interface RunRecord {
  readonly format: 1;
  readonly run_id: string;
  readonly pipeline: string;
  readonly version: string;
  /** The pipeline's file, relative to the project when it lies inside; null for stdin. */
  readonly file: string | null;
  readonly environment: string;
  /** Masked; a run works with the recorded form from its first execution on. */
  readonly input: Json;
  /** The variables as they were when the run was accepted, masked. */
  readonly vars: Readonly<Record<string, Json>>;
  readonly status: RunStatus;
  /** Value of the pipeline's `concurrency.key` as JSON text, empty without a key; absent when it has no `concurrency`. */
  readonly concurrency?: string;
  readonly started_at: number;
  readonly finished_at: number | null;
}

/** One definition that a run uses. */
export interface RecordedPipeline {
  /** As `RunRecord.file`. */
  readonly file: string | null;
  readonly definition: PipelineDefinition;
}

/** `pipeline.json`: the definition of the run and of every subpipeline that it may call. */
export interface RecordedPipelines {
  readonly format: 1;
  readonly main: string;
  /** By name. */
  readonly pipelines: Readonly<Record<string, RecordedPipeline>>;
}

/** A run as lists show it. */
export interface RunSummary {
  readonly run_id: string;
  readonly pipeline: string;
  readonly version: string;
  readonly file: string | null;
  readonly status: RunStatus;
  readonly started_at: number;
  readonly finished_at: number | null;
  /** A process executes it now. `running` and not live: it was interrupted and can be resumed. */
  readonly live: boolean;
}

/** Everything that is recorded of a run, for `fm runs show|logs`. */
export interface RecordedRun {
  readonly record: RunRecord;
  readonly pipelines: RecordedPipelines;
  readonly live: boolean;
  readonly recorded: Recorded;
  readonly logs: readonly LogEntry[];
  /** Times that the run was continued with `--from`. */
  readonly repetition: number;
  /** As `fm run --json` prints it: the finished one, or what the journal tells of a run that has not ended. */
  readonly outcome: RunOutcome;
}

/** How many finished runs are kept: so many, or those younger than an age in milliseconds. */
export type Keep = { readonly runs: number } | { readonly age: number };

export const DEFAULT_KEEP: Keep = { runs: 100 };
