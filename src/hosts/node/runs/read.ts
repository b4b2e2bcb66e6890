import { fail } from '../../../core/errors.ts';
import type { Recorded } from '../../../core/journal.ts';
import { lastEnd, recordedStages, recordedUsage } from '../../../core/recorded-stages.ts';
import type { RunOutcome } from '../../../core/run.ts';
import type { Definitions } from '../../../core/stage-at.ts';
import { errorCode } from '../atomic-file.ts';
import { findRunId } from './id.ts';
import { runFiles } from './layout.ts';
import { isLive } from './list.ts';
import { type LoadedJournal, loadJournal } from './load-journal.ts';
import type { RecordedRun, RunRecord } from './record.ts';
import { readOutcome, readPipelines, readRecord } from './record-files.ts';
import { recordedDefinitions } from './recorded-definitions.ts';

/**
 * Everything recorded of one run, without taking it. `word` is an id, a unique prefix, or `last`. Throws FlowMasonError
 * `NOT_FOUND`, `USAGE`, `RECORD_CORRUPT`.
 */
export function readRun(home: string, word: string): RecordedRun {
  const files = runFiles(home, findRunId(home, word));
  const record = readRecord(files);
  const pipelines = readPipelines(files);
  const { recorded, logs, repetition } = readJournal(files.journal);
  const unfinished = record.status === 'running' || record.status === 'queued';
  const finished = unfinished ? undefined : readOutcome(files);
  const outcome = finished ?? outcomeSoFar(record, recorded, recordedDefinitions(pipelines));
  return { record, pipelines, live: isLive(record, files.folder), recorded, logs, repetition, outcome };
}

/** As `loadJournal`; a missing file is a damaged record, because a run has one from its start. */
export function readJournal(file: string): LoadedJournal {
  try {
    return loadJournal(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return fail('RECORD_CORRUPT', `${file} is missing`, {
      hint: 'Start the pipeline anew with `fm run`; the damaged record stays where it is.',
    });
  }
}

/** What the journal tells of a run that has not ended. */
function outcomeSoFar(record: RunRecord, recorded: Recorded, definitions: Definitions): RunOutcome {
  const { run_id, pipeline, version, status, started_at } = record;
  const last = lastEnd(recorded, started_at);
  return {
    run_id,
    pipeline,
    version,
    status,
    result: null,
    error: null,
    stages: recordedStages(recorded, definitions, last),
    usage: recordedUsage(recorded),
    started_at,
    duration_ms: last - started_at,
  };
}
