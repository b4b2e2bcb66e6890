import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { quoteList } from '../../../core/quote.ts';
import { errorCode, writeBytes } from '../../../hosts/node/atomic-file.ts';
import { acquireLock, isHeld } from '../../../hosts/node/process-lock.ts';
import { makeFolder } from '../../../hosts/node/runs/layout.ts';
import { hashBytes } from '../local-files.ts';
import {
  type ApplyStep,
  readApplyJournal,
  removeApplyJournal,
  syncFolderOf,
  temporaryOf,
  type WritableProject,
  writeApplyJournal,
} from './apply-journal.ts';
import { syncFolder } from './base.ts';
import { checkCollisions, checkPath, findAt } from './target-path.ts';

/** What is to become of one file. */
export interface FileChange {
  /** From the project's folder, with `/`. */
  readonly path: string;
  /** SHA-256 of the bytes that it has now; null: there is no file. */
  readonly before: string | null;
  /** The whole new file; null: it is deleted. */
  readonly text: string | null;
}

export interface Applied {
  /** Paths of files that are as they were to be. */
  readonly done: readonly string[];
  /** Those that somebody changed in the last moment: they were left alone. Nothing is synced then; pull again. */
  readonly left: readonly string[];
}

/**
 * Replaces, makes and deletes pipeline files, all or none of them as far as a file system can: every new text is on the
 * disk beside its file before the first file is replaced. A process that is killed in between leaves a journal, and
 * `recoverFiles` does the rest. Only files that still are what was planned with are touched. Throws FlowMasonError
 * `FILES_CHANGED`, `PATH_REFUSED` and `FILE_SYSTEM` (a full disk, a folder that cannot be written to) with everything as
 * it was.
 */
export function applyFiles(project: WritableProject, changes: readonly FileChange[]): Applied {
  if (changes.length === 0) return { done: [], left: [] };
  return locked(project, () => {
    recover(project);
    try {
      checkChanges(project, changes);
    } catch (error) {
      throw failed(error, 'pipelines/');
    }
    const steps = changes.map(stepOf);
    const made = prepare(project, changes, steps);
    try {
      writeApplyJournal(project, { state: 'commit', steps });
    } catch (error) {
      undo(project, steps, made);
      throw failed(error, 'pipelines/');
    }
    return commit(project, steps);
  });
}

/**
 * Finishes what a killed `applyFiles` had begun, or takes it back when it had not come to replacing files. Undefined when
 * there is nothing to do. Files that were edited since stay as they are. Throws FlowMasonError `FILE_SYSTEM`.
 */
export function recoverFiles(project: WritableProject): Applied | undefined {
  if (!readApplyJournal(project)) return undefined;
  return locked(project, () => recover(project));
}

function recover(project: WritableProject): Applied | undefined {
  const journal = readApplyJournal(project);
  if (!journal) return undefined;
  if (journal.state === 'commit') return commit(project, journal.steps);
  undo(project, journal.steps, undefined);
  return { done: [], left: [] };
}

function locked<T>(project: WritableProject, work: () => T): T {
  const folder = syncFolder(project.home);
  let lock: ReturnType<typeof acquireLock>;
  try {
    makeFolder(project.home, folder);
    lock = acquireLock(folder);
  } catch (error) {
    throw failed(error, folder);
  }
  if (isHeld(lock)) {
    const { process, file } = lock;
    fail('FILES_CHANGED', `Process ${process.pid} on ${process.host} is writing files of this project (${file})`, {
      hint: 'Wait until it has ended, then run the command again',
    });
  }
  try {
    return work();
  } finally {
    lock.release();
  }
}

/** Throws when a change may not be made, or was planned with another file than there is now. */
function checkChanges({ root }: WritableProject, changes: readonly FileChange[]): void {
  for (const { path } of changes) checkPath(root, path);
  const twice = new Set(changes.map(({ path }) => path)).size < changes.length;
  if (twice) fail('INTERNAL', 'One file is to be changed twice');
  const added = changes.filter(({ before }) => before === null);
  checkCollisions(
    root,
    added.map(({ path }) => path),
  );
  const moved = changes.filter(({ path, before }) => hashAt(join(root, path)) !== before);
  if (moved.length === 0) return;
  const paths = moved.map(({ path }) => path);
  fail('FILES_CHANGED', `Nothing was written, because these files changed meanwhile: ${quoteList(paths)}`, {
    hint: 'Run the command again',
    details: { files: paths },
  });
}

