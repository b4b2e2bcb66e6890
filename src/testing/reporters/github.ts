import type { Finding, SuiteResult, Summary } from '../result.ts';
import { countOf, countsText } from './count.ts';
import { findingLines, oneLine, placeText } from './finding-lines.ts';
import type { CreateReporter } from './reporter.ts';

/** Annotations of one kind that GitHub shows of a step. */
const MOST_ERRORS = 10;
/** Far less than GitHub takes; more is not read in an annotation. */
const LONGEST_MESSAGE = 4_000;
const COLUMNS = 100;

/**
 * Workflow commands of GitHub Actions: an error at the place of each finding, as many as GitHub shows, the others as
 * plain lines of the log; a notice with the numbers at the end. Nothing about what passed or was skipped.
 */
export const githubReporter: CreateReporter = ({ write }) => {
  let errors = 0;
  const error = (properties: Readonly<Record<string, string | number>>, message: string, plain: string): void => {
    errors++;
    write(errors <= MOST_ERRORS ? command('error', properties, message) : plainLine(plain));
  };

  const report = (name: string, finding: Finding): void => {
    const { file, line, column } = finding.position;
    const title = oneLine(name);
    const plain = `${placeText(finding.position)}  ${title}: ${oneLine(finding.message)}`;
    error({ file, line, col: column, title }, messageText(finding), plain);
  };

  return {
    begin() {},
    suite(suite: SuiteResult) {
      for (const finding of suite.findings) report(suite.name, finding);
      for (const { name, findings } of suite.tests)
        for (const finding of findings) report(`${suite.name} › ${name}`, finding);
    },
    end(summary) {
      for (const sentence of summary.missed)
        error({ title: 'Threshold missed' }, sentence, `missed: ${oneLine(sentence)}`);
      write(command('notice', { title: 'fm test' }, noticeText(summary, errors - MOST_ERRORS)));
    },
  };
};

function messageText(finding: Finding): string {
  const lines = findingLines(finding, { columns: COLUMNS });
  const text = lines.flatMap(({ part, text }) => (part === 'place' ? [] : [text])).join('\n');
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE).toWellFormed()}…` : text;
}

function noticeText({ totals, missed }: Summary, left: number): string {
  const { failed, passed, skipped } = totals;
  const parts = [
    countsText([
      [failed, 'failed'],
      [passed, 'passed'],
      [skipped, 'skipped'],
    ]),
  ];
  if (missed.length > 0) parts.push(`${countOf(missed.length, 'threshold')} missed`);
  if (left > 0) parts.push(`${countOf(left, 'more error')} in the log, because GitHub shows ${MOST_ERRORS} of a step`);
  return parts.join('; ');
}

/** `::error file=a.json,line=1::message`, escaped as GitHub's own toolkit does. */
function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${list.join(',')}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** One line of the log that is no command: neither of the form `::name::` at its start nor `##[name]` anywhere. */
function plainLine(text: string): string {
  return `failed  ${text.replaceAll('##[', '# #[')}\n`;
}
