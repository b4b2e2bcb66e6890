import { closeSync, fdatasync, fstatSync, fsync, ftruncateSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { FlowMasonError } from '../../core/errors.ts';
import type { Journal, JournalEntry } from '../../core/journal.ts';
import { errorCode, writeBytes } from './atomic-file.ts';

const sync = promisify(fdatasync);
const syncAll = promisify(fsync);
/** Characters that are held back at most until the turn ends. */
const BATCH = 1_000_000;

export interface FileJournal extends Journal {
  /** Writes what is left and closes the file. Later entries are dropped. */
  close(): void;
}

export interface FileJournalOptions {
  /** Where appending starts: what follows was torn by a crash and is cut off. */
  readonly bytes: number;
  /** Files and folders that must be on the disk before the first entry counts as durable. */
  readonly alongside: readonly string[];
}

/**
 * A Journal in a file of JSON lines. Entries of one turn go out in one write, so that a kill loses at most that turn;
 * `flush` makes them durable with one fdatasync for all who wait. Throws FlowMasonError `RECORD_UNWRITABLE`.
 */
export function openJournal(file: string, options: FileJournalOptions): FileJournal {
  const fd = guarded(file, () => openAt(file, options.bytes));
  let alongside = options.alongside;
  let lines: string[] = [];
  let length = 0;
  let appended = 0;
  let durable = 0;
  let turn: NodeJS.Immediate | undefined;
  let syncing: Promise<void> | undefined;
  let failure: FlowMasonError | undefined;
  let closed = false;

  const write = (): void => {
    if (turn) clearImmediate(turn);
    turn = undefined;
    if (lines.length === 0 || failure) return;
    const text = lines.join('');
    lines = [];
    length = 0;
    try {
      writeBytes(fd, Buffer.from(text));
    } catch (error) {
      failure = unwritable(file, error);
    }
  };

  const append = (entry: JournalEntry): void => {
    if (failure || closed) return;
    try {
      const line = `${JSON.stringify(entry)}\n`;
      lines.push(line);
      length += line.length;
    } catch (error) {
      failure = unwritable(file, error);
      return;
    }
    appended++;
    if (length >= BATCH) write();
    else turn ??= setImmediate(write);
  };

  const syncOnce = async (): Promise<void> => {
    // Whoever else starts in this turn comes along.
    await Promise.resolve();
    write();
    if (failure) throw failure;
    const upTo = appended;
    const others = alongside;
    try {
      await Promise.all([sync(fd), ...others.map(syncPath)]);
    } catch (error) {
      failure = unwritable(file, error);
      throw failure;
    }
    alongside = [];
    durable = upTo;
  };

  const untilDurable = async (target: number): Promise<void> => {
    while (durable < target) {
      syncing ??= syncOnce().finally(() => {
        syncing = undefined;
      });
      await syncing;
    }
  };

  return {
    append,
    flush() {
      if (failure) return Promise.reject(failure);
      return durable === appended ? undefined : untilDurable(appended);
    },
    close() {
      if (closed) return;
      write();
      closed = true;
      closeSync(fd);
    },
  };
}

/** Runs what writes into a record and turns the system's refusal into `RECORD_UNWRITABLE`. */
export function guarded<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): FlowMasonError {
  if (error instanceof FlowMasonError) return error;
  const reason = REASONS[errorCode(error)] ?? (error instanceof Error ? error.message : String(error));
  return new FlowMasonError('RECORD_UNWRITABLE', `The run cannot be recorded in ${file}: ${reason}`, {
    hint: 'Make room or give yourself the right to write there, then resume the run; `fm doctor` checks the folder.',
    cause: error,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  ENOTDIR: 'a part of the path is not a folder',
  EFBIG: 'the file is too large for the file system',
  EIO: 'the disk reports an error',
  ENOENT: 'the folder is gone',
};

function openAt(file: string, bytes: number): number {
  const fd = openSync(file, 'a', 0o600);
  if (fstatSync(fd).size > bytes) ftruncateSync(fd, bytes);
  return fd;
}

/** Makes a file, or the entries of a folder, durable. */
async function syncPath(path: string): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    await syncAll(fd);
  } catch (error) {
    // Windows and some network file systems cannot sync a folder; they need not.
    if (!['EPERM', 'EINVAL', 'EISDIR', 'ENOTSUP'].includes(errorCode(error))) throw error;
  } finally {
    closeSync(fd);
  }
}
