import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../../core/errors.ts';
import { errorCode } from '../../../hosts/node/atomic-file.ts';
import { hashBytes } from '../local-files.ts';
import { PIPELINE_SUFFIX } from '../pipelines.ts';

/** What is at a path now: a plain file, nothing, or something else. */
export type Found = { readonly hash: string; readonly mode: number } | undefined | 'other';

/** Looks at a file without following a link to it. Throws what the system says. */
export function findAt(file: string): Found {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO') return 'other';
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    return stat.isFile() ? { hash: hashBytes(readFileSync(fd)), mode: stat.mode & 0o777 } : 'other';
  } finally {
    closeSync(fd);
  }
}

/**
 * Whether a path may be written: a pipeline file below `pipelines/`, with no link on the way. Throws FlowMasonError
 * `PATH_REFUSED`.
 */
export function checkPath(root: string, path: string): void {
  const steps = path.split('/');
  const plain = steps.every((step) => step !== '' && !/^\.|[\\:\0]/.test(step));
  if (steps[0] !== 'pipelines' || steps.length < 2 || !plain || !path.endsWith(PIPELINE_SUFFIX))
    refuse(path, 'it is not a pipeline file below pipelines/');
  for (let count = 1; count <= steps.length; count++) {
    const part = steps.slice(0, count).join('/');
    const stat = statOf(join(root, part));
    if (!stat) continue;
    if (stat.isSymbolicLink())
      refuse(path, count === steps.length ? 'it is a link' : `it lies behind the link ${part}`);
    if (count < steps.length && !stat.isDirectory()) refuse(path, `${part} is not a folder`);
    if (count === steps.length && !stat.isFile()) refuse(path, 'there is something that is no file');
  }
}

/**
 * Refuses new files whose names differ from others only in a way that some file systems do not see: capitals, or how
 * accents are written. Throws FlowMasonError `PATH_REFUSED`.
 */
export function checkCollisions(root: string, paths: readonly string[]): void {
  const names = new Map<string, Map<string, string>>();
  for (const path of paths) {
    const folder = dirname(path);
    let there = names.get(folder);
    if (!there) {
      there = new Map(entriesOf(join(root, folder)).map((name) => [folded(name), name]));
      names.set(folder, there);
    }
    const name = basename(path);
    const other = there.get(folded(name)) ?? name;
    if (other !== name) refuse(path, `${folder}/${other} is there, and some file systems take the two for one`);
    there.set(folded(name), name);
  }
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function refuse(path: string, why: string): never {
  fail('PATH_REFUSED', `${path} is not written: ${why}`, { hint: 'fm explain PATH_REFUSED', details: { path } });
}
