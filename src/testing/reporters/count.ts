import type { SuiteResult, Summary, TestStatus } from '../result.ts';

/** How many of a suite's tests ended in which way. */
export function countTests({ tests }: SuiteResult): Readonly<Record<TestStatus, number>> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status } of tests) counts[status]++;
  return counts;
}

export function suiteStatus(suite: SuiteResult): TestStatus {
  const { failed, skipped } = countTests(suite);
  if (failed > 0 || suite.findings.length > 0) return 'failed';
  return skipped > 0 && skipped === suite.tests.length ? 'skipped' : 'passed';
}

/** Whether no test failed and no threshold was missed. */
export function isPassed({ totals, missed }: Summary): boolean {
  return totals.failed === 0 && missed.length === 0;
}

/** `2 failed, 38 passed, 1 skipped`, without those that are none; `none` when all are. */
export function countsText(counts: readonly (readonly [number, string])[]): string {
  const some = counts.filter(([count]) => count > 0);
  return some.map(([count, what]) => `${count} ${what}`).join(', ') || 'none';
}

/** `1 test`, `2 tests`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
