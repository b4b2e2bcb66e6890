/** Columns that a terminal gives to a text without control characters. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]$/u;
const TWO_COLUMNS =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]$/u;

/** Columns that a terminal gives to one code point. */
export function characterWidth(character: string): number {
  if (character <= '\u{2ff}') return 1;
  if (NO_WIDTH.test(character)) return 0;
  return TWO_COLUMNS.test(character) ? 2 : 1;
}

/** The text cut to so many columns, with `…` at its end where something is missing. */
export function cutToColumns(text: string, columns: number): string {
  let used = 0;
  let at = 0;
  let cut = 0;
  for (const character of text) {
    used += characterWidth(character);
    at += character.length;
    if (used > columns) return columns > 0 ? `${text.slice(0, cut)}…` : '';
    if (used < columns) cut = at;
  }
  return text;
}

/** The end of the text that takes at most so many columns. */
export function lastColumns(text: string, columns: number): string {
  let used = 0;
  let from = text.length;
  // No more units than these can matter, unless they take no columns at all.
  for (const character of [...text.slice(-4 * columns)].reverse()) {
    used += characterWidth(character);
    if (used > columns) break;
    from -= character.length;
  }
  return text.slice(from);
}

/** Breaks one line of text at its spaces so that no line takes more columns, where its words allow. */
export function wrapLine(text: string, columns: number): string[] {
  const lines: string[] = [];
  let [current, used] = ['', 0];
  for (const word of text.split(' ')) {
    const width = displayWidth(word);
    if (current !== '' && used + 1 + width > columns) {
      lines.push(current);
      [current, used] = [word, width];
    } else if (current === '') [current, used] = [word, width];
    else [current, used] = [`${current} ${word}`, used + 1 + width];
  }
  return [...lines, current];
}
