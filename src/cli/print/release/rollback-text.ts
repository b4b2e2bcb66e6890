import type { RollbackView } from '../../../core/api/deployment.ts';
import { printable } from '../../../core/quote.ts';
import { shortDigest } from '../../../core/release/short-digest.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';
import { paragraphs } from '../section.ts';
import { diffText } from './diff-text.ts';
import { noticeText } from './notice.ts';
import { type Target, targetLine } from './target.ts';

/** What a rollback would change. */
export function rollbackText(target: Target, view: RollbackView, screen: Screen): string {
  const { to, from, diff, problems, warnings } = view;
  const named = (entry: RollbackView['to']): string =>
    `#${entry.number} ${entry.version} (${shortDigest(entry.release)})`;
  const lines = (text: string): string => fitText(printable(text), screen.width).join('\n');
  return paragraphs(
    [lines(targetLine(target)), lines(`${to.project}: back from ${named(from)} to ${named(to)}`)].join('\n'),
    diffText(diff, { before: `#${from.number}`, after: `#${to.number}` }, screen),
    ...problems.map((problem) => noticeText(problem, 'problem', screen)),
    ...warnings.map((warning) => noticeText(warning, 'warning', screen)),
  );
}
