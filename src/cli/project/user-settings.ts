import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlowMasonError, fail } from '../../core/errors.ts';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { parseSource } from '../../core/source/parse.ts';
import { errorCode, writeAtomic } from '../../hosts/node/atomic-file.ts';
import { acquireLock, isHeld, type ProcessLock } from '../../hosts/node/process-lock.ts';
import type { Variables } from './interpolate.ts';

/** How long one writer waits for another, and how often it looks, in milliseconds. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 10;

/** Settings of one person for one project, outside the repository. */
export interface UserSettings {
  readonly file: string;
  readonly values: Readonly<Record<string, Json>>;
}

/**
 * The file of a project's user settings: `$XDG_CONFIG_HOME/flowmason/projects/<path of the project>/settings.json`. By
 * its real path, not its name: another project of the same name must not get at this one's keys.
 */
export function userSettingsFile(root: string, variables: Variables): string {
  const xdg = variables.XDG_CONFIG_HOME;
  // A relative path is to be ignored (XDG Base Directory Specification).
  const base = xdg && isAbsolute(xdg) ? xdg : join(variables.HOME || homedir(), '.config');
  return join(base, 'flowmason', 'projects', root.replace(':', ''), 'settings.json');
}

/** What the file holds; nothing when there is none. Throws FlowMasonError `INVALID_FILE`. */
export function readUserSettings(file: string): UserSettings {
  const source = parseSource(readOrEmpty(file), { file, lenient: true });
  const { value } = source;
  const settings = isObject(value) ? value.settings : undefined;
  if (source.problems.length > 0 || !isSettings(settings)) {
    throw new FlowMasonError('INVALID_FILE', `The user settings in ${file} are damaged`, {
      problems: source.problems,
      hint: `Repair the file, or start anew: rm ${file}`,
    });
  }
  return { file, values: settings };
}

/**
 * Sets one key of a project's user settings, atomically and under a lock; undefined removes it. Answers whether
 * something changed. Throws FlowMasonError `SETTINGS_BUSY`, `FILE_SYSTEM`.
 */
export async function writeUserSetting(
  file: string,
  root: string,
  key: string,
  value: Json | undefined,
): Promise<boolean> {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const locks = `${file}.lock`;
    mkdirSync(locks, { recursive: true, mode: 0o700 });
    const lock = await lockWithin(locks, file);
    try {
      const values = new Map(Object.entries(readUserSettings(file).values));
      if (isSame(values.get(key), value)) return false;
      if (value === undefined) values.delete(key);
      else values.set(key, value);
      const settings = Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
      writeAtomic(file, `${JSON.stringify({ project: root, settings }, null, 2)}\n`, { durable: true });
      return true;
    } finally {
      lock.release();
    }
  } catch (error) {
    if (error instanceof FlowMasonError || errorCode(error) === '') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return fail('FILE_SYSTEM', `The user settings cannot be written: ${reason}`, {
      hint: 'Set XDG_CONFIG_HOME to a folder that you may write to.',
    });
  }
}

async function lockWithin(folder: string, file: string): Promise<ProcessLock> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = acquireLock(folder);
    if (!isHeld(lock)) return lock;
    if (performance.now() > deadline) {
      fail('SETTINGS_BUSY', `Process ${lock.process.pid} is writing the user settings in ${file}`, {
        hint: lock.certain ? 'Run the command again.' : `If that process is gone: rm ${lock.file}`,
      });
    }
    await sleep(LOOK_MS);
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '{"settings":{}}';
    throw error;
  }
}

function isSettings(value: unknown): value is JsonObject {
  return isObject(value);
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
