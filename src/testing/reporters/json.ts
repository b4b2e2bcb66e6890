import type { Finding, SuiteResult, TestResult } from '../result.ts';
import { isPassed } from './count.ts';
import type { CreateReporter } from './reporter.ts';

/**
 * One JSON document at the end, for programs:
 *
 *     { version, started_at, passed, totals, partial, snapshots, missed, suites: [{ name, file, subject, duration_ms,
 *       findings, tests: [{ name, file, line, column, status, reason?, duration_ms, virtual_ms, findings, logs? }] }] }
 *
 * A finding is `{ kind, message, hint?, file, line, column, path?, check?, differences? }`; of a difference, `expected`
 * or `actual` is absent where there is no value. `passed` says whether no test failed and no threshold was missed.
 */
export const jsonReporter: CreateReporter = ({ write }) => {
  let head: { version: string; started_at: string } | undefined;
  // As text a suite takes a fraction of what its objects take.
  const suites: string[] = [];
  return {
    begin({ started_at, version }) {
      head = { version, started_at: new Date(started_at).toISOString() };
    },
    suite(suite) {
      suites.push(JSON.stringify(suiteDocument(suite)));
    },
    end(summary) {
      const { totals, partial, snapshots, missed } = summary;
      const rest = JSON.stringify({ ...head, passed: isPassed(summary), totals, partial, snapshots, missed });
      const list = suites.length > 0 ? `\n${suites.join(',\n')}\n` : '';
      write(`${rest.slice(0, -1)},"suites":[${list}]}\n`);
    },
  };
};

function suiteDocument({ name, file, subject, duration_ms, findings, tests }: SuiteResult): object {
  return {
    name,
    file,
    subject: { kind: subject.kind, name: subject.name },
    duration_ms,
    findings: findings.map(findingDocument),
    tests: tests.map(testDocument),
  };
}

function testDocument({ name, position, status, reason, ...rest }: TestResult): object {
  const { file, line, column } = position;
  const { duration_ms, virtual_ms, findings, logs } = rest;
  const document = { name, file, line, column, status, reason, duration_ms, virtual_ms };
  return { ...document, findings: findings.map(findingDocument), logs: logs.length > 0 ? logs : undefined };
}

/** A finding with its place in it; what is undefined vanishes in print. */
export function findingDocument({ kind, message, hint, position, path, check, differences }: Finding): object {
  const { file, line, column } = position;
  return { kind, message, hint, file, line, column, path, check, differences };
}
