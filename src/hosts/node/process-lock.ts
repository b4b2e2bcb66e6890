import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createExclusive, errorCode, writeAtomic } from './atomic-file.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

const NAME = /^lock\.(\d{1,15})$/;
/** A lock that cannot be read yet is taken for one that is being written, this long. */
const WRITING_MS = 2_000;

export interface ProcessLock {
  release(): void;
}

/** Who holds a lock, and the file that says so. */
export interface LockHolder {
  readonly process: ProcessIdentity;
  readonly file: string;
  /** False when the holder is on another machine, so that nobody here can tell whether it lives. */
  readonly certain: boolean;
}

type Found =
  | { readonly kind: 'free' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'held'; readonly holder: LockHolder };

/**
 * Takes the lock of a folder for this process, or answers who holds it. It survives kill -9: a holder that died does
 * not count.
 *
 * Locks are numbered and the highest one counts. Whoever finds it free or its holder dead creates the next number,
 * which only one can do; the highest is never deleted, so a number can't be taken twice unnoticed.
 */
export function acquireLock(folder: string): ProcessLock | LockHolder {
  for (;;) {
    const top = highest(folder);
    const found = top === 0 ? ({ kind: 'free' } as const) : inspect(folder, top);
    if (found.kind === 'held') return found.holder;
    if (found.kind === 'gone') {
      pause();
      continue;
    }
    const mine = top + 1;
    const file = fileOf(folder, mine);
    if (!createExclusive(file, JSON.stringify(thisProcess()))) continue;
    if (highest(folder) > mine) {
      rmSync(file, { force: true });
      continue;
    }
    for (const number of numbers(folder)) if (number < mine) rmSync(fileOf(folder, number), { force: true });
    return { release: () => release(file) };
  }
}

export function isHeld(lock: ProcessLock | LockHolder): lock is LockHolder {
  return 'process' in lock;
}

/** The live process that holds a folder's lock; undefined when nobody does. */
export function lockHolder(folder: string): LockHolder | undefined {
  for (;;) {
    const top = highest(folder);
    if (top === 0) return undefined;
    const found = inspect(folder, top);
    if (found.kind === 'gone') {
      pause();
      continue;
    }
    return found.kind === 'held' ? found.holder : undefined;
  }
}

function release(file: string): void {
  try {
    writeAtomic(file, '{"released":true}');
  } catch {
    // A full disk: the lock is free all the same once this process has ended.
  }
}

function inspect(folder: string, number: number): Found {
  const file = fileOf(folder, number);
  try {
    const text = readFileSync(file, 'utf8');
    const identity = parseIdentity(text);
    if (identity === 'released') return { kind: 'free' };
    if (identity === undefined) return isYoung(file) ? { kind: 'gone' } : { kind: 'free' };
    const alive = isAlive(identity);
    if (alive === false) return { kind: 'free' };
    return { kind: 'held', holder: { process: identity, file, certain: alive === true } };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'gone' };
    throw error;
  }
}

/** Another process is between two of its steps; a moment later it has done them. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}

function isYoung(file: string): boolean {
  return Date.now() - statSync(file).mtimeMs < WRITING_MS;
}

function parseIdentity(text: string): ProcessIdentity | 'released' | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    if ('released' in value) return 'released';
    if (!('pid' in value && 'host' in value)) return undefined;
    const { pid, host } = value;
    if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
    const boot = 'boot' in value && typeof value.boot === 'string' ? value.boot : null;
    const started = 'started' in value && typeof value.started === 'number' ? value.started : null;
    return { pid, host, boot, started };
  } catch {
    return undefined;
  }
}

function highest(folder: string): number {
  return Math.max(0, ...numbers(folder));
}

function numbers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const match = NAME.exec(name);
    return match ? [Number(match[1])] : [];
  });
}

function fileOf(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}
