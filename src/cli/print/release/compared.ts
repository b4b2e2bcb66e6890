import type { FilesDiff } from '../../actions/diff/files.ts';
import type { Screen } from '../screen.ts';
import { diffMarkdown } from './diff-markdown.ts';
import { diffText, pipelineDiffText } from './diff-text.ts';
import { codeBlock, codeSpan } from './markdown.ts';

/** What `fm diff` shows on a terminal. */
export function comparedText(compared: FilesDiff, screen: Screen): string {
  return compared.kind === 'release'
    ? diffText(compared.diff, compared, screen)
    : pipelineDiffText(compared.diff, compared, screen);
}

const PLAIN: Screen = { width: 100, terminal: false, paint: (_, text) => text };

/** The same for a comment on a pull request. */
export function comparedMarkdown(compared: FilesDiff): string {
  if (compared.kind === 'release') return diffMarkdown(compared.diff, compared);
  const text = pipelineDiffText(compared.diff, compared, PLAIN);
  return `### ${codeSpan(compared.name)}\n\n${codeBlock('diff', text.split('\n'))}`;
}
