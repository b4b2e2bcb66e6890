import type { RunEvent } from '../../executor/types.ts';
import type { Snapshots } from '../assert/snapshot.ts';
import type { SuiteResult, TestResult } from '../result.ts';
import type { Mock, Suite, Test } from '../suite/suite.ts';
import type { TestHost } from './host.ts';
import { unusedMock } from './judge.ts';
import { runTest } from './run-test.ts';

/** A suite and those of its tests that are to run. */
export interface ChosenSuite {
  readonly suite: Suite;
  readonly tests: readonly Test[];
}

export interface SuitesOptions {
  /** Tests at a time. */
  readonly jobs: number;
  /** Leaves out what is left after the first failure. */
  readonly bail: boolean;
  readonly snapshots: (suite: Suite) => Snapshots;
  /** What happens in a test's run. */
  readonly observe?: ((test: Test) => (event: RunEvent) => void) | undefined;
  /** Lets no further test start. */
  readonly signal: AbortSignal;
  /** Called once per suite, in their order, as soon as its last test has ended. */
  readonly onSuite: (result: SuiteResult, snapshots: Snapshots) => void;
}

/** More tests at a time than this gain nothing. */
const MOST_JOBS = 256;

/**
 * Runs tests one after the other, `jobs` at a time; true when all came to their turn. A suite is asked for when its first
 * test can begin, and forgotten when it is told, so that memory does not grow with the number of tests.
 */
export async function runSuites(
  chosen: AsyncIterable<ChosenSuite> | Iterable<ChosenSuite>,
  host: TestHost,
  options: SuitesOptions,
): Promise<boolean> {
  /** Begun and not told, in their order. */
  const open: SuiteRun[] = [];
  const turns = inTurn(chosen, open, host, options);
  let failed = false;
  let stopped = false;
  const lane = async (): Promise<void> => {
    for (let next = await turns.next(); !next.done; next = await turns.next()) {
      if (options.signal.aborted || (options.bail && failed)) {
        stopped = true;
        return;
      }
      const [run, test] = next.value;
      await run.run(test);
      failed ||= run.failed;
      while (open[0]?.isDone) {
        const done = open.shift();
        done?.tell();
        failed ||= done?.failed ?? false;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, options.jobs), MOST_JOBS) }, lane));
  for (const run of open) if (run.hasBegun) run.tell();
  return !stopped;
}

async function* inTurn(
  chosen: AsyncIterable<ChosenSuite> | Iterable<ChosenSuite>,
  open: SuiteRun[],
  host: TestHost,
  options: SuitesOptions,
): AsyncGenerator<[SuiteRun, Test]> {
  for await (const each of chosen) {
    const run = new SuiteRun(each, host, options);
    open.push(run);
    for (const test of run.tests) yield [run, test];
  }
}

class SuiteRun {
  failed = false;
  readonly tests: readonly Test[];
  readonly #suite: Suite;
  readonly #host: TestHost;
  readonly #options: SuitesOptions;
  readonly #snapshots: Snapshots;
  readonly #results = new Map<Test, TestResult>();
  readonly #used = new Set<Mock>();
  #duration = 0;

  constructor({ suite, tests }: ChosenSuite, host: TestHost, options: SuitesOptions) {
    this.tests = tests;
    this.#suite = suite;
    this.#host = host;
    this.#options = options;
    this.#snapshots = options.snapshots(suite);
  }

  get isDone(): boolean {
    return this.#results.size === this.tests.length;
  }

  get hasBegun(): boolean {
    return this.#results.size > 0;
  }

  async run(test: Test): Promise<void> {
    if (test.skip) {
      this.#results.set(test, skipped(test));
      return;
    }
    const { setupMocks } = this.#suite;
    const options = { setupMocks, snapshots: this.#snapshots, onEvent: this.#options.observe?.(test) };
    const { result, usedMocks } = await runTest(test, this.#host, options);
    this.#results.set(test, result);
    this.#duration += result.duration_ms;
    for (const mock of usedMocks) this.#used.add(mock);
    this.failed ||= result.status === 'failed';
  }

  tell(): void {
    const { name, file, subject, tests } = this.#suite;
    this.#snapshots.sweep(new Map(tests.map((test) => [test.name, new Set(test.snapshots.map(({ path }) => path))])));
    const findings = this.#unused().map(unusedMock);
    this.failed ||= findings.length > 0;
    const result: SuiteResult = {
      name,
      file,
      subject,
      tests: this.tests.flatMap((test) => this.#results.get(test) ?? []),
      findings,
      duration_ms: this.#duration,
    };
    this.#options.onSuite(result, this.#snapshots);
  }

  /** Mocks of `setup` and of tests with cases that none of the tests has used; when some did not run nobody knows. */
  #unused(): Mock[] {
    const { setupMocks, tests } = this.#suite;
    if (this.#results.size < tests.length || tests.some(({ skip }) => skip)) return [];
    const shared = new Set([...setupMocks, ...tests.flatMap(({ sharedMocks }) => sharedMocks)]);
    return [...shared].filter((mock) => !this.#used.has(mock));
  }
}

function skipped({ name, position, reason }: Test): TestResult {
  return { name, position, status: 'skipped', reason, duration_ms: 0, virtual_ms: 0, findings: [], logs: [] };
}
