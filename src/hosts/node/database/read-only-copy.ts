import { chmodSync, constants, copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of a database that its reader may not write. */
export interface DatabaseCopy {
  readonly file: string;
  /** Removes it. It goes with the process, too. */
  remove(): void;
}

/** What a database in WAL mode is made of; the third file is made anew from the second. */
const PARTS = ['', '-wal'];
/** A database of another mode, in the middle of a change. */
const JOURNAL = '-journal';
/** Times that a copy is made, when somebody else writes meanwhile. */
const TRIES = 20;

/**
 * Copies a libSQL file as it is at one moment: SQLite itself reads no such file where it may not make its others beside it.
 * Undefined where it cannot be read, is no file, or is changed all the time.
 */
export function copyDatabase(file: string): DatabaseCopy | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'fm-read-'));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  const copy = join(folder, 'copy.db');
  const isWhole = exists(file) && copyUnchanged(file, copy);
  if (!isWhole) remove();
  return isWhole ? { file: copy, remove } : undefined;
}

function copyUnchanged(from: string, to: string): boolean {
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const before = stamp(from);
      for (const part of PARTS) {
        rmSync(to + part, { force: true });
        if (!exists(from + part)) continue;
        copyFileSync(from + part, to + part, constants.COPYFILE_FICLONE);
        // A copy has the mode of what it is of.
        chmodSync(to + part, 0o600);
      }
      // What is in the WAL counts before what is in the file, so that a change that both stamps have does no harm.
      if (stamp(from) === before && !exists(from + JOURNAL)) return true;
    }
  } catch {
    // Why the database itself could not be opened says more.
  }
  return false;
}

/** Another one when a part was written, made or removed. */
function stamp(file: string): string {
  return PARTS.map((part) => {
    const stat = statSync(file + part, { bigint: true, throwIfNoEntry: false });
    return stat ? `${stat.ino}:${stat.size}:${stat.mtimeNs}` : '';
  }).join();
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
