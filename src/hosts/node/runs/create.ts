import { mkdirSync, writeFileSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { Masker } from '../../../core/mask.ts';
import { errorCode } from '../atomic-file.ts';
import { guarded } from '../journal-file.ts';
import { acquireLock, isHeld } from '../process-lock.ts';
import { hold, type OpenRun } from './hold.ts';
import { newRunId } from './id.ts';
import { headerLine } from './journal-entry.ts';
import { makeFolder, type RunFiles, runFiles, runsFolder } from './layout.ts';
import { DEFAULT_KEEP, type Keep, type RecordedPipeline, type RunRecord } from './record.ts';
import { writePipelines, writeRecord } from './record-files.ts';

export interface NewRun {
  /** The name of the pipeline that runs. */
  readonly main: string;
  /** By name: the main one and all that it may call. */
  readonly pipelines: ReadonlyMap<string, RecordedPipeline>;
  readonly version: string;
  readonly input: Json;
  readonly vars: Readonly<Record<string, Json>>;
  readonly environment: string;
  readonly masker: Masker;
  /** Value of the pipeline's `concurrency.key`: then the run is queued until `admit` lets it begin. */
  readonly concurrency?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly keep?: Keep;
}

/**
 * Records a new run under `<home>/runs/<id>/` and takes its lock. `home` is the project's `.flowmason` folder. Run it
 * with `record.input` and `record.vars`, which are masked. Throws FlowMasonError `RECORD_UNWRITABLE`.
 */
export function createRun(home: string, run: NewRun): OpenRun {
  return guarded(runsFolder(home), () => {
    makeFolder(home, runsFolder(home));
    const files = claimFolder(home, run.now);
    const lock = acquireLock(files.folder);
    if (isHeld(lock)) fail('INTERNAL', `The new run ${files.folder} is held by process ${lock.process.pid}`);
    const pipelines = { format: 1, main: run.main, pipelines: Object.fromEntries(run.pipelines) } as const;
    const record = newRecord(run, files);
    const header = headerLine(record.run_id, 0);
    writeFileSync(files.journal, header, { mode: 0o600 });
    writePipelines(files, pipelines);
    // Last, because a folder is a run when it holds `run.json`.
    writeRecord(files, record);
    return hold({
      home,
      files,
      lock,
      record,
      pipelines,
      recorded: undefined,
      ended: false,
      repetition: 0,
      bytes: Buffer.byteLength(header),
      keep: run.keep ?? DEFAULT_KEEP,
    });
  });
}

function newRecord(run: NewRun, files: RunFiles): RunRecord {
  return {
    format: 1,
    run_id: files.id,
    pipeline: run.main,
    version: run.version,
    file: run.pipelines.get(run.main)?.file ?? null,
    environment: run.environment,
    input: run.masker.json(run.input),
    vars: Object.fromEntries(Object.entries(run.vars).map(([name, value]) => [name, run.masker.json(value)])),
    ...(run.concurrency === undefined ? { status: 'running' } : { status: 'queued', concurrency: run.concurrency }),
    started_at: run.now,
    finished_at: null,
  };
}

function claimFolder(home: string, now: number): RunFiles {
  for (;;) {
    const files = runFiles(home, newRunId(now));
    try {
      mkdirSync(files.folder, { mode: 0o700 });
      return files;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}
