import { printable } from '../../../core/quote.ts';

/** Wide characters of East Asian scripts and emoji begin here; whatever may be wide is taken for it. */
const WIDE_FROM = 0x1100;
/** Marks that a terminal shows in one column though they stand behind `WIDE_FROM`. */
const NARROW = /[\u2010-\u2027\u2190-\u21ff\u2500-\u27bf]/;

/** A text as part of one line: nothing in it breaks the line, moves the cursor or rings a bell. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ').trim());
}

/** A text on lines of its own, each behind `indent`; control characters are shown as boxes. */
export function indented(text: string, indent: string): string[] {
  return text.split(/\r?\n/).map((line) => indent + printable(line.replaceAll('\t', '  ')));
}

/** The text cut to so many columns, with `…` where something is missing. */
export function cutTo(text: string, columns: number): string {
  let used = 0;
  let at = 0;
  let cut = 0;
  for (const character of text) {
    used += (character.codePointAt(0) ?? 0) >= WIDE_FROM && !NARROW.test(character) ? 2 : 1;
    at += character.length;
    if (used > columns) return columns > 0 ? `${text.slice(0, cut)}…` : '';
    if (used < columns) cut = at;
  }
  return text;
}
