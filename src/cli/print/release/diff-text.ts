import { printable } from '../../../core/quote.ts';
import { isEmptyDiff, type PipelineDiff } from '../../../core/release/diff-pipeline.ts';
import type { ReleaseDiff } from '../../../core/release/diff-release.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';
import { counted } from '../validate.ts';
import { countsText, diffBlocks, type Sides, sideTexts } from './diff-blocks.ts';
import { linesOf, paintLines } from './lines.ts';
import { pipelineLines, versionsOf } from './pipeline-lines.ts';

/** What differs between two releases, for a terminal: both sides with counts, then pipeline by pipeline. */
export function diffText(diff: ReleaseDiff, sides: Sides, screen: Screen): string {
  const { before, after } = sideTexts(diff, sides);
  const unchanged = diff.pipelines.unchanged.length;
  const same = unchanged === 0 ? '' : `  ${unchanged} unchanged`;
  const head = fitText(printable(`${before} → ${after}  ${countsText(diff)}${same}`), screen.width);
  const blocks = diffBlocks(diff, screen.width);
  if (blocks.length === 0) return [...head, 'nothing differs'].join('\n');
  return [head.join('\n'), ...blocks.map(({ head, lines }) => paintLines([head, ...lines], screen))].join('\n\n');
}

/** What differs between two definitions of one pipeline. `same`: their texts are the same byte for byte. */
export function pipelineDiffText(
  diff: PipelineDiff,
  {
    name,
    before,
    after,
    same,
  }: { readonly name: string; readonly same: boolean } & Readonly<Record<'before' | 'after', string>>,
  screen: Screen,
): string {
  const sides = fitText(printable(`${before} → ${after}`), screen.width).join('\n');
  if (same) return `${sides}\nnothing differs`;
  const versions = versionsOf(diff);
  const head = linesOf(
    isEmptyDiff(diff) ? ' ' : '~',
    0,
    versions === undefined ? name : `${name} ${versions}`,
    screen.width,
  );
  const warnings = diff.warnings.length === 0 ? '' : `, ${counted(diff.warnings.length, 'warning')}`;
  const lines = pipelineLines(diff, screen.width);
  return `${sides}${warnings}\n\n${paintLines([...head, ...lines], screen)}`;
}
