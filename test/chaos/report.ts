import { appendFileSync } from 'node:fs';
import { expect, inject } from 'vitest';
import type { Violation } from './invariants.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that results of faults are added to, a line of JSON each; absent where nobody reports. */
    chaos: string;
  }
}

export interface FaultResult {
  readonly fault: string;
  readonly seed: number;
  /** Times that the fault happened. */
  readonly times: number;
  /** Runs that were accepted. */
  readonly runs: number;
  /** Requests for effects. */
  readonly calls: number;
  readonly seconds: number;
  /** What else was measured. */
  readonly more?: Readonly<Record<string, number | string>>;
  readonly violations: readonly Violation[];
}

/** Writes down what came of a fault, and fails the test when an invariant does not hold. */
export function conclude(result: FaultResult): void {
  const file = inject('chaos');
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
  expect(
    result.violations.slice(0, 20),
    `${result.violations.length} violations, FM_CHAOS_SEED=${result.seed}`,
  ).toEqual([]);
}
