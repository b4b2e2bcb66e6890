import { printable } from '../../../core/quote.ts';
import type { ReleaseDiff } from '../../../core/release/diff-release.ts';
import { counted } from '../validate.ts';
import { type Block, countsText, diffBlocks, type Sides, sideTexts } from './diff-blocks.ts';
import { diffBlockLines, type Sign } from './lines.ts';
import { cellSpan, codeBlock, codeSpan, row } from './markdown.ts';

/** What GitHub takes for a comment, in characters. */
export const LONGEST_COMMENT = 65_536;
/** Columns of the blocks: what a comment shows without a bar to scroll. */
const COLUMNS = 100;
const MOST_ROWS = 100;
/** Lines of one pipeline. */
const MOST_LINES = 300;
/** A name in a heading or row is cut here: whoever made it longer did not want it read. */
const LONGEST_NAME = 100;
const WORDS: Readonly<Record<Sign, string>> = { '+': 'added', '-': 'removed', '~': 'changed', '!': '', ' ': '' };

/**
 * What differs between two releases, as Markdown for a comment of a pull request: a table, and details that open. What
 * people wrote stands in code only. At most `longest` characters; what is left out is said.
 */
export function diffMarkdown(diff: ReleaseDiff, sides: Sides, longest: number = LONGEST_COMMENT): string {
  const { before, after } = sideTexts(diff, sides);
  const head = `**FlowMason** ${codeSpan(shortened(before))} → ${codeSpan(shortened(after))}: ${codeSpan(countsText(diff))}`;
  const blocks = diffBlocks(diff, COLUMNS);
  if (blocks.length === 0) return `${head}\n\nNothing differs.\n`;
  const parts = [head, ...summary(diff, blocks)];
  // Room for the line that says what is left out.
  const budget = longest - 100;
  let used = parts.join('\n\n').length;
  let shown = 0;
  const opened = blocks.filter(({ lines }) => lines.length > 0);
  for (const block of opened) {
    const text = details(block);
    if (used + text.length + 2 > budget) break;
    parts.push(text);
    used += text.length + 2;
    shown += 1;
  }
  const left = opened.length - shown;
  if (left > 0) parts.push(`Details of ${left} more are left out: a comment has no room for them.`);
  return `${parts.join('\n\n')}\n`;
}

function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

function summary(diff: ReleaseDiff, blocks: readonly Block[]): string[] {
  const pipelines = blocks.flatMap(({ head, pipeline }) => (pipeline ? [{ head, pipeline }] : []));
  const unchanged = diff.pipelines.unchanged.length;
  const same = unchanged === 0 ? [] : [`${counted(unchanged, 'pipeline')} unchanged.`];
  if (pipelines.length === 0) return same;
  const warned = Map.groupBy(diff.warnings, ({ pipeline }) => pipeline);
  const rows = pipelines.slice(0, MOST_ROWS).map(({ head, pipeline }) => {
    const codes = [...new Set((warned.get(pipeline.name) ?? []).map(({ code }) => code))];
    const about = pipeline.about === '' ? '' : cellSpan(shortened(pipeline.about));
    return row([
      `${head.sign} ${WORDS[head.sign]}`,
      cellSpan(shortened(pipeline.name)),
      about,
      codes.map(codeSpan).join(' '),
    ]);
  });
  const left = pipelines.length - rows.length;
  const more = left > 0 ? [`${left} more pipelines are not in the table.`] : [];
  return [['| | pipeline | | warnings |', '|---|---|---|---|', ...rows].join('\n'), ...more, ...same];
}

function details({ head, pipeline, lines }: Block): string {
  const left = lines.length - MOST_LINES;
  const texts = diffBlockLines([{ ...head, depth: 0 }, ...lines.slice(0, MOST_LINES)]);
  if (left > 0) texts.push(`  … ${left} more lines`);
  // Up to the empty line it is HTML, in which Markdown is not read.
  const title = pipeline === undefined ? head.text : `${WORDS[head.sign]}: <code>${htmlText(pipeline.name)}</code>`;
  return `<details><summary>${title}</summary>\n\n${codeBlock('diff', texts)}\n\n</details>`;
}

/** A name inside HTML on one line. */
function htmlText(text: string): string {
  const line = printable(shortened(text));
  return line.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
