import { wrapLine } from '../../core/columns.ts';
import { durationText } from '../../core/duration.ts';
import { printable } from '../../core/quote.ts';
import type { Summary } from '../result.ts';
import { countOf, countsText } from './count.ts';
import type { ReporterOptions } from './reporter.ts';

/** What has failed, counted while the suites end. */
export interface Counted {
  /** Failed tests. */
  tests: number;
  /** Suites with a failed test or a finding of their own. */
  suites: number;
  /** Failed tests, and suites with findings of their own. */
  all: number;
  /** The first of them. */
  readonly named: { readonly title: string; readonly place: string }[];
}

const LABEL = 'Snapshots  '.length;

/** The end of the text report; `detailed` failures at most were shown with everything. */
export function summaryLines(
  summary: Summary,
  counted: Counted,
  detailed: number,
  { columns, paint }: Pick<ReporterOptions, 'columns' | 'paint'>,
): string[] {
  const { totals, partial, snapshots, missed } = summary;
  const lines: string[] = [];
  const facts = (label: string, texts: readonly string[]): void => {
    const all = texts.flatMap((text) => wrapLine(printable(text), columns - LABEL));
    lines.push(...all.map((text, i) => paintCounts(`${(i === 0 ? label : '').padEnd(LABEL)}${text}`)));
  };
  const paintCounts = (text: string): string => text.replace(/\d+ failed/, (failed) => paint('red', failed));

  if (counted.all > 0 && totals.suites > 1) lines.push(...failedLines(counted, { columns, paint }), '');
  if (counted.all > detailed)
    lines.push(
      ...wrapLine(`Only the first ${detailed} failures are shown whole; the json reporter has all.`, columns),
      '',
    );
  const tests = countsText([
    [counted.tests, 'failed'],
    [totals.passed, 'passed'],
    [totals.skipped, 'skipped'],
  ]);
  facts('Tests', [`${tests}  (${totals.tests})${partial ? '; others were left out' : ''}`]);
  const suites = countsText([
    [counted.suites, 'failed'],
    [totals.suites - counted.suites, 'passed'],
  ]);
  facts('Suites', [`${suites}  (${totals.suites})`]);
  const { written, updated, removed, obsolete } = snapshots;
  if (written + updated + removed + obsolete > 0) {
    const counts = countsText([
      [written, 'written'],
      [updated, 'updated'],
      [removed, 'removed'],
      [obsolete, 'obsolete'],
    ]);
    facts('Snapshots', obsolete > 0 ? [counts, `To remove what is obsolete: fm test --update-snapshots`] : [counts]);
  }
  if (missed.length > 0) facts('Missed', missed);
  facts('Time', [durationText(totals.duration_ms)]);
  return lines;
}

/** What failed and where once more, because it may have left the screen. */
function failedLines(
  { named, all }: Counted,
  { columns, paint }: Pick<ReporterOptions, 'columns' | 'paint'>,
): string[] {
  const lines = named.flatMap(({ title, place }) => [
    ...wrapLine(title, columns - 2).map((line) => `  ${line}`),
    `    ${paint('cyan', place)}`,
  ]);
  if (all > named.length) lines.push(`  … ${all - named.length} more`);
  return [paint('bold', `${countOf(all, 'failure')}:`), ...lines];
}
