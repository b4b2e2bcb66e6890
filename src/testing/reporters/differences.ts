import { diffArrays } from 'diff';
import { cutToColumns, displayWidth, lastColumns } from '../../core/columns.ts';
import type { Json } from '../../core/json.ts';
import { printable } from '../../core/quote.ts';
import type { Difference } from '../result.ts';

/** A line of a comparison; its sign is also the first character of `text`. */
export interface ComparedLine {
  readonly sign: '-' | '+' | ' ';
  readonly text: string;
}

const MOST_DIFFERENCES = 20;
/** Lines of a text, changed ones and those around them. */
const MOST_LINES = 40;
const LINES_AROUND = 2;
/** Texts that differ in more lines than this are shown as values: comparing takes the square of it. */
const MOST_EDITS = 1_000;
const [EXPECTED, ACTUAL] = ['- expected', '+ actual  '];
/** A value with less room gets lines of its own, below its path. */
const LEAST_ROOM = 24;

/**
 * Where two values differ, in lines of at most `columns` columns:
 *
 *     - expected  items[0].total  7
 *     + actual    items[0].total  8
 *
 * Texts of several lines are compared line by line. Nothing of a value reaches the terminal unescaped.
 */
export function differenceLines(differences: readonly Difference[], columns: number): ComparedLine[] {
  const shown = differences.slice(0, MOST_DIFFERENCES);
  const widest = Math.max(0, ...shown.map(({ path }) => displayWidth(printable(path))));
  const pathWidth = columns - EXPECTED.length - 2 - widest - 2 < LEAST_ROOM ? undefined : widest;
  const lines = shown.flatMap((difference) => textLines(difference, columns) ?? pair(difference, columns, pathWidth));
  const more = differences.length - shown.length;
  if (more > 0) lines.push(context(`… ${more} more ${more === 1 ? 'difference' : 'differences'}`));
  return lines;
}

/** `pathWidth` is what all paths take when they are aligned before their values; undefined puts them above. */
function pair({ path, expected, actual }: Difference, columns: number, pathWidth: number | undefined): ComparedLine[] {
  const name = pathText(path, columns - 2);
  const above = pathWidth === undefined && name !== '';
  const before = above || !pathWidth ? '  ' : `  ${name}${' '.repeat(pathWidth - displayWidth(name))}  `;
  const room = columns - EXPECTED.length - displayWidth(before);
  const [left, right] = cutAlike(jsonText(expected), jsonText(actual), room);
  const lines: ComparedLine[] = above ? [context(name)] : [];
  lines.push({ sign: '-', text: `${EXPECTED}${before}${left}` }, { sign: '+', text: `${ACTUAL}${before}${right}` });
  return lines;
}

/** Two texts of several lines, line by line; undefined for anything else, and for texts with little in common. */
function textLines({ path, expected, actual }: Difference, columns: number): ComparedLine[] | undefined {
  if (typeof expected !== 'string' || typeof actual !== 'string') return undefined;
  const compared = comparedTexts(expected, actual, columns - 4);
  if (compared === undefined) return undefined;
  const name = pathText(path, columns - EXPECTED.length - 2);
  const head: ComparedLine[] = [
    { sign: '-', text: `${EXPECTED}  ${name}`.trimEnd() },
    { sign: '+', text: `${ACTUAL}  ${name}`.trimEnd() },
  ];
  const body = compared.map(({ sign, text }): ComparedLine => ({ sign, text: `${sign}   ${text}`.trimEnd() }));
  const more = body.length - MOST_LINES;
  if (more > 0) body.splice(MOST_LINES, more, context(`… ${more} more lines`));
  return [...head, ...body];
}

/**
 * Two texts line by line, without signs in the lines, which take at most `columns` columns each: what differs, and what
 * is the same around it. Undefined when neither has several lines, and for texts with little in common.
 */
export function comparedTexts(before: string, after: string, columns: number): ComparedLine[] | undefined {
  if (!before.includes('\n') && !after.includes('\n')) return undefined;
  const changes = diffArrays(before.split('\n'), after.split('\n'), { maxEditLength: MOST_EDITS });
  if (changes === undefined) return undefined;
  const body: ComparedLine[] = [];
  for (const [i, { added, removed, value }] of changes.entries()) {
    const next = changes[i + 1];
    const last = changes[i - 1];
    if (added && last?.removed && last.value.length === value.length) continue;
    if (removed && next?.added && next.value.length === value.length) {
      const pairs = value.map((line, at) => cutAlike(line, next.value[at] ?? '', columns, lineText));
      for (const [text] of pairs) body.push({ sign: '-', text });
      for (const [, text] of pairs) body.push({ sign: '+', text });
    } else if (added || removed)
      for (const line of value) body.push({ sign: added ? '+' : '-', text: cutToColumns(lineText(line), columns) });
    else body.push(...around(value, i === 0, i === changes.length - 1, columns));
  }
  return body;
}

