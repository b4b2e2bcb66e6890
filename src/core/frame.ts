import { characterWidth, displayWidth } from './columns.ts';
import type { Problem } from './problem.ts';
import { printable } from './quote.ts';

export interface FrameOptions {
  /** Lines shown before and after. */
  readonly around?: number;
  /** Columns of a terminal, line numbers included; longer lines are cut around the mark. */
  readonly width?: number;
}

const TAB = '  ';
/** Units before and after a place that can matter for its frame, however wide the terminal. */
const FAR = 2_000;

/**
 * The lines around a problem with its place underlined, without colours and without a line end at the end:
 *
 *       3 |   "stages": [
 *     > 4 |     { "id": "a", "componnent": "logger" }
 *         |                  ^^^^^^^^^^^^
 *
 * Empty when the problem has no place in the text. Control characters of the file are never printed.
 */
export function codeFrame(
  text: string,
  problem: Pick<Problem, 'line' | 'column' | 'length'>,
  options: FrameOptions = {},
): string {
  const { line, column, length = 1 } = problem;
  if (line === undefined || column === undefined || text === '') return '';
  const { around = 2, width = 100 } = options;
  const skip = Math.max(0, column - FAR);
  const { lines, first } = linesAround(text, line, around, skip);
  const marked = lines[line - first];
  if (marked === undefined) return '';
  const digits = String(first + lines.length - 1).length;
  const room = Math.max(20, width - digits - 5);

  const start = Math.min(column - 1 - skip, marked.length);
  const end = Math.max(start, Math.min(start + length, marked.length));
  const before = show(marked.slice(0, start));
  const mark = show(marked.slice(start, end));
  const beforeWidth = displayWidth(before);
  // Shifts every line by the same number of columns, so that the frame stays a picture of the file.
  const tooFar = beforeWidth + Math.min(displayWidth(mark), room / 2) > room - 1;
  const shift = tooFar ? Math.max(0, Math.floor(beforeWidth - room / 2)) : 0;

  const out: string[] = [];
  for (const [i, content] of lines.entries()) {
    const number = first + i;
    const shown = clip(show(content), shift, room);
    out.push(`${number === line ? '>' : ' '} ${String(number).padStart(digits)} | ${shown}`.trimEnd());
    if (number !== line) continue;
    const indent = Math.max(0, beforeWidth - shift);
    const carets = Math.max(1, Math.min(displayWidth(mark), room - indent));
    out.push(`  ${' '.repeat(digits)} | ${' '.repeat(indent)}${'^'.repeat(carets)}`);
  }
  return out.join('\n');
}

/** The wanted lines only, of each the units that can be seen: a megabyte is not copied for one frame. */
function linesAround(text: string, line: number, around: number, skip: number): { lines: string[]; first: number } {
  const first = Math.max(1, line - around);
  const lines: string[] = [];
  const lineEnd = /\r\n|\n|\r/g;
  let start = 0;
  for (let number = 1; number <= line + around; number++) {
    const match = lineEnd.exec(text);
    const end = match ? match.index : text.length;
    if (number >= first) lines.push(text.slice(Math.min(start + skip, end), Math.min(start + skip + 2 * FAR, end)));
    if (!match) break;
    start = lineEnd.lastIndex;
  }
  if (lines.length > 1 && lines.at(-1) === '' && first + lines.length - 1 > line) lines.pop();
  return { lines, first };
}

function show(text: string): string {
  return printable(text.replaceAll('\t', TAB));
}

/** Columns `from` to `from + room` of a line, with `…` where something was cut off. */
function clip(text: string, from: number, room: number): string {
  if (from === 0 && displayWidth(text) <= room) return text;
  let out = '';
  let column = 0;
  for (const character of text) {
    const wide = characterWidth(character);
    if (column >= from && column + wide <= from + room) out += character;
    // Half of a wide character at the left edge is a blank.
    else if (column < from && column + wide > from) out += ' '.repeat(column + wide - from);
    column += wide;
    if (column > from + room) break;
  }
  if (column > from + room) out = `${dropLast(out)}…`;
  if (from > 0 && out !== '')
    out = `…${' '.repeat(Math.max(0, characterWidth([...out][0] ?? '') - 1))}${dropFirst(out)}`;
  return out;
}

function dropFirst(text: string): string {
  return [...text].slice(1).join('');
}

function dropLast(text: string): string {
  const characters = [...text];
  let freed = 0;
  while (freed < 1 && characters.length > 0) freed += characterWidth(characters.pop() ?? '');
  return characters.join('');
}
