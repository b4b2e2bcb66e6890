import type { Json } from '../../core/json.ts';
import type { Test } from '../suite/suite.ts';
import type { MockBook } from './mock-book.ts';
import type { Seen } from './observation.ts';

/** A stage that would have left the machine. */
export interface MissingMock {
  readonly path: string;
  readonly id: string;
  readonly component: string;
  /** Of a component under test: what it asked. */
  readonly request?: string;
}

/** All that a test's run came to; what `judge` looks at. */
export interface TestRun {
  readonly test: Test;
  readonly seen: Seen;
  readonly book: MockBook;
  readonly missing: readonly MissingMock[];
  /** It took longer than it may (real milliseconds), and was at these stages then. */
  readonly timedOut: { readonly limit: number; readonly at: readonly string[] } | undefined;
  readonly vars: Readonly<Record<string, Json>>;
  /** What is wrong with data of signals that did not fit. */
  readonly misfits: readonly string[];
}