/** What is the same: the lines next to a change, and how many there are between. */
function around(lines: readonly string[], first: boolean, last: boolean, columns: number): ComparedLine[] {
  const above = first ? 0 : LINES_AROUND;
  const below = last ? 0 : LINES_AROUND;
  const show = (line: string): ComparedLine => ({ sign: ' ', text: cutToColumns(lineText(line), columns) });
  const left = lines.length - above - below;
  if (left <= 1) return lines.map(show);
  const gap: ComparedLine = { sign: ' ', text: `… ${left} lines that are the same` };
  return [...lines.slice(0, above).map(show), gap, ...lines.slice(lines.length - below).map(show)];
}

function context(text: string): ComparedLine {
  return { sign: ' ', text: `  ${text}`.trimEnd() };
}

/** A path keeps its end, which says more than its start. */
function pathText(path: string, columns: number): string {
  const text = printable(path);
  return displayWidth(text) <= columns ? text : `…${lastColumns(text, columns - 1)}`;
}

function jsonText(value: Json | undefined): string {
  return value === undefined ? '(missing)' : JSON.stringify(value);
}

/** Both texts with everything escaped that cannot be seen, cut to the part around the place where they part. */
export function cutAlike(
  left: string,
  right: string,
  columns: number,
  show: (text: string) => string = escapeHidden,
): [string, string] {
  const reveal = looksLike(left, right) ? escapeAll : show;
  let same = 0;
  while (same < left.length && left[same] === right[same]) same++;
  // A line end or half of a character in front of the cut is no matter: what is cut off is not read.
  const before = same > columns ? undefined : reveal(left.slice(0, same));
  const far = before === undefined || displayWidth(before) > (columns * 2) / 3;
  const width = (text: string): number => (text.length > columns ? Infinity : displayWidth(reveal(text)));
  const fit = Math.max(width(left), width(right)) <= columns;
  // What follows has two thirds of the room, or what it needs of them.
  const after = Math.max(width(left.slice(same)), width(right.slice(same)));
  const kept = Math.max(columns / 3, columns - 1 - after);
  const from = far && !fit ? startBefore(left, same, kept, reveal) : 0;
  const cut = (text: string): string => {
    const part = reveal(text.slice(from, from + columns * 4));
    return cutToColumns(from > 0 ? `…${part}` : part, columns);
  };
  return [cut(left), cut(right)];
}

/** The unit from which what stands before `end` takes about so many columns. */
function startBefore(text: string, end: number, columns: number, reveal: (text: string) => string): number {
  let from = end;
  let used = 0;
  for (const character of [...text.slice(Math.max(0, end - Math.ceil(columns)), end)].reverse()) {
    used += displayWidth(reveal(character));
    if (used > columns) break;
    from -= character.length;
  }
  return from;
}

/** Whether a reader would take them for the same though they are not: forms of a letter, characters without a shape. */
function looksLike(left: string, right: string): boolean {
  return left !== right && shape(left) === shape(right);
}

function shape(text: string): string {
  return text.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
}

/** What `printable` would replace, and white space that is none of the keyboard's. */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** The text with what cannot be seen, or would move the cursor, written as JSON escapes it. */
export function escapeHidden(text: string): string {
  return text.replaceAll(HIDDEN, codes);
}

function escapeAll(text: string): string {
  return text.replaceAll(/[^ -~]/gu, codes);
}

/** A line of a text, escaped as JSON escapes it; white space at its end is seen. */
function lineText(text: string): string {
  return escapeHidden(text.replaceAll('\\', '\\\\')).replace(/ +$/, (spaces) => '·'.repeat(spaces.length));
}

const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' };

function codes(character: string): string {
  return (
    SHORT[character] ??
    JSON.stringify(character)
      .slice(1, -1)
      .replaceAll(/[^ -~]/g, code)
  );
}

function code(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
