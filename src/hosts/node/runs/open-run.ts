import type { Journal, Recorded } from '../../../core/journal.ts';
import type { RunOutcome } from '../../../core/run.ts';
import type { RecordedPipelines, RunRecord } from './record.ts';

/** A run that this process holds: nobody else can execute it until `finish` or `release`. */
export interface OpenRun {
  /** The run's folder. */
  readonly folder: string;
  readonly record: RunRecord;
  readonly pipelines: RecordedPipelines;
  readonly journal: Journal;
  /** What earlier executions recorded; undefined for a new run. */
  readonly recorded: Recorded | undefined;
  readonly repetition: number;
  /** Records the outcome, makes it durable, lets go of the run and deletes old ones. */
  finish(outcome: RunOutcome): Promise<void>;
  /** Lets go without an outcome: the run can be resumed. */
  release(): Promise<void>;
}
