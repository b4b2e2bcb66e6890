import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { guarded } from '../journal-file.ts';
import { acquireLock, isHeld, lockHolder } from '../process-lock.ts';
import type { OpenRun } from './hold.ts';
import { runIds } from './id.ts';
import { makeFolder, runFiles } from './layout.ts';
import type { RunRecord } from './record.ts';
import { readRecord, writeRecord } from './record-files.ts';

/** How often a queued run looks whether it is its turn. */
const LOOK_MS = 100;
/** Another process counts for milliseconds only. */
const BUSY_MS = 1;

export interface Admission {
  /** How many runs of the same key may be under way. */
  readonly limit: number;
  /** `reject` refuses at once what `queue` lets wait. */
  readonly onLimit: 'queue' | 'reject';
  readonly signal: AbortSignal;
  /** Called once when the run has to wait, with the runs that are before it. */
  readonly onQueued: (before: readonly string[]) => void;
}

/**
 * Lets a queued run begin when there is room (PIPELINES.md 1, `concurrency`): runs of the same pipeline and key that a
 * process executes, those that wait for a signal or a time, and older queued ones count. `full`: refused;
 * `cancelled`: stopped while it was queued.
 */
export async function admit(
  home: string,
  run: OpenRun,
  admission: Admission,
): Promise<'admitted' | 'full' | 'cancelled'> {
  const folder = join(home, 'queue');
  guarded(folder, () => makeFolder(home, folder));
  const { signal, limit } = admission;
  let announced = false;
  while (!signal.aborted) {
    const before = attempt(home, folder, run, limit);
    if (before === 'admitted') return before;
    if (before !== 'busy') {
      if (admission.onLimit === 'reject') return 'full';
      if (!announced) admission.onQueued(before);
      announced = true;
    }
    await delay(before === 'busy' ? BUSY_MS : LOOK_MS, undefined, { signal }).catch(() => {});
  }
  return 'cancelled';
}

/**
 * Begins the run under a lock that all runs of the project share; else answers which runs are before it, or that
 * another process has the lock just now.
 */
function attempt(home: string, folder: string, run: OpenRun, limit: number): 'admitted' | 'busy' | string[] {
  const lock = acquireLock(folder);
  if (isHeld(lock)) return 'busy';
  try {
    const before = runIds(home).filter((id) => id !== run.id && counts(home, id, run));
    if (before.length >= limit) return before;
    guarded(run.files.folder, () => writeRecord(run.files, { ...run.record, status: 'running' }));
    return 'admitted';
  } finally {
    lock.release();
  }
}

function counts(home: string, id: string, run: OpenRun): boolean {
  const files = runFiles(home, id);
  let record: RunRecord;
  try {
    record = readRecord(files);
  } catch {
    // Half made or damaged: it does not run.
    return false;
  }
  if (record.pipeline !== run.record.pipeline || record.concurrency !== run.record.concurrency) return false;
  if (record.status === 'waiting') return true;
  const active = record.status === 'running' || (record.status === 'queued' && id < run.id);
  return active && lockHolder(files.folder) !== undefined;
}
