import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRunId } from '../../../core/run-id.ts';
import { errorCode } from '../atomic-file.ts';
import { lockHolder } from '../process-lock.ts';
import { runFiles, runsFolder } from './layout.ts';
import type { Keep, RunRecord } from './record.ts';
import { readRecord } from './record-files.ts';

/** What a run's folder is called while it is being deleted. */
const DELETING = '.deleting';
/** A run is made in a moment; a folder without `run.json` that is older than this was left behind. */
const HALF_MADE_MS = 3_600_000;
const FINISHED: ReadonlySet<RunRecord['status']> = new Set(['succeeded', 'failed', 'cancelled']);

/** Deletes finished runs beyond what is kept; unfinished ones and those that a process executes never. */
export function prune(home: string, keep: Keep, now = Date.now()): void {
  const folder = runsFolder(home);
  const names = readdirSync(folder);
  // What a process left that ended while it deleted.
  for (const name of names) if (name.endsWith(DELETING)) remove(join(folder, name));
  const ids = names.filter(isRunId).sort().reverse();
  for (const id of 'runs' in keep ? ids.slice(keep.runs) : ids) {
    const path = join(folder, id);
    const isOld = 'runs' in keep || isOlder(home, id, now - keep.age);
    if (isHalfMade(path, now) || (isOld && isFinished(home, id))) deleteRun(path);
  }
}

/** Under another name first, so that nobody takes a half deleted folder for a run. */
function deleteRun(path: string): void {
  try {
    renameSync(path, `${path}${DELETING}`);
    remove(`${path}${DELETING}`);
  } catch (error) {
    // Another process deletes the same runs, or this one may not: keeping more harms nobody.
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EACCES', 'EPERM', 'EBUSY'].includes(errorCode(error))) throw error;
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** A process died before it had made a run: the folder has no `run.json`, and nobody is about to write it. */
function isHalfMade(path: string, now: number): boolean {
  return !existsSync(join(path, 'run.json')) && modified(path) < now - HALF_MADE_MS;
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
