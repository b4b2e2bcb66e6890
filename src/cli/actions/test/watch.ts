import { join } from 'node:path';
import { FlowMasonError } from '../../../core/errors.ts';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import { printFailure } from '../../print/failure.ts';
import { findProjectRoot } from '../../project/find.ts';
import { TEST_SUFFIX } from '../../project/find-tests.ts';
import { say } from '../../terminal.ts';
import { projectPlaces } from '../run/watch-files.ts';
import { type Place, watchPlaces } from '../watch-places.ts';
import { testOnce } from './once.ts';
import type { TestRequest } from './prepare.ts';

/** Runs tests, and again what a change touches, until Ctrl-C. `waiting` hears whether it waits for a change. */
export async function testOnChange(request: TestRequest, waiting: (state: boolean) => void): Promise<void> {
  const cwd = process.cwd();
  let changed: readonly string[] = [];
  for (let generation = 0; ; generation++) {
    // From before the tests, so that no change is missed while they go on.
    const watched = watchPlaces(placesOf(cwd));
    try {
      waiting(false);
      await testTouched({ ...request, generation }, changed);
      if (request.signal.aborted) return;
      say('Waiting for changes; Ctrl-C ends it.');
      waiting(true);
      changed = await watched.changed(request.signal);
      if (changed.length === 0) return;
      say(`${changed.map((file) => shownPath(cwd, file)).join(', ')} changed`);
    } finally {
      watched.close();
    }
  }
}

/** The first time everything, then what the changed files touch; a file that is broken is told, and waited for. */
async function testTouched(request: TestRequest, changed: readonly string[]): Promise<void> {
  const touched = changed.length === 0 ? undefined : new Set(changed);
  try {
    const { error } = await testOnce({ ...request, touched });
    if (error) printFailure(error, false);
  } catch (error) {
    // No file makes a wrong command line right.
    if (error instanceof FlowMasonError && error.code === 'USAGE') throw error;
    if (touched && error instanceof FlowMasonError && error.code === 'NO_TESTS') say('No test reads what has changed.');
    else printFailure(error, false);
  }
}

function placesOf(cwd: string): Place[] {
  const root = findProjectRoot(cwd);
  const counts = (name: string) => name.endsWith('.json') && !name.endsWith('.snapshots.json');
  if (root === undefined) return [{ folder: cwd, recursive: false, counts }];
  const places = projectPlaces(root).map((place) => ({
    ...place,
    counts: (name: string) => place.counts(name) && !name.endsWith('.snapshots.json'),
  }));
  return [...places, { folder: join(root, 'tests'), recursive: true, counts: (name) => name.endsWith(TEST_SUFFIX) }];
}
