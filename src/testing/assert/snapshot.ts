import { isObject, type Json, type JsonObject, own } from '../../core/json.ts';
import type { Finding } from '../result.ts';
import type { SnapshotWish } from '../suite/suite.ts';
import type { Step } from './assertion.ts';
import { differences, equal } from './compare.ts';
import { parseSteps } from './target.ts';

/** What stands for a value that may differ. */
export const IGNORED = '[ignored]';

export interface SnapshotCounts {
  written: number;
  updated: number;
  removed: number;
  obsolete: number;
}

/** How snapshots are kept: `write` stores new ones, `update` also those that differ, `none` neither (in CI). */
export type SnapshotMode = 'write' | 'update' | 'none';

/** The stored values of one test file, by test and path. */
export class Snapshots {
  readonly counts: SnapshotCounts = { written: 0, updated: 0, removed: 0, obsolete: 0 };
  readonly #stored: JsonObject;
  readonly #mode: SnapshotMode;
  #changed = false;

  /** `stored` is what the file has: test → path → value. */
  constructor(stored: JsonObject, mode: SnapshotMode) {
    this.#stored = structuredClone(stored);
    this.#mode = mode;
  }

  /** Compares a value with what is stored for it, and stores it where the mode says so. */
  compare(test: string, wish: SnapshotWish, value: Json): Finding | undefined {
    const { path, position } = wish;
    const current = wish.ignore.reduce(ignore, value);
    const stored = this.#find(test, path);
    if (stored === undefined) {
      if (this.#mode === 'none') return { kind: 'snapshot', position, path, ...NOT_WRITTEN };
      this.counts.written++;
      return this.#store(test, path, current);
    }
    if (equal(stored, current)) return undefined;
    if (this.#mode === 'update') {
      this.counts.updated++;
      return this.#store(test, path, current);
    }
    const message = `${path} is not what the snapshot has`;
    const hint = 'fm test --update-snapshots, if it is right now';
    return { kind: 'snapshot', position, path, message, hint, differences: differences(stored, current) };
  }

  /** Looks for values that no test asks for any more; with `update` they go. `wanted` has the paths by test. */
  sweep(wanted: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const test of Object.keys(this.#stored)) {
      const paths = this.#stored[test] as JsonObject;
      for (const path of Object.keys(paths)) {
        if (wanted.get(test)?.has(path)) continue;
        if (this.#mode !== 'update') {
          this.counts.obsolete++;
          continue;
        }
        delete paths[path];
        this.counts.removed++;
        this.#changed = true;
      }
      if (Object.keys(paths).length === 0) delete this.#stored[test];
    }
  }

  /** What is to be written: undefined when nothing has changed, null when nothing is left. */
  changed(): JsonObject | null | undefined {
    if (!this.#changed) return undefined;
    const tests = Object.keys(this.#stored).sort();
    return tests.length === 0 ? null : Object.fromEntries(tests.map((test) => [test, this.#stored[test] ?? null]));
  }

  #find(test: string, path: string): Json | undefined {
    const paths = own(this.#stored, test);
    // The file holds JSON.
    return isObject(paths) ? (own(paths, path) as Json | undefined) : undefined;
  }

  #store(test: string, path: string, value: Json): undefined {
    const paths = own(this.#stored, test);
    this.#stored[test] = { ...(isObject(paths) ? (paths as JsonObject) : {}), [path]: value };
    this.#changed = true;
  }
}

const NOT_WRITTEN = {
  message: 'There is no snapshot, and in CI none is written',
  hint: 'Run `fm test` on your machine and commit the file that it writes',
};

/** Steps of `items[*].id`: `*` is any key or index. Undefined for what is no path. */
export function wildSteps(text: string): Step[] | undefined {
  const steps = parseSteps(text.replaceAll('[*]', '.*').replace(/^\./, ''));
  return steps?.length === 0 ? undefined : steps;
}

/** A copy with what the steps lead to replaced. */
function ignore(value: Json, steps: readonly Step[]): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return IGNORED;
  const inside = (key: string, member: Json): Json =>
    step === '*' || String(step) === key ? ignore(member, rest) : member;
  if (Array.isArray(value)) return value.map((item, i) => inside(String(i), item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inside(key, member as Json)]));
}
