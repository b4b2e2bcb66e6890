import { fail } from '../../../core/errors.ts';
import { checkUnchanged } from '../../../core/rewind/check-unchanged.ts';
import { planRewind } from '../../../core/rewind/plan-rewind.ts';
import type { Plans } from '../../../core/rewind/select.ts';
import { writeAtomic } from '../atomic-file.ts';
import { guarded } from '../journal-file.ts';
import { acquireLock, isHeld, type LockHolder } from '../process-lock.ts';
import { hold, type OpenRun } from './hold.ts';
import { findRunId } from './id.ts';
import { headerLine } from './journal-entry.ts';
import { type RunFiles, runFiles } from './layout.ts';
import { readJournal } from './read.ts';
import { DEFAULT_KEEP, type Keep, type RecordedPipeline, type RecordedPipelines, type RunRecord } from './record.ts';
import { readPipelines, readRecord, writePipelines, writeRecord } from './record-files.ts';
import { recordedDefinitions } from './recorded-definitions.ts';
import { rewindJournal } from './rewind.ts';

/** What the files define now: plans to run, and definitions to record. */
export interface CurrentPipelines extends Plans {
  readonly recorded: ReadonlyMap<string, RecordedPipeline>;
}

export interface OpenRunOptions {
  readonly current: CurrentPipelines;
  /** Stages that run again with everything downstream of them: ids, or paths such as `orders/pay`, `call/fetch`. */
  readonly from?: readonly string[];
  readonly keep?: Keep;
}

/**
 * Takes a recorded run to go on with it: all of it that was recorded, or without what `from` takes out. `word` is an id,
 * a unique prefix, or `last`. Throws FlowMasonError `NOT_FOUND`, `USAGE`, `RUN_BUSY`, `DEFINITION_CHANGED`,
 * `RECORD_CORRUPT`, `RECORD_UNWRITABLE`; then nothing was changed.
 */
export function openRun(home: string, word: string, options: OpenRunOptions): OpenRun {
  const files = runFiles(home, findRunId(home, word));
  const lock = guarded(files.folder, () => acquireLock(files.folder));
  if (isHeld(lock)) return busy(files, lock);
  try {
    const record = readRecord(files);
    const before = readPipelines(files);
    checkPipeline(record, options.current);
    const loaded = readJournal(files.journal);
    const rewind = planRewind(loaded.recorded, options.current, options.from ?? []);
    const left = rewind ? rewind.left : loaded.recorded;
    checkUnchanged(recordedDefinitions(before), options.current, left);
    return guarded(files.folder, () => {
      const { bytes, repetition } = rewind
        ? rewindJournal(files, rewind, record.run_id, loaded.repetition)
        : { bytes: wholeBytes(files, loaded.bytes, record.run_id), repetition: loaded.repetition };
      const pipelines: RecordedPipelines = {
        format: 1,
        main: options.current.main,
        pipelines: Object.fromEntries(options.current.recorded),
      };
      writePipelines(files, pipelines);
      const ended = record.status !== 'running' && record.status !== 'queued';
      // One that waited has kept its place among the runs of its pipeline.
      const queued = record.concurrency !== undefined && record.status !== 'waiting';
      const running: RunRecord = { ...record, status: queued ? 'queued' : 'running', finished_at: null };
      writeRecord(files, running);
      const keep = options.keep ?? DEFAULT_KEEP;
      return hold({ home, files, lock, record: running, pipelines, recorded: left, ended, repetition, bytes, keep });
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A power cut may leave the journal without even its first line. */
function wholeBytes(files: RunFiles, bytes: number, runId: string): number {
  if (bytes > 0) return bytes;
  const header = headerLine(runId, 0);
  writeAtomic(files.journal, header);
  return Buffer.byteLength(header);
}

function checkPipeline(record: RunRecord, current: CurrentPipelines): void {
  if (record.pipeline === current.main) return;
  fail('USAGE', `Run ${record.run_id} is one of pipeline ${record.pipeline}, not of ${current.main}`, {
    hint: `fm run ${record.file ?? record.pipeline} --resume ${record.run_id}`,
  });
}

function busy(files: RunFiles, holder: LockHolder): never {
  const { pid, host } = holder.process;
  const where = holder.certain ? `process ${pid}` : `process ${pid} on the machine ${host}`;
  fail('RUN_BUSY', `Run ${files.id} is being executed by ${where}`, {
    hint: holder.certain
      ? `fm runs show ${files.id}`
      : `If that machine or container is gone, free the run: rm ${holder.file}`,
  });
}
