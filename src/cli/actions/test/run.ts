import { FlowMasonError } from '../../../core/errors.ts';
import type { Problem } from '../../../core/problem.ts';
import type { SnapshotMode } from '../../../testing/assert/snapshot.ts';
import type { Coverage } from '../../../testing/coverage/coverage.ts';
import { missedThresholds, type Thresholds } from '../../../testing/coverage/thresholds.ts';
import type { Reporter } from '../../../testing/reporters/reporter.ts';
import type { Summary } from '../../../testing/result.ts';
import { runSuites } from '../../../testing/run/run-suites.ts';
import { VERSION } from '../../package.ts';
import type { Workspace } from '../../project/workspace.ts';
import { openCounter } from './coverage.ts';
import type { TestFlags } from './flags.ts';
import { invalidFiles } from './load.ts';
import { type ChosenTests, noTests, type PreparedTests, type TestRequest } from './prepare.ts';
import { readSnapshots, writeSnapshots } from './snapshots.ts';
import { Totalling } from './totals.ts';

/** What a test run came to. */
export interface TestOutcome {
  readonly summary: Summary;
  readonly coverage: Coverage | undefined;
  /** There are thresholds, and they were not looked at: some tests were left out. */
  readonly unjudged: boolean;
  /** Why the command fails; undefined when all is well. */
  readonly error: FlowMasonError | undefined;
}

/**
 * Runs the chosen tests and tells `reporter` as they end. `onCoverage` hears of the coverage before the end. Throws
 * FlowMasonError `NO_TESTS` when there is none to run.
 */
export async function runTests(
  prepared: PreparedTests,
  { flags, wishes, signal, paths, frozen = false }: TestRequest,
  reporter: Reporter,
  onCoverage: (coverage: Coverage) => Promise<void>,
): Promise<TestOutcome> {
  const { workspace, loader } = prepared;
  const host = await prepared.open();
  const now = () => host.machine.clock.now();
  const totals = new Totalling(now());
  const narrow = paths.length > 0 || flags.changed !== undefined;
  const counter = wishes.coverage && (await openCounter(loader, workspace, narrow));
  const mode = frozen ? 'none' : snapshotMode(flags);
  /** Test files of suites that have not been told, by how messages name them. */
  const files = new Map<string, string>();
  async function* suites(): AsyncGenerator<ChosenTests> {
    for await (const chosen of prepared.suites()) {
      counter?.add(chosen);
      if (files.size === 0 && totals.isEmpty) reporter.begin({ started_at: now(), version: VERSION });
      files.set(chosen.suite.file, chosen.file);
      yield chosen;
    }
  }
  const complete = await runSuites(suites(), host, {
    jobs: wishes.jobs,
    bail: flags.bail ?? false,
    snapshots: ({ file }) => readSnapshots(files.get(file) ?? file, mode, workspace.cwd),
    observe: counter && ((test) => counter.collector.observe(test.plans)),
    signal,
    onSuite: (result, snapshots) => {
      writeSnapshots(files.get(result.file) ?? result.file, snapshots);
      files.delete(result.file);
      totals.add(result, snapshots.counts);
      reporter.suite(result);
    },
  });
  await host.close();
  const { problems } = loader;
  if (totals.isEmpty && problems.length === 0 && !signal.aborted) noTests(flags);
  if (totals.isEmpty) reporter.begin({ started_at: now(), version: VERSION });
  const coverage = counter?.result();
  if (coverage) await onCoverage(coverage);
  const partial = prepared.partial() || !complete;
  const thresholds = thresholdsOf(workspace);
  const missed = coverage && !partial ? missedThresholds(coverage, thresholds) : [];
  const summary = totals.summary({ partial, missed, now: now() });
  reporter.end(summary);
  const unjudged = coverage !== undefined && partial && Object.values(thresholds).some((each) => each !== undefined);
  return { summary, coverage, unjudged, error: errorOf(summary, problems) };
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
  const { failed, tests, passed, skipped } = summary.totals;
  if (failed > 0) {
    // Suites with findings of their own count as failed as well.
    const suites = passed + skipped + failed - tests;
    const own = `${failed - suites} of ${tests} ${tests === 1 ? 'test' : 'tests'} failed`;
    const message = suites === 0 ? own : `${own}, and ${suites} ${suites === 1 ? 'file' : 'files'} as a whole`;
    return new FlowMasonError('TEST_FAILED', message, { details: { failed, tests } });
  }
  const [first] = summary.missed;
  if (first === undefined) return undefined;
  const more = summary.missed.length > 1 ? ` (and ${summary.missed.length - 1} more)` : '';
  const hint = 'fm test --coverage --coverage-reporter html';
  return new FlowMasonError('THRESHOLD_MISSED', `${first}${more}`, { hint, details: { missed: [...summary.missed] } });
}
