import { existsSync, readFileSync, rmSync } from 'node:fs';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { isObject, type JsonObject } from '../../../core/json.ts';
import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import { parseSource } from '../../../core/source/parse.ts';
import { writeAtomic } from '../../../hosts/node/atomic-file.ts';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import { type SnapshotMode, Snapshots } from '../../../testing/assert/snapshot.ts';
import { TEST_SUFFIX } from '../../project/find-tests.ts';

/** Snapshots may be larger than what people write, and nest as deep as data may. */
const LIMITS = { ...DEFAULT_LIMITS, file_bytes: 50_000_000, nesting: 256 };

/** The file of a test file's snapshots: `my.snapshots.json` beside `my.test.json`. */
export function snapshotFile(testFile: string): string {
  const base = testFile.endsWith(TEST_SUFFIX)
    ? testFile.slice(0, -TEST_SUFFIX.length)
    : testFile.replace(/\.json$/, '');
  return `${base}.snapshots.json`;
}

/** What is stored for a test file. Throws FlowMasonError `INVALID_FILE`. */
export function readSnapshots(testFile: string, mode: SnapshotMode, cwd: string): Snapshots {
  const file = snapshotFile(testFile);
  if (!existsSync(file)) return new Snapshots({}, mode);
  const shown = shownPath(cwd, file);
  const { value, problems } = parseSource(readFileSync(file, 'utf8'), { file: shown, limits: LIMITS });
  if (problems.length > 0) throw new FlowMasonError('INVALID_FILE', `${shown} cannot be read`, { problems });
  if (isObject(value) && Object.values(value).every(isObject)) return new Snapshots(value as JsonObject, mode);
  return fail('INVALID_FILE', `${shown} does not hold snapshots: an object by test and path is expected`, {
    hint: `Put the file back, or make it anew: rm ${shown} && fm test`,
  });
}

/** Stores what has changed; a file with nothing left in it goes. */
export function writeSnapshots(testFile: string, snapshots: Snapshots): void {
  const changed = snapshots.changed();
  if (changed === undefined) return;
  const file = snapshotFile(testFile);
  if (changed === null) rmSync(file, { force: true });
  else writeAtomic(file, `${JSON.stringify(changed, null, 2)}\n`);
}
