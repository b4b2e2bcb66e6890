import { readFileSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import { isFocused, type Selection, Selector } from '../../../testing/suite/select.ts';
import type { Test } from '../../../testing/suite/suite.ts';
import { openKnown } from '../../known.ts';
import { findTests } from '../../project/find-tests.ts';
import type { Workspace } from '../../project/workspace.ts';
import { changedFiles, isTouched } from './changed.ts';
import type { TestFlags, TestWishes } from './flags.ts';
import type { OpenHost } from './host.ts';
import { type LoadedSuite, SuiteLoader } from './load.ts';

export interface TestRequest {
  readonly paths: readonly string[];
  readonly flags: TestFlags;
  readonly wishes: TestWishes;
  readonly signal: AbortSignal;
  /** Counts up with `--watch`, so that components are read again. */
  readonly generation?: number;
  /** Write no snapshot: one that is not there yet is a failure. */
  readonly frozen?: boolean;
  /** Files that have changed, absolute: only tests that they touch. */
  readonly touched?: ReadonlySet<string> | undefined;
}

/** A suite of which some tests are to run. */
export interface ChosenTests extends LoadedSuite {
  readonly tests: readonly Test[];
}

/** Tests that are ready to run. */
export interface PreparedTests {
  readonly workspace: Workspace;
  readonly loader: SuiteLoader;
  /** Suites with anything to run, each read when it is asked for. */
  suites(): AsyncGenerator<ChosenTests>;
  /** Whether some tests of the suites that were read were left out. */
  partial(): boolean;
  /** What executes the tests: loaded when some are to run. */
  open(): Promise<OpenHost>;
}

/** Finds tests. Throws FlowMasonError `NO_TESTS`, `NOT_FOUND`, `USAGE`, `FILE_SYSTEM`. */
export async function prepareTests(request: TestRequest): Promise<PreparedTests> {
  const { paths, flags, wishes, generation = 0 } = request;
  const known = await openKnown(process.cwd(), generation);
  const { workspace, descriptors } = known;
  const root = workspace.project?.root ?? workspace.cwd;
  const files = findTests(workspace, paths);
  const changed = flags.changed === undefined ? undefined : changedFiles(root, flags.changed);
  const wanted = (suite: LoadedSuite): boolean =>
    [changed, request.touched].every((each) => each === undefined || isTouched(suite, each, root));
  const loader = new SuiteLoader(workspace, descriptors);
  const selector = new Selector(wishes.selection, await anyFocused(files, loader, wishes.selection));
  return {
    workspace,
    loader,
    async *suites() {
      for (const file of files) {
        const loaded = await loader.load(file);
        if (!loaded || !wanted(loaded)) continue;
        const tests = selector.choose(loaded.suite);
        if (tests.length > 0) yield { ...loaded, tests };
      }
    },
    partial: () => selector.partial,
    async open() {
      const { openHost } = await import('./host.ts');
      return openHost(known, flags.live ?? false);
    },
  };
}

/** A file that does not have the word has no such test, and need not be read twice. */
async function anyFocused(files: readonly string[], loader: SuiteLoader, selection: Selection): Promise<boolean> {
  for (const file of files) {
    if (!mentionsOnly(file)) continue;
    const loaded = await loader.load(file);
    if (loaded && isFocused(loaded.suite, selection)) return true;
  }
  return false;
}

function mentionsOnly(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes('"only"');
  } catch {
    // It is told when its turn comes.
    return false;
  }
}

/** Nothing fits what was asked for. */
export function noTests({ changed }: TestFlags): never {
  if (changed !== undefined) {
    fail('NO_TESTS', `No pipeline that has tests differs from ${changed}`, { hint: 'fm test' });
  }
  fail('NO_TESTS', 'No test fits what was asked for', { hint: 'fm test --list' });
}
