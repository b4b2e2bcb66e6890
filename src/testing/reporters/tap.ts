import { printable } from '../../core/quote.ts';
import type { Finding, SuiteResult, TestResult } from '../result.ts';
import { countsText, suiteStatus } from './count.ts';
import { findingDocument } from './json.ts';
import type { CreateReporter } from './reporter.ts';

/** TAP version 14: a subtest for each suite, a test point for each of its tests, YAML about what failed. */
export const tapReporter: CreateReporter = ({ write }) => {
  let points = 0;
  const print = (lines: readonly string[]): void => write(lines.map((line) => `${line}\n`).join(''));
  return {
    begin() {
      print(['TAP version 14']);
    },
    suite(suite) {
      print(suiteLines(suite, ++points));
    },
    end({ totals, missed }) {
      const { passed, failed, skipped } = totals;
      const counts = countsText([
        [failed, 'failed'],
        [passed, 'passed'],
        [skipped, 'skipped'],
      ]);
      print([`1..${points}`, `# ${counts}`, ...missed.map((sentence) => `# missed: ${printable(sentence)}`)]);
    },
  };
};

function suiteLines(suite: SuiteResult, id: number): string[] {
  const { tests, findings, file, duration_ms } = suite;
  const name = escapeTap(`${suite.name} (${file})`);
  const inner = tests.flatMap((test, i) => testLines(test, i + 1));
  const lines = tests.length > 0 ? [`# Subtest: ${name}`, ...[...inner, `1..${tests.length}`].map(indent)] : [];
  const ok = suiteStatus(suite) !== 'failed';
  lines.push(`${ok ? 'ok' : 'not ok'} ${id} - ${name}`);
  if (findings.length > 0) lines.push(...diagnostics({ findings, duration_ms }));
  return lines;
}

function testLines(test: TestResult, id: number): string[] {
  const { name, status, reason = '', findings, logs, duration_ms } = test;
  const head = `${status === 'failed' ? 'not ok' : 'ok'} ${id} - ${escapeTap(name)}`;
  if (status === 'skipped') return [`${head} # SKIP ${escapeTap(reason)}`.trimEnd()];
  return status === 'failed' ? [head, ...diagnostics({ findings, logs, duration_ms })] : [head];
}

interface Diagnosed extends Pick<TestResult, 'findings' | 'duration_ms'> {
  readonly logs?: readonly string[];
}

/** A YAML block. Its values are JSON, which YAML 1.2 includes. */
function diagnostics({ findings, logs = [], duration_ms }: Diagnosed): string[] {
  const lines = [`duration_ms: ${duration_ms}`, ...findingsLines(findings)];
  if (logs.length > 0) lines.push('logs:', ...logs.map((line) => `  - ${yaml(line)}`));
  return ['---', ...lines, '...'].map((line) => `  ${line}`);
}

function findingsLines(findings: readonly Finding[]): string[] {
  const items = findings.flatMap((finding) => {
    const fields = Object.entries(findingDocument(finding)).filter(([, value]) => value !== undefined);
    return fields.flatMap(([key, value], i) => {
      const lines =
        Array.isArray(value) && value.length > 0
          ? [`${key}:`, ...value.map((item) => `  - ${yaml(item)}`)]
          : [`${key}: ${yaml(value)}`];
      return lines.map((line, at) => `${i === 0 && at === 0 ? '  - ' : '    '}${line}`);
    });
  });
  return items.length > 0 ? ['findings:', ...items] : [];
}

/** Of a JSON text what YAML does not allow as it is (5.1), would fold away, or what moves a terminal's cursor. */
const NOT_PLAIN = /[\u007f-\u00a0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

function yaml(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    NOT_PLAIN,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A description or reason: on one line, `#` and `\` escaped; an open brace at the end would begin a subtest. */
function escapeTap(text: string): string {
  const line = printable(text.replaceAll(/\s+/g, ' ').trim());
  const closed = line.endsWith('{') ? `"${line}"` : line;
  return closed.replaceAll(/[\\#]/g, '\\$&');
}

function indent(line: string): string {
  return `    ${line}`;
}
