import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FlowMasonError, fail } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import { checkSize } from '../../core/source/admit.ts';
import { decodeUtf8 } from '../../core/source/decode.ts';

export type ReadText =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text?: undefined; readonly problem: Problem };

/**
 * A file's text. Its size is checked before and while it is read, so that a huge file, a device or a pipe without end
 * does no harm. Throws FlowMasonError `NOT_FOUND`, `FILE_SYSTEM`.
 */
export function readText(file: string, shown: string, limits: Pick<Limits, 'file_bytes'>): ReadText {
  const bytes = readBytes(file, shown, limits.file_bytes);
  const tooLarge = checkSize(typeof bytes === 'number' ? bytes : bytes.length, limits, shown);
  if (tooLarge) return { problem: tooLarge };
  return decodeUtf8(bytes as Uint8Array, shown); // a number is over the limit, which was just checked
}

export interface ReadOptions {
  /** Of `open`. */
  readonly flags?: string | number;
  /** Where the bytes go. */
  readonly allocate?: (size: number) => Buffer;
}

/** A file's bytes, or how many there are at least when they are more than `most`. Throws as `readText`. */
export function readBytes(file: string, shown: string, most: number, options: ReadOptions = {}): Uint8Array | number {
  const { flags = 'r', allocate = Buffer.allocUnsafe } = options;
  try {
    const fd = openSync(file, flags);
    try {
      const stat = fstatSync(fd);
      if (stat.isDirectory()) fail('FILE_SYSTEM', `${shown} is a folder, not a file`);
      if (stat.size > most) return stat.size;
      // The size of what is no plain file says nothing, and a file may grow while it is read.
      let buffer = allocate((stat.isFile() ? stat.size : most) + 1);
      let size = 0;
      for (let read = -1; read !== 0 && size <= most; size += read) {
        if (size === buffer.length) buffer = Buffer.concat([buffer], most + 1);
        read = readSync(fd, buffer, size, buffer.length - size, null);
      }
      return size > most ? size : buffer.subarray(0, size);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw unreadable(error, shown);
  }
}

/** The system's refusal to read something, as an error with a code. */
export function unreadable(error: unknown, shown: string): unknown {
  if (error instanceof FlowMasonError || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return new FlowMasonError('NOT_FOUND', `There is no file ${shown}`, { cause: error });
  }
  return new FlowMasonError('FILE_SYSTEM', `${shown} cannot be read: ${error.message}`, { cause: error });
}
