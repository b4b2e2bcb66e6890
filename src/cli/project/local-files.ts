import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import { FlowMasonError } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import { checkSize } from '../../core/source/admit.ts';
import { decodeUtf8 } from '../../core/source/decode.ts';
import { SourceFile } from '../../core/source/file.ts';
import { parseSource } from '../../core/source/parse.ts';
import { errorCode } from '../../hosts/node/atomic-file.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';
import { findPipelines, PIPELINE_SUFFIX } from './pipelines.ts';
import { readBytes } from './read-text.ts';

/** A pipeline file of the project as it is now. */
export interface LocalFile {
  /** From the file's name. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** From the project's folder, with `/`. */
  readonly path: string;
  /** As messages name it. */
  readonly shown: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hexadecimal digits. */
  readonly hash: string;
}

export interface LocalFiles {
  /** Sorted by name, which each has once. */
  readonly files: readonly LocalFile[];
  /** Those that may not be read, e.g. links, by name. */
  readonly refused: ReadonlyMap<string, Omit<LocalFile, 'bytes' | 'hash'>>;
  /** Errors: names that occur twice, links, files that are too large. */
  readonly problems: readonly Problem[];
}

// Whoever puts a link or a pipe in the place of a file that was found meanwhile gets an error, and no answer.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads every pipeline file of a project, by content alone: neither sizes nor times of files are believed. Links are not
 * followed when they are files or lead out of the project. Throws FlowMasonError `FILE_SYSTEM`, `NOT_FOUND`.
 */
export function readLocalFiles(root: string, cwd: string, limits: Limits): LocalFiles {
  const found = findPipelines(root, cwd);
  const problems = found.problems.map((problem): Problem => ({ ...problem, severity: 'error' }));
  const files: LocalFile[] = [];
  const refused = new Map<string, Omit<LocalFile, 'bytes' | 'hash'>>();
  const allocate = slabs();
  for (const { file: shown } of problems.filter(({ code }) => code === 'LINK_NOT_FOLLOWED')) {
    const place = placeOf(resolve(cwd, shown ?? ''), root, cwd);
    if (place.file.endsWith(PIPELINE_SUFFIX)) refused.set(place.name, place);
  }
  for (const { file } of found.pipelines) {
    const place = placeOf(file, root, cwd);
    const { name } = place;
    refused.delete(name);
    const read = readOrRefuse(place, limits, allocate);
    if (read instanceof Uint8Array) files.push({ ...place, bytes: read, hash: hashBytes(read) });
    else {
      refused.set(name, place);
      problems.push(read);
    }
  }
  return { files, refused, problems };
}

function placeOf(file: string, root: string, cwd: string): Omit<LocalFile, 'bytes' | 'hash'> {
  const path = relative(root, file).split(sep).join('/');
  return { name: basename(file, PIPELINE_SUFFIX), file, path, shown: shownPath(cwd, file) };
}

function readOrRefuse(
  { file, shown }: Pick<LocalFile, 'file' | 'shown'>,
  limits: Limits,
  allocate: (size: number) => Buffer,
): Uint8Array | Problem {
  try {
    const bytes = readBytes(file, shown, limits.file_bytes, { flags: FLAGS, allocate });
    if (typeof bytes !== 'number') return bytes;
    // More than the limit, or `readBytes` would have answered the bytes.
    return checkSize(bytes, limits, shown) as Problem;
  } catch (error) {
    if (!(error instanceof FlowMasonError) || errorCode(error.cause) !== 'ELOOP') throw error;
    return {
      code: 'LINK_NOT_FOLLOWED',
      severity: 'error',
      file: shown,
      message: 'This file is a link, and a release holds only files of its project',
      hint: 'Put the file itself in the place of the link',
    };
  }
}

const SLAB = 1_048_576;

/** Memory for many small files in few pieces: the collector is slow with ten thousand buffers of their own. */
function slabs(): (size: number) => Buffer {
  let slab = Buffer.alloc(0);
  return (size) => {
    if (size > SLAB / 8) return Buffer.allocUnsafe(size);
    if (size > slab.length) slab = Buffer.allocUnsafeSlow(SLAB);
    const piece = slab.subarray(0, size);
    slab = slab.subarray(size);
    return piece;
  };
}

/** SHA-256 of a file's content, in hexadecimal digits. */
export function hashBytes(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}

/** The text of a file with its byte order mark, if it has one; undefined when it is not UTF-8. */
export function textOf({ bytes }: Pick<LocalFile, 'bytes'>): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The document in a file; what is wrong with it is in its problems. */
export function sourceOf({ bytes, shown }: Pick<LocalFile, 'bytes' | 'shown'>, limits: Limits): SourceFile {
  const decoded = decodeUtf8(bytes, shown);
  if (decoded.problem === undefined) return parseSource(decoded.text, { file: shown, limits });
  return new SourceFile({ file: shown, text: '', value: undefined, problems: [decoded.problem] });
}
