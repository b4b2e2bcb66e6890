import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** File systems without hard links answer one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EACCES']);

export interface WriteOptions {
  /** Wait until the bytes are on the disk, so that a power cut cannot leave an empty file. */
  readonly durable?: boolean;
}

/** Writes a whole file so that readers see the old one or the new one; mode 0600. */
export function writeAtomic(file: string, text: string, options: WriteOptions = {}): void {
  const temporary = temporaryFor(file);
  try {
    writeWhole(temporary, text, options.durable ?? false);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Creates a file with its whole content at once; false when it exists already. Mode 0600. */
export function createExclusive(file: string, text: string): boolean {
  const temporary = temporaryFor(file);
  try {
    writeWhole(temporary, text, false);
    linkSync(temporary, file);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return createWithoutLink(file, text);
}

/** The system's word for what went wrong, e.g. `ENOSPC`; empty for other errors. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function createWithoutLink(file: string, text: string): boolean {
  try {
    writeWhole(file, text, false);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function temporaryFor(file: string): string {
  // Nanoseconds since the machine's start: two writes of one process never share them.
  return join(dirname(file), `.${basename(file)}.${process.pid}.${process.hrtime.bigint()}.tmp`);
}

function writeWhole(file: string, text: string, durable: boolean): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeBytes(fd, Buffer.from(text));
    if (durable) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Writes all bytes, also when the system takes them in parts. */
export function writeBytes(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done);
}
