import { wrapLine } from '../../core/columns.ts';
import { codeFrame } from '../../core/frame.ts';
import { printable } from '../../core/quote.ts';
import type { Finding, Position } from '../result.ts';
import { differenceLines } from './differences.ts';

/** A line about a finding, and what it shows. */
export interface FindingLine {
  readonly part: 'message' | 'place' | 'frame' | 'expected' | 'actual' | 'context' | 'hint';
  readonly text: string;
}

interface LineOptions {
  readonly columns: number;
  /** The text of a file, for the frame; without it there is none. */
  readonly source?: (file: string) => string | undefined;
}

const MOST_MESSAGE_LINES = 20;
const SIGNS = { '-': 'expected', '+': 'actual', ' ': 'context' } as const;

/** A finding as people read it: what, where, the lines of the file, what differs, what to try. Nothing unprintable. */
export function findingLines(finding: Finding, { columns, source }: LineOptions): FindingLine[] {
  const { message, position, differences = [], hint } = finding;
  const lines: FindingLine[] = messageLines(message, columns).map((text) => ({ part: 'message', text }));
  lines.push({ part: 'place', text: placeText(position) });
  const frame = codeFrame(source?.(position.file) ?? '', position, { around: 1, width: columns });
  if (frame !== '') lines.push(...frame.split('\n').map((text): FindingLine => ({ part: 'frame', text })));
  for (const { sign, text } of differenceLines(differences, columns)) lines.push({ part: SIGNS[sign], text });
  if (hint !== undefined) lines.push(...hintLines(hint));
  return lines;
}

/** `file:line:column`. */
export function placeText({ file, line, column }: Position): string {
  return `${printable(file)}:${line}:${column}`;
}

/** A text on one line. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ').trim());
}

function messageLines(message: string, columns: number): string[] {
  const lines = printableLines(message).flatMap((line) => wrapLine(line, columns));
  const more = lines.length - MOST_MESSAGE_LINES;
  if (more > 0) lines.splice(MOST_MESSAGE_LINES, more, `… ${more} more lines`);
  return lines;
}

/** Lines as they are, so that what is to be pasted can be copied. */
function hintLines(hint: string): FindingLine[] {
  const suggestion = /^Did you mean (.+)\?$/.exec(hint)?.[1] ?? hint;
  return printableLines(suggestion).map((line, i) => ({ part: 'hint', text: i === 0 ? `Try: ${line}` : `  ${line}` }));
}

function printableLines(text: string): string[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => printable(line.replaceAll('\t', '  ')).trimEnd());
}
