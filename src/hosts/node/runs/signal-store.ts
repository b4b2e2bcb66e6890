import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type Json } from '../../../core/json.ts';
import { createExclusive, errorCode, writeAtomic } from '../atomic-file.ts';
import type { RunFiles } from './layout.ts';

/** Data that was sent for a signal. */
export interface StoredSignal {
  readonly name: string;
  readonly data: Json;
  readonly sent_at: number;
  /** The path of the stage that got it; it gets it again when the run is resumed after a crash. */
  readonly taken_by: string | null;
  /** Why the stage did not take it. */
  readonly refused: string | null;
}

export interface SignalFile {
  readonly file: string;
  readonly number: number;
  readonly signal: StoredSignal;
}

/** What was sent for one name, oldest first. */
export function storedSignals(files: RunFiles, name: string): SignalFile[] {
  return signalFiles(files).filter(({ signal }) => signal.name === name);
}

/** The number that the next data gets. */
export function nextNumber(files: RunFiles): number {
  return 1 + Math.max(0, ...signalFiles(files).map(({ number }) => number));
}

/** Adds data under a number; false when somebody else was faster. */
export function addSignal(files: RunFiles, number: number, signal: StoredSignal): boolean {
  mkdirSync(files.signals, { recursive: true, mode: 0o700 });
  return createExclusive(join(files.signals, `${number}.json`), JSON.stringify(signal));
}

export function replaceSignal(file: string, signal: StoredSignal): void {
  writeAtomic(file, JSON.stringify(signal), { durable: true });
}

/** Moves data that these paths took to the history, so that the stages ask again. */
export function dropSignals(files: RunFiles, isDropped: (path: string) => boolean): void {
  for (const { file, signal } of signalFiles(files)) {
    if (signal.taken_by === null || !isDropped(signal.taken_by)) continue;
    appendFileSync(files.history, `${JSON.stringify({ kind: 'signal', ...signal })}\n`, { mode: 0o600 });
    rmSync(file, { force: true });
  }
}

/** Oldest first. */
function signalFiles(files: RunFiles): SignalFile[] {
  const all = namesIn(files.signals).flatMap((name) => {
    const number = Number(/^(\d+)\.json$/.exec(name)?.[1]);
    const file = join(files.signals, name);
    const signal = Number.isInteger(number) ? read(file) : undefined;
    return signal ? [{ file, number, signal }] : [];
  });
  return all.sort((a, b) => a.number - b.number);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function read(file: string): StoredSignal | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isStored(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isStored(value: unknown): value is StoredSignal {
  return isObject(value) && typeof value.name === 'string' && 'data' in value && 'taken_by' in value;
}
