import { lockHolder } from '../process-lock.ts';
import { runIds } from './id.ts';
import { runFiles } from './layout.ts';
import type { RunRecord, RunSummary } from './record.ts';
import { readRecord } from './record-files.ts';

/** The recorded runs, newest first. Folders that hold no readable `run.json` are left out. */
export function listRuns(home: string): RunSummary[] {
  return runIds(home).flatMap((id) => {
    const files = runFiles(home, id);
    try {
      const record = readRecord(files);
      return [summarize(record, isLive(record, files.folder))];
    } catch {
      return [];
    }
  });
}

/** Whether a process executes the run now; only an unfinished one can have one. */
export function isLive(record: RunRecord, folder: string): boolean {
  return (record.status === 'running' || record.status === 'queued') && lockHolder(folder) !== undefined;
}

function summarize(record: RunRecord, live: boolean): RunSummary {
  const { run_id, pipeline, version, file, status, started_at, finished_at } = record;
  return { run_id, pipeline, version, file, status, started_at, finished_at, live };
}
