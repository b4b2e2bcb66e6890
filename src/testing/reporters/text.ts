import { cutToColumns, displayWidth, wrapLine } from '../../core/columns.ts';
import { durationText } from '../../core/duration.ts';
import { printable } from '../../core/quote.ts';
import type { Finding, Position, SuiteResult, TestStatus } from '../result.ts';
import { countOf, countsText, countTests, suiteStatus } from './count.ts';
import { type FindingLine, findingLines, oneLine, placeText } from './finding-lines.ts';
import type { CreateReporter, Paint, ReporterOptions } from './reporter.ts';
import { type Counted, summaryLines } from './summary.ts';

type Style = Parameters<Paint>[0];

const MARKS: Readonly<Record<TestStatus, string>> = { passed: '✓', failed: '✗', skipped: '↷' };
const STYLES: Readonly<Record<TestStatus, Style>> = { passed: 'green', failed: 'red', skipped: 'yellow' };
const PARTS: Readonly<Record<FindingLine['part'], Style | undefined>> = {
  message: undefined,
  place: 'cyan',
  frame: 'dim',
  expected: 'green',
  actual: 'red',
  context: 'dim',
  hint: undefined,
};

const LEAST_COLUMNS = 30;
/** Failed tests that are shown with everything; the others with the start of their first finding. */
const MOST_DETAILED = 50;
const MOST_FINDINGS = 10;
const MOST_LOGS = 10;
/** Skipped tests of a suite whose reasons are shown. */
const MOST_REASONS = 10;
/** Failed tests that the end names once more. */
const MOST_NAMED = 20;

/** A failed test, or what is wrong with a suite beyond its tests. */
interface Failed {
  readonly title: string;
  readonly position: Position;
  readonly findings: readonly Finding[];
  readonly logs: readonly string[];
}

/** For people: a line for a suite that passed, everything that helps for a test that failed, the numbers at the end. */
export const textReporter: CreateReporter = (given) => {
  const options = { ...given, columns: Math.max(LEAST_COLUMNS, given.columns) };
  const counted: Counted = { tests: 0, suites: 0, all: 0, named: [] };
  /** Whether an empty line belongs before what is printed next. */
  let gap = false;
  const print = (lines: readonly string[]): void => options.write(lines.map((line) => `${line.trimEnd()}\n`).join(''));

  return {
    begin() {},
    suite(suite) {
      const failed = failuresOf(suite);
      print([...(gap ? [''] : []), ...suiteLines(suite, options)]);
      gap = false;
      if (failed.length > 0) counted.suites++;
      counted.tests += countTests(suite).failed;
      for (const failure of failed) {
        const detailed = counted.all < MOST_DETAILED;
        counted.all++;
        if (counted.named.length < MOST_NAMED)
          counted.named.push({
            title: `${oneLine(suite.name)} › ${failure.title}`,
            place: placeText(failure.position),
          });
        print(detailed ? ['', ...detailedLines(failure, options)] : shortLines(failure, options));
        gap = true;
      }
    },
    end(summary) {
      print(['', ...summaryLines(summary, counted, MOST_DETAILED, options)]);
    },
  };
};

function failuresOf({ tests, findings }: SuiteResult): Failed[] {
  const failed = tests.filter(({ status }) => status === 'failed');
  const list: Failed[] = failed.map((test) => ({ ...test, title: oneLine(test.name) }));
  const first = findings[0];
  return first ? [{ title: 'the suite', position: first.position, findings, logs: [] }, ...list] : list;
}

