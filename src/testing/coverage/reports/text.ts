import { printable } from '../../../core/quote.ts';
import type { Paint } from '../../reporters/reporter.ts';
import type { Coverage, CoverageTotals, PipelineCoverage, Ratio } from '../coverage.ts';
import { totalsOf } from '../coverage.ts';
import { byKind, type Missing, missingOf } from './missing.ts';

export interface TextOptions {
  readonly paint: Paint;
  /** To fill; what is missing breaks at it. */
  readonly columns: number;
}

/** Columns of a file, which has no terminal. */
const FILE_COLUMNS = 100;

/** A cell, and the look that it gets once it is filled up to its column. */
interface Cell {
  readonly text: string;
  readonly look: (text: string) => string;
}

/** A table of pipelines; below each one that is not whole what is missing, by name and line; totals last. */
export function textReport({ pipelines, totals }: Coverage, { paint, columns }: TextOptions): string {
  const rows = pipelines.map((pipeline) => row(printable(pipeline.pipeline), totalsOf([pipeline]), paint));
  const head = ['Pipeline', 'Stages', '', 'Branches', ''].map((text) => ({ text, look: dim(paint) }));
  const last = row(pipelines.length === 1 ? '1 pipeline' : `${pipelines.length} pipelines`, totals, paint);
  const widths = head.map((_, i) => Math.max(...[head, ...rows, last].map((cells) => cells[i]?.text.length ?? 0)));
  const line = (cells: readonly Cell[]): string =>
    cells
      .map((cell, i) => filled(cell, i, widths))
      .join('  ')
      .trimEnd();
  const lines = [line(head)];
  for (const [i, pipeline] of pipelines.entries()) {
    lines.push(line(rows[i] ?? []), ...missingLines(pipeline, paint, columns));
  }
  return [...lines, '', line(last), ''].join('\n');
}

/** Without colours, for a file. */
export function plainText(coverage: Coverage): string {
  return textReport(coverage, { paint: (_, text) => text, columns: FILE_COLUMNS });
}

function row(name: string, { stages, branches }: CoverageTotals, paint: Paint): Cell[] {
  return [{ text: name, look: (text) => paint('bold', text) }, ...ratio(stages, paint), ...ratio(branches, paint)];
}

function ratio({ covered, total, percent }: Ratio, paint: Paint): Cell[] {
  const look = (text: string): string => paint(percent === 100 ? 'green' : percent >= 50 ? 'yellow' : 'red', text);
  if (total === 0)
    return [
      { text: 'none', look: dim(paint) },
      { text: '', look },
    ];
  return [
    { text: `${covered}/${total}`, look },
    { text: `${percent} %`, look },
  ];
}

function dim(paint: Paint): Cell['look'] {
  return (text) => paint('dim', text);
}

/** Names begin at the left, numbers end at the right; a heading stands over the first of its two columns. */
function filled({ text, look }: Cell, column: number, widths: readonly number[]): string {
  const space = ' '.repeat((widths[column] ?? 0) - text.length);
  return column === 0 ? look(text) + space : space + look(text);
}

function missingLines(pipeline: PipelineCoverage, paint: Paint, columns: number): string[] {
  const missing = missingOf(pipeline);
  const names = Math.max(0, ...missing.map(({ stage }) => printable(stage.id).length));
  const places = Math.max(0, ...missing.map(({ stage }) => place(stage.line).length));
  return missing.flatMap((item) => {
    const { id, line } = item.stage;
    const start = `  ${printable(id).padEnd(names)}  `;
    const indent = ' '.repeat(start.length + places + 2);
    const parts = words(item).flatMap((text) => broken(text, columns - indent.length));
    const look = (text: string): string => paint(item.neverRan ? 'red' : 'yellow', text);
    return parts.map((part, i) =>
      i === 0 ? `${start}${dim(paint)(place(line).padEnd(places))}  ${look(part)}` : indent + look(part),
    );
  });
}

function place(line: number): string {
  return line > 0 ? `line ${line}` : '';
}

/** One line for each kind of branch; a stage that never ran needs no list of them. */
function words({ neverRan, branches }: Missing): string[] {
  const count = branches.length === 1 ? '1 branch' : `${branches.length} branches`;
  if (neverRan) return [branches.length === 0 ? 'never ran' : `never ran, ${count} not taken`];
  return byKind(branches).map(
    ([kind, names]) => `${names.length === 1 ? 'branch' : 'branches'} ${kind}: ${names.map(printable).join(', ')}`,
  );
}

/** Breaks at spaces, further lines deeper; a word that is longer than a line stays whole. */
function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length > 0 ? `  ${word}` : word);
  }
  return lines;
}
