import { printable } from '../../../core/quote.ts';

/** A text of somebody's as code: the one place of Markdown where nothing is read, neither HTML nor `@name` nor `#12`. */
export function codeSpan(text: string): string {
  const line = printable(text.replaceAll(/\s+/g, ' ').trim());
  if (line === '') return '` `';
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** The same in a row of a table, where a `|` ends a cell even in code. */
export function cellSpan(text: string): string {
  // Readers do not agree on what `\\|` is, so that a bar behind a backslash becomes one that only looks like it.
  return codeSpan(text.replaceAll('\\|', '\\\u{2502}')).replaceAll('|', '\\|');
}

/** A row of a table. */
export function row(cells: readonly string[]): string {
  return `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;
}

/** Lines as a block of code, whatever is in them. */
export function codeBlock(language: string, lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, Math.max(0, ...lines.map(longestRun)) + 1));
  return [`${fence}${language}`, ...lines, fence].join('\n');
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
