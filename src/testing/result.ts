import type { Json } from '../core/json.ts';

/** A place in a test file; lines and columns from 1, length in UTF-16 units. */
export interface Position {
  /** As messages name it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** One value of two that differ: where, and what each has. Undefined stands for a value that is not there. */
export interface Difference {
  /** From the value that was looked at: empty for itself, `items[0].name` inside of it. */
  readonly path: string;
  readonly expected: Json | undefined;
  readonly actual: Json | undefined;
}

/** What a test found wrong. */
export type FindingKind =
  /** A check of an assertion does not hold. */
  | 'assertion'
  /** The run ended otherwise than the test expects. */
  | 'run'
  /** A stage with effects has no mock, a mock has run out or was not used. */
  | 'mock'
  /** The snapshot differs, or there is none in CI. */
  | 'snapshot'
  /** The test took longer than its `timeout`. */
  | 'timeout';

/** One reason why a test failed. */
export interface Finding {
  readonly kind: FindingKind;
  readonly message: string;
  /** What to write or type next; may have several lines, such as a mock to paste. */
  readonly hint?: string | undefined;
  readonly position: Position;
  /** The path that the assertion looks at: `output.items[0]`, `stages.fetch.status`. */
  readonly path?: string | undefined;
  /** The check that does not hold: `equals`, `matches`, … */
  readonly check?: string | undefined;
  /** Of a check that compares two values: where they differ, in the order of the expected value. */
  readonly differences?: readonly Difference[] | undefined;
}

export type TestStatus = 'passed' | 'failed' | 'skipped';

/** What became of one test, or of one case of a test's table. */
export interface TestResult {
  /** With the case's name behind it: `adds up › an empty list`. */
  readonly name: string;
  readonly position: Position;
  readonly status: TestStatus;
  /** Why it was skipped. */
  readonly reason?: string | undefined;
  /** Real milliseconds. */
  readonly duration_ms: number;
  /** Milliseconds of its virtual clock that the run took: delays, retries, waits. */
  readonly virtual_ms: number;
  /** Empty unless it failed. */
  readonly findings: readonly Finding[];
  /** What the pipeline logged; kept of failed tests only. */
  readonly logs: readonly string[];
}

/** What became of the tests of one file. */
export interface SuiteResult {
  readonly name: string;
  /** As messages name it. */
  readonly file: string;
  /** What it tests. */
  readonly subject: { readonly kind: 'pipeline' | 'component'; readonly name: string };
  readonly tests: readonly TestResult[];
  /** What is wrong beyond single tests: a mock of `setup` that no test used. Such a suite has failed. */
  readonly findings: readonly Finding[];
  /** Real milliseconds. */
  readonly duration_ms: number;
}

/** Numbers of everything that ran. */
export interface Totals {
  readonly suites: number;
  readonly tests: number;
  readonly passed: number;
  /** Tests that failed, and suites with findings of their own. */
  readonly failed: number;
  readonly skipped: number;
  /** Real milliseconds. */
  readonly duration_ms: number;
}

/** The end of everything. */
export interface Summary {
  readonly totals: Totals;
  /** Some tests were left out: filtered, behind an `only`, after `--bail`. */
  readonly partial: boolean;
  readonly snapshots: {
    readonly written: number;
    readonly updated: number;
    readonly removed: number;
    /** Kept though no test asks for them any more. */
    readonly obsolete: number;
  };
  /** Thresholds that were missed, as sentences: `stages of my-pipeline: 50 % of at least 80 %`. */
  readonly missed: readonly string[];
}
