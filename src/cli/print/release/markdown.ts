import { printable } from '../../../core/quote.ts';

/**
 * A text of somebody's as code: the one place of Markdown where nothing is read, neither HTML nor `@name` nor `#12`. In
 * a row of a table `|` has to be escaped all the same.
 */
export function codeSpan(text: string): string {
  const line = printable(text.replaceAll(/\s+/g, ' ').trim());
  if (line === '') return '` `';
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`.replaceAll('|', '\\|');
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
