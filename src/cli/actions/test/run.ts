import { FlowMasonError, fail } from '../../../core/errors.ts';
import type { Problem } from '../../../core/problem.ts';
import { testMachine } from '../../../hosts/node/test-machine.ts';
import type { SnapshotMode } from '../../../testing/assert/snapshot.ts';
import type { Coverage } from '../../../testing/coverage/coverage.ts';
import { missedThresholds, type Thresholds } from '../../../testing/coverage/thresholds.ts';
import type { Reporter } from '../../../testing/reporters/reporter.ts';
import type { Summary } from '../../../testing/result.ts';
import type { TestHost } from '../../../testing/run/host.ts';
import { runSuites } from '../../../testing/run/run-suites.ts';
import { type Selected, selectTests } from '../../../testing/suite/select.ts';
import { VERSION } from '../../package.ts';
import { findTests } from '../../project/find-tests.ts';
import type { Workspace } from '../../project/workspace.ts';
import { openRuntime } from '../../runtime.ts';
import { changedSuites } from './changed.ts';
import { openCollector } from './coverage.ts';
import type { TestFlags, TestWishes } from './flags.ts';
import { invalidFiles, type LoadedSuites, loadSuites } from './load.ts';
import { readSnapshots, writeSnapshots } from './snapshots.ts';
import { Totalling } from './totals.ts';
import { testVars } from './vars.ts';

export interface TestRequest {
  readonly paths: readonly string[];
  readonly flags: TestFlags;
  readonly wishes: TestWishes;
  readonly signal: AbortSignal;
  /** Counts up with `--watch`, so that components are read again. */
  readonly generation?: number;
}

/** Tests that are ready to run. */
export interface PreparedTests {
  readonly workspace: Workspace;
  readonly host: TestHost & { readonly close: () => Promise<void> };
  readonly loaded: LoadedSuites;
  readonly selected: Selected;
}

/** What a test run came to. */
export interface TestOutcome {
  readonly summary: Summary;
  readonly coverage: Coverage | undefined;
  /** There are thresholds, and they were not looked at: some tests were left out. */
  readonly unjudged: boolean;
  /** Why the command fails; undefined when all is well. */
  readonly error: FlowMasonError | undefined;
}

/** Finds, reads and chooses tests. Throws FlowMasonError `NO_TESTS`, `NOT_FOUND`, `USAGE`, `FILE_SYSTEM`. */
export async function prepareTests(request: TestRequest): Promise<PreparedTests> {
  const { paths, flags, wishes, generation = 0 } = request;
  const { workspace, runtime } = await openRuntime(process.cwd(), generation);
  const files = findTests(workspace, paths);
  const loaded = await narrowed(await loadSuites(files, workspace, runtime), flags, workspace);
  const selected = selectTests(
    loaded.suites.map(({ suite }) => suite),
    wishes.selection,
  );
  if (selected.suites.length === 0 && loaded.problems.length === 0) noTests(loaded, flags);
  const { live = false } = flags;
  const host = {
    runtime,
    machine: testMachine,
    live,
    secrets: (names: readonly string[]) => runtime.secrets.read(names),
    vars: testVars(workspace, live),
    close: () => runtime.close(),
  };
  return { workspace, host, loaded, selected };
}

async function narrowed(loaded: LoadedSuites, { changed }: TestFlags, workspace: Workspace): Promise<LoadedSuites> {
  return changed === undefined ? loaded : { ...loaded, suites: changedSuites(loaded.suites, changed, workspace) };
}

function noTests({ suites }: LoadedSuites, flags: TestFlags): never {
  if (suites.length === 0 && flags.changed !== undefined) {
    fail('NO_TESTS', `No pipeline that has tests differs from ${flags.changed}`, { hint: 'fm test' });
  }
  fail('NO_TESTS', 'No test fits what was asked for', { hint: 'fm test --list' });
}

/** Runs the chosen tests and tells `reporter` as they end. `onCoverage` hears of the coverage before the end. */
export async function runTests(
  { workspace, host, loaded, selected }: PreparedTests,
  { flags, wishes, signal, paths }: TestRequest,
  reporter: Reporter,
  onCoverage: (coverage: Coverage) => Promise<void>,
): Promise<TestOutcome> {
  const totals = new Totalling(host.machine.clock.now());
  reporter.begin({ started_at: host.machine.clock.now(), version: VERSION });
  const files = new Map(loaded.suites.map(({ suite, file }) => [suite, file]));
  const narrow = paths.length > 0 || flags.changed !== undefined;
  const collector = wishes.coverage && (await openCollector(loaded, workspace, narrow));
  const mode = snapshotMode(flags);
  const testFiles = new Map(loaded.suites.map(({ suite, file }) => [suite.file, file]));
  const complete = await runSuites(selected.suites, host, {
    jobs: wishes.jobs,
    bail: flags.bail ?? false,
    snapshots: (suite) => readSnapshots(files.get(suite) ?? suite.file, mode, workspace.cwd),
    observe: collector && ((test) => collector.observe(test.plans)),
    signal,
    onSuite: (result, snapshots) => {
      writeSnapshots(testFiles.get(result.file) ?? result.file, snapshots);
      totals.add(result, snapshots.counts);
      reporter.suite(result);
    },
  });
  await host.close();
  const coverage = collector?.result();
  if (coverage) await onCoverage(coverage);
  const partial = selected.partial || !complete;
  const thresholds = thresholdsOf(workspace);
  const missed = coverage && !partial ? missedThresholds(coverage, thresholds) : [];
  const summary = totals.summary({ partial, missed, now: host.machine.clock.now() });
  reporter.end(summary);
  const unjudged = coverage !== undefined && partial && Object.values(thresholds).some((each) => each !== undefined);
  return { summary, coverage, unjudged, error: errorOf(summary, loaded.problems) };
}

/** In CI nothing is written that nobody would commit. */
function snapshotMode(flags: TestFlags): SnapshotMode {
  if (flags['update-snapshots']) return 'update';
  return process.env.CI ? 'none' : 'write';
}

function thresholdsOf({ project, settings }: Workspace): Thresholds {
  return {
    stages: settings.number('testing.coverage.stages'),
    branches: settings.number('testing.coverage.branches'),
    pipelines: project?.config.testing.coverage?.pipelines,
  };
}

function errorOf(summary: Summary, problems: readonly Problem[]): FlowMasonError | undefined {
  const invalid = invalidFiles(problems);
  if (invalid) return invalid;
  const { failed, tests } = summary.totals;
  if (failed > 0) {
    const message = `${failed} of ${tests} ${tests === 1 ? 'test' : 'tests'} failed`;
    return new FlowMasonError('TEST_FAILED', message, { details: { failed, tests } });
  }
  const [first] = summary.missed;
  if (first === undefined) return undefined;
  const more = summary.missed.length > 1 ? ` (and ${summary.missed.length - 1} more)` : '';
  const hint = 'fm test --coverage --coverage-reporter html';
  return new FlowMasonError('THRESHOLD_MISSED', `${first}${more}`, { hint, details: { missed: [...summary.missed] } });
}
