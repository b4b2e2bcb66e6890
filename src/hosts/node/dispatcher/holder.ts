import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../../core/errors.ts';
import { errorCode } from '../atomic-file.ts';
import { acquireLock, lockHolder as holderOf, isHeld, type LockHolder, type ProcessLock } from '../process-lock.ts';

/** A run that this process holds. */
export interface HeldRun {
  /** Lets go; `ended`: nobody will execute it any more. */
  release(ended: boolean): void;
}

/** Who executes a run, where that must be known after kill -9 (port). */
export interface Holder {
  /** Takes a run for this process. Throws FlowMasonError `RUN_BUSY` with the process that has it and lives. */
  take(run: string): HeldRun;
  /** Whether a process that lives has it. */
  isTaken(run: string): boolean;
}

/** What names a run's folder must not reach out of the one of all runs. */
const RUN = /^[A-Za-z0-9_-]{1,100}$/;

/** Process locks in a folder beside a database file, one folder per run. */
export function lockHolder(folder: string): Holder {
  return {
    isTaken: (run) => RUN.test(run) && isHeldIn(join(folder, run)),
    take(run) {
      if (!RUN.test(run)) fail('USAGE', `${JSON.stringify(run)} is not the id of a run`, { hint: 'fm runs list' });
      const own = join(folder, run);
      const lock = acquire(own);
      if (isHeld(lock)) return busy(run, lock);
      return {
        release(ended) {
          lock.release();
          // Whoever takes it meanwhile finds that the run has ended.
          if (ended) rmSync(own, { recursive: true, force: true });
        },
      };
    },
  };
}

/** A run that nobody has taken yet, or that has ended, has no folder. */
function isHeldIn(folder: string): boolean {
  try {
    return holderOf(folder) !== undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The folder of a run that has ended may go at any moment. */
function acquire(folder: string): ProcessLock | LockHolder {
  for (;;) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      return acquireLock(folder);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}

function busy(run: string, { process, certain, file }: LockHolder): never {
  const where = certain ? `process ${process.pid}` : `process ${process.pid} on the machine ${process.host}`;
  fail('RUN_BUSY', `Run ${run} is being executed by ${where}`, {
    hint: certain ? `fm runs show ${run}` : `If that machine or container is gone, free the run: rm ${file}`,
    details: { pid: process.pid, host: process.host },
  });
}
