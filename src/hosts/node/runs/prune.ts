import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../atomic-file.ts';
import { lockHolder } from '../process-lock.ts';
import { isRunId, runIds } from './id.ts';
import { runFiles, runsFolder } from './layout.ts';
import type { Keep, RunRecord } from './record.ts';
import { readRecord } from './record-files.ts';

/** What a run's folder is called while it is being deleted, so that nobody takes it for a run. */
const DELETING = '.deleting';
/** A run is made in a moment; a folder without `run.json` that is older than this was left behind. */
const HALF_MADE_MS = 3_600_000;
const FINISHED: ReadonlySet<RunRecord['status']> = new Set(['succeeded', 'failed', 'cancelled']);

/** Deletes finished runs beyond what is kept; unfinished ones and those that a process executes never. */
export function prune(home: string, keep: Keep, now = Date.now()): void {
  const folder = runsFolder(home);
  removeLeftovers(home, now);
  const ids = runIds(home);
  const candidates = 'runs' in keep ? ids.slice(keep.runs) : ids;
  for (const id of candidates) {
    if ('age' in keep && !isOlder(home, id, now - keep.age)) continue;
    if (!isFinished(home, id)) continue;
    const doomed = join(folder, `${id}${DELETING}`);
    try {
      renameSync(join(folder, id), doomed);
      rmSync(doomed, { recursive: true, force: true });
    } catch (error) {
      // Another process deletes the same runs, or may delete what this one may not: keeping more harms nobody.
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EACCES', 'EPERM', 'EBUSY'].includes(errorCode(error))) throw error;
    }
  }
}

/** What a process left that ended while it deleted a run, or before it had made one. */
function removeLeftovers(home: string, now: number): void {
  const folder = runsFolder(home);
  const runs = new Set(runIds(home));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isHalf = isRunId(name) && !runs.has(name) && modified(path) < now - HALF_MADE_MS;
    if (isHalf || name.endsWith(DELETING)) rmSync(path, { recursive: true, force: true });
  }
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}

function isFinished(home: string, id: string): boolean {
  const files = runFiles(home, id);
  try {
    return FINISHED.has(readRecord(files).status) && lockHolder(files.folder) === undefined;
  } catch {
    // A damaged record is for a person to look at.
    return false;
  }
}

function isOlder(home: string, id: string, limit: number): boolean {
  try {
    const { finished_at } = readRecord(runFiles(home, id));
    return finished_at !== null && finished_at < limit;
  } catch {
    return false;
  }
}
