/** Control characters, marks that change the direction of text, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

/** The text with `?` boxes for what would move the cursor, ring a bell or reorder a terminal's line. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, '\u{fffd}');
}

/** A text from a file inside a message: in backticks, on one line, cut to `max` units, nothing unprintable. */
export function quote(text: string, max = 60): string {
  return `\`${shorten(printable(text), max)}\``;
}

/** Several names in a message: the first `max` of them, then how many more there are. */
export function quoteList(names: readonly string[], max = 12): string {
  const shown = names.slice(0, max).map((name) => quote(name, 40));
  if (names.length > max) shown.push(`${names.length - max} more`);
  return shown.join(', ');
}

/** A JSON value inside a message: its text, cut. */
export function quoteValue(value: unknown, max = 60): string {
  if (typeof value === 'string') return `"${shorten(printable(value), max)}"`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
