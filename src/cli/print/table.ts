import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from '../../core/columns.ts';
import { paint } from '../terminal.ts';

/** Rows in columns under a header; the last column runs free. */
export function table(rows: readonly (readonly string[])[], header?: readonly string[]): string {
  const all = header ? [header.map((word) => paint('dim', word)), ...rows] : rows;
  const widths: number[] = [];
  for (const row of all) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, shown(cell));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - shown(cell) + 2)))
      .join('');
  return all.map((row) => line(row).trimEnd()).join('\n');
}

function shown(cell: string): number {
  return displayWidth(stripVTControlCharacters(cell));
}
