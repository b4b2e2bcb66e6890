import { rmSync } from 'node:fs';
import type { Journal, Recorded } from '../../../core/journal.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { guarded, openJournal } from '../journal-file.ts';
import type { ProcessLock } from '../process-lock.ts';
import { type RunFiles, runsFolder } from './layout.ts';
import { prune } from './prune.ts';
import type { Keep, RecordedPipelines, RunRecord } from './record.ts';
import { writeOutcome, writeRecord } from './record-files.ts';

/** A run that this process holds: nobody else can execute it until `finish` or `release`. */
export interface OpenRun {
  readonly id: string;
  readonly files: RunFiles;
  readonly record: RunRecord;
  readonly pipelines: RecordedPipelines;
  readonly journal: Journal;
  /** What earlier executions recorded; undefined for a new run. */
  readonly recorded: Recorded | undefined;
  /** Whether the last execution came to its end, for `RunOptions.ended`. */
  readonly ended: boolean;
  /** Times that the run was continued with `--from`, for `RunOptions.repetition`. */
  readonly repetition: number;
  /** Records the outcome, lets go of the run and deletes old ones. Throws FlowMasonError `RECORD_UNWRITABLE`. */
  finish(outcome: RunOutcome): Promise<void>;
  /** Lets go without an outcome: the run can be resumed. */
  release(): void;
}

export interface Held {
  readonly home: string;
  readonly files: RunFiles;
  readonly lock: ProcessLock;
  readonly record: RunRecord;
  readonly pipelines: RecordedPipelines;
  readonly recorded: Recorded | undefined;
  readonly ended: boolean;
  readonly repetition: number;
  /** Whole bytes of the journal. */
  readonly bytes: number;
  readonly keep: Keep;
}

/** Opens the journal of a run whose lock this process has taken. */
export function hold(held: Held): OpenRun {
  const { home, files, lock, record, pipelines, recorded, ended, repetition, keep } = held;
  const journal = openJournal(files.journal, {
    bytes: held.bytes,
    alongside: [files.record, files.pipelines, files.folder, runsFolder(home)],
  });
  const release = (): void => {
    journal.close();
    lock.release();
  };
  return {
    id: record.run_id,
    files,
    record,
    pipelines,
    journal,
    recorded,
    ended,
    repetition,
    async finish(outcome) {
      try {
        await journal.flush();
        const { status } = outcome;
        const finished_at = status === 'waiting' ? null : outcome.started_at + outcome.duration_ms;
        guarded(files.folder, () => {
          // The outcome first: `run.json` says whether it counts.
          writeOutcome(files, outcome);
          writeRecord(files, { ...record, status, finished_at }, true);
          rmSync(files.waiting, { force: true });
        });
      } finally {
        release();
      }
      prune(home, keep);
    },
    release,
  };
}