/** Null: there is no file. */
function hashAt(file: string): string | null {
  const found = findAt(file);
  return found === undefined ? null : found === 'other' ? '' : found.hash;
}

function stepOf({ path, before, text }: FileChange): ApplyStep {
  if (text === null) return { path, temporary: null, before, after: null };
  // Hidden, so that nobody takes it for a pipeline.
  const temporary = `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`;
  return { path, temporary, before, after: hashBytes(text) };
}

/** Writes the new texts beside their files; answers the folder that it had to make. Throws with everything as it was. */
function prepare(
  project: WritableProject,
  changes: readonly FileChange[],
  steps: readonly ApplyStep[],
): string | undefined {
  const { root } = project;
  let made: string | undefined;
  let at = 'pipelines/';
  try {
    // Only new pipelines have no folder, and they go there.
    made = mkdirSync(join(root, 'pipelines'), { recursive: true });
    writeApplyJournal(project, { state: 'prepare', steps });
    for (const [i, step] of steps.entries()) {
      const text = changes[i]?.text ?? null;
      at = step.path;
      const temporary = temporaryOf(project, step);
      if (temporary === undefined || text === null) accessSync(dirname(join(root, step.path)), constants.W_OK);
      else writeNew(temporary, text, modeAt(join(root, step.path)));
    }
    for (const folder of new Set(steps.map(({ path }) => dirname(path)))) syncFolderOf(join(root, folder, '.'));
    return made;
  } catch (error) {
    undo(project, steps, made);
    throw failed(error, at);
  }
}

function modeAt(file: string): number | undefined {
  const found = findAt(file);
  return typeof found === 'object' ? found.mode : undefined;
}

function writeNew(file: string, text: string, mode: number | undefined): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const fd = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
  try {
    writeBytes(fd, Buffer.from(text));
    if (mode !== undefined) fchmodSync(fd, mode);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function undo(project: WritableProject, steps: readonly ApplyStep[], made: string | undefined): void {
  for (const step of steps) removeTemporary(project, step);
  try {
    if (made !== undefined) rmdirSync(made);
    removeApplyJournal(project);
  } catch {
    // An empty folder, or a journal that says what was taken back already.
  }
}

function removeTemporary(project: WritableProject, step: ApplyStep): void {
  const temporary = temporaryOf(project, step);
  try {
    checkPath(project.root, step.path);
    if (temporary !== undefined) rmSync(temporary, { force: true });
  } catch {
    // Hidden, and no pipeline: it does no harm.
  }
}

/** Replaces the files; may be done again from the start at any time. */
function commit(project: WritableProject, steps: readonly ApplyStep[]): Applied {
  const done: string[] = [];
  const left: string[] = [];
  for (const step of steps) (settle(project, step) ? done : left).push(step.path);
  for (const folder of new Set(steps.map(({ path }) => dirname(path)))) syncFolderOf(join(project.root, folder, '.'));
  removeApplyJournal(project);
  return { done, left };
}

/** Whether a file is now as it is to be; false when it is neither that nor what it was before. */
function settle(project: WritableProject, step: ApplyStep): boolean {
  const { path, before, after } = step;
  const file = join(project.root, path);
  try {
    checkPath(project.root, path);
    const current = hashAt(file);
    const temporary = temporaryOf(project, step);
    if (current !== after && current === before) {
      if (temporary === undefined) unlinkSync(file);
      else if (hashAt(temporary) === after) renameSync(temporary, file);
    }
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return hashAt(file) === after;
  } catch (error) {
    if (error instanceof FlowMasonError && error.code === 'PATH_REFUSED') return false;
    throw interrupted(error, path);
  }
}

/** The system's refusal before anything was replaced. */
function failed(error: unknown, what: string): unknown {
  if (error instanceof FlowMasonError || errorCode(error) === '') return error;
  return new FlowMasonError('FILE_SYSTEM', `${what} cannot be written, and nothing was changed: ${reason(error)}`, {
    hint: errorCode(error) === 'ENOSPC' ? 'Make room on the disk' : 'Make the folder one that you may write to',
    cause: error,
  });
}

/** The same in the middle; the journal stays, so that the next command goes on. */
function interrupted(error: unknown, path: string): unknown {
  if (error instanceof FlowMasonError || errorCode(error) === '') return error;
  return new FlowMasonError('FILE_SYSTEM', `${path} cannot be replaced: ${reason(error)}`, {
    hint: 'Some files are written and some are not; the next fm pull goes on from here',
    cause: error,
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