/** `✗ orders  pipelines/orders.test.json  3 tests, 2 failed  120 ms`, and why tests were skipped. */
function suiteLines(suite: SuiteResult, { columns, paint }: ReporterOptions): string[] {
  const { failed, skipped } = countTests(suite);
  const status = suiteStatus(suite);
  const counts = [countOf(suite.tests.length, 'test')];
  if (failed > 0 || skipped > 0)
    counts.push(
      countsText([
        [failed, 'failed'],
        [skipped, 'skipped'],
      ]),
    );
  const parts: [Style | undefined, string][] = [
    ['bold', oneLine(suite.name)],
    [undefined, oneLine(suite.file)],
    [undefined, counts.join(', ')],
    ['dim', durationText(suite.duration_ms)],
  ];
  const reasons = suite.tests.filter((test) => test.status === 'skipped' && test.reason !== undefined);
  const shown = reasons.slice(0, MOST_REASONS).map(({ name, reason }) => `${oneLine(name)}: ${oneLine(reason ?? '')}`);
  if (reasons.length > shown.length) shown.push(`${reasons.length - shown.length} more skipped tests`);
  const mark = (which: TestStatus): string => `${paint(STYLES[which], MARKS[which])} `;
  return [
    ...hanging(inColumns(parts, columns - 2, paint), mark(status), ''),
    ...shown.flatMap((text) => hanging(wrapLine(text, columns - 4), mark('skipped'), '  ')),
  ];
}

function detailedLines(failed: Failed, options: ReporterOptions): string[] {
  const { columns, paint } = options;
  const { findings, logs } = failed;
  const blocks = findings.slice(0, MOST_FINDINGS).map((finding, i) => {
    // One picture of a place is enough.
    const shown = isSamePlace(finding.position, findings[i - 1]?.position);
    const source = shown ? (): undefined => undefined : options.source;
    return findingLines(finding, { columns: columns - 4, source }).map(({ part, text }) => {
      if (part === 'hint') return text.replace(/^Try:/, (word) => paint('cyan', word));
      const style = PARTS[part];
      return style === undefined || text === '' ? text : paint(style, text);
    });
  });
  if (findings.length > MOST_FINDINGS) blocks.push([`… ${findings.length - MOST_FINDINGS} more findings`]);
  if (logs.length > 0) {
    const last = logs.slice(-MOST_LOGS).map((line) => paint('dim', cutToColumns(`  ${logLine(line)}`, columns - 4)));
    blocks.push([`Last ${countOf(last.length, 'log line')}:`, ...last]);
  }
  const body = blocks.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
  return [...titleLines(failed, options), ...body.map((line) => `    ${line}`)];
}

function isSamePlace(a: Position, b: Position | undefined): boolean {
  return a.file === b?.file && a.line === b.line && a.column === b.column;
}

/** On one line, its columns kept. */
function logLine(line: string): string {
  return printable(line.replaceAll(/\s*[\r\n]\s*/g, ' ').replaceAll('\t', '  '));
}

function shortLines(failed: Failed, options: ReporterOptions): string[] {
  const message = oneLine(failed.findings[0]?.message ?? '');
  const { columns, paint } = options;
  return [
    ...titleLines(failed, options),
    `    ${cutToColumns(message, columns - 4)}`,
    `    ${paint('cyan', placeText(failed.position))}`,
  ];
}

function titleLines({ title }: Failed, { columns, paint }: ReporterOptions): string[] {
  const lines = wrapLine(title, columns - 4).map((line) => paint('bold', line));
  return hanging(lines, `${paint('red', MARKS.failed)} `, '  ');
}

/** Lines behind a mark of two columns, the later ones below the first. */
function hanging(lines: readonly string[], mark: string, indent: string): string[] {
  return lines.map((line, i) => `${indent}${i === 0 ? mark : '  '}${line}`);
}

/** Parts with two blanks between them, in as few lines as hold them. */
function inColumns(parts: readonly [Style | undefined, string][], columns: number, paint: Paint): string[] {
  const lines: string[] = [];
  let used = 0;
  for (const [style, text] of parts) {
    const width = displayWidth(text);
    const shown = style === undefined ? text : paint(style, text);
    if (lines.length > 0 && used + 2 + width <= columns) {
      lines.push(`${lines.pop()}  ${shown}`);
      used += 2 + width;
    } else {
      lines.push(shown);
      used = width;
    }
  }
  return lines;
}
