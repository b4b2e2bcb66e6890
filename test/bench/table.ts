import { type Budget, meets, type Row, type Sample } from './row.ts';

const HEAD = ['bench', 'case', 'median', 'min–max', 'floor', 'ratio', 'budget', 'verdict'];

/** Rows as a table of aligned columns. */
export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same for the README. */
export function markdown(rows: readonly Row[]): string {
  const head = [`| ${HEAD.join(' | ')} |`, `| --- | --- | ${'---: | '.repeat(4)}--- | --- |`];
  return [...head, ...rows.map((row) => `| ${cells(row).join(' | ')} |`)].join('\n');
}

function pad(cell: string, width: number, column: number): string {
  return column < 2 || column > 5 ? cell.padEnd(width) : cell.padStart(width);
}

function cells(row: Row): string[] {
  const { measured, floor, ratio, budget } = row;
  const verdict = meets(row);
  return [
    row.bench,
    row.name,
    `${number(measured.median)} ${row.unit}`,
    range(measured),
    floor ? `${number(floor.sample.median)} (${floor.name})` : '',
    ratio === undefined ? '' : `${number(ratio)} ×`,
    budget ? limit(budget, row.unit) : '',
    verdict === undefined ? '' : verdict ? 'met' : 'MISSED',
  ];
}

function limit({ of, most, least }: Budget, unit: string): string {
  const value = most === undefined ? `≥ ${number(least ?? 0)}` : `≤ ${number(most)}`;
  return `${value} ${of === 'ratio' ? '×' : unit}`;
}

function range({ min, max }: Sample): string {
  return `${number(min)}–${number(max)}`;
}

/** Three digits that matter, thousands apart. */
export function number(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}
