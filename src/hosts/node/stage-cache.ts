import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type Json } from '../../core/json.ts';
import type { Clock, StageCache } from '../../core/ports.ts';
import { writeAtomic } from './atomic-file.ts';
import { makeFolder } from './runs/layout.ts';

/** Entries that are kept; then the oldest go, a tenth at a time, so that the folder is not listed at every write. */
const MOST = 1_000;
const KEPT = 900;
/** Digests come as keys; nothing else may become a file's name. */
const KEY = /^[0-9a-f]{16,128}$/;

/**
 * Outputs of equal earlier stages as files below `<home>/cache/<environment>/`. A cache is there to save time, so what
 * goes wrong with it (a full disk, a damaged file) is a miss and never an error of the run.
 */
export function fileStageCache(home: string, environment: string, clock: Clock): StageCache {
  const root = join(home, 'cache');
  const folder = join(root, environment);
  let count: number | undefined;

  const write = (key: string, value: Json, ttlMs: number): void => {
    if (count === undefined) {
      makeFolder(home, root);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      count = readdirSync(folder).length;
    }
    writeAtomic(join(folder, key), JSON.stringify({ expires_at: clock.now() + ttlMs, value }));
    count++;
    if (count > MOST) count = dropOldest(folder);
  };

  return {
    async get(key) {
      return KEY.test(key) ? read(join(folder, key), clock.now()) : undefined;
    },
    async set(key, value, ttlMs) {
      if (!KEY.test(key)) return;
      try {
        write(key, value, ttlMs);
      } catch {
        count = undefined;
      }
    },
  };
}

function read(file: string, now: number): Json | undefined {
  try {
    const entry: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isObject(entry) || typeof entry.expires_at !== 'number') return undefined;
    if (entry.expires_at > now) return entry.value as Json; // it was parsed from JSON
    rmSync(file, { force: true });
  } catch {
    // Not there, or damaged: a miss.
  }
  return undefined;
}

function dropOldest(folder: string): number {
  const files = readdirSync(folder).map((name) => ({ name, at: modified(join(folder, name)) }));
  files.sort((a, b) => b.at - a.at);
  for (const { name } of files.slice(KEPT)) rmSync(join(folder, name), { force: true });
  return Math.min(files.length, KEPT);
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
