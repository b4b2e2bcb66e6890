import { closeSync, fsyncSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { DIGEST } from '../../../core/release/digest.ts';
import { errorCode, writeAtomic } from '../../../hosts/node/atomic-file.ts';
import { makeFolder } from '../../../hosts/node/runs/layout.ts';
import { syncFolder } from './base.ts';

/** A project whose files are written. */
export interface WritableProject {
  /** The folder of `flowmason.json`: a real path. */
  readonly root: string;
  /** `<root>/.flowmason`. */
  readonly home: string;
}

/** One file that is being replaced, made or deleted. */
export interface ApplyStep {
  /** From the project's folder, with `/`. */
  readonly path: string;
  /** Beside it, with the new content; null when it is deleted. */
  readonly temporary: string | null;
  /** SHA-256 of the bytes before and after; null where there is no file. */
  readonly before: string | null;
  readonly after: string | null;
}

/** `prepare`: new content is being written beside the files. `commit`: all of it is on the disk, files are replaced. */
export interface ApplyJournal {
  readonly state: 'prepare' | 'commit';
  readonly steps: readonly ApplyStep[];
}

const HASH = v.nullable(v.pipe(v.string(), v.regex(DIGEST)));
const JOURNAL = v.strictObject({
  format: v.literal(1),
  state: v.picklist(['prepare', 'commit']),
  steps: v.array(
    v.strictObject({
      path: v.string(),
      temporary: v.nullable(v.pipe(v.string(), v.regex(/^\.[^/\\:]+\.tmp$/))),
      before: HASH,
      after: HASH,
    }),
  ),
});

/** What a process that ended in the middle left behind; undefined when none did. What is no journal is removed. */
export function readApplyJournal({ home }: WritableProject): ApplyJournal | undefined {
  let text: string;
  try {
    text = readFileSync(fileOf(home), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), JOURNAL), text);
  if (parsed.success) return { state: parsed.output.state, steps: parsed.output.steps };
  removeApplyJournal({ home });
  return undefined;
}

/** Says what is going to be done before it is done; on the disk when it returns. */
export function writeApplyJournal({ home }: WritableProject, journal: ApplyJournal): void {
  makeFolder(home, syncFolder(home));
  writeAtomic(fileOf(home), JSON.stringify({ format: 1, ...journal }), { durable: true });
  syncFolderOf(fileOf(home));
}

export function removeApplyJournal({ home }: Pick<WritableProject, 'home'>): void {
  rmSync(fileOf(home), { force: true });
}

/** Where the new content of a step is written. */
export function temporaryOf(
  { root }: Pick<WritableProject, 'root'>,
  { path, temporary }: ApplyStep,
): string | undefined {
  return temporary === null ? undefined : join(root, dirname(path), temporary);
}

/** Waits until new names in a file's folder are on the disk, where the system can. */
export function syncFolderOf(file: string): void {
  try {
    const fd = openSync(dirname(file), 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Windows cannot, and does not need it.
  }
}

function fileOf(home: string): string {
  return join(syncFolder(home), 'apply.journal');
}
