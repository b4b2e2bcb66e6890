import { printable } from '../../../core/quote.ts';
import type { Pulled } from '../../actions/release/pull.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';
import { commandLines } from './notice.ts';
import { syncCommand, type Target, targetLine } from './target.ts';

/** What a pull has written, or would. */
export function pulledText(target: Target, pulled: Pulled, screen: Screen): string {
  const { release, changes, unpruned, recovered, dry_run, left } = pulled;
  const lines = (text: string): string => fitText(printable(text), screen.width).join('\n');
  const number = release.number === null ? '' : `#${release.number} `;
  const head = lines(targetLine(target));
  const again = recovered.map((path) => lines(`finished what an interrupted pull had begun: ${path}`));
  const skipped = new Set(left);
  const done = changes
    .filter(({ path }) => !skipped.has(path))
    .map(({ action, path, reason }) => lines(`${verb(action, dry_run)} ${path}  (${WORDS[reason] ?? reason})`));
  const kept = unpruned.map(({ path }) => lines(`kept ${path}, which is no longer there`));
  const state =
    changes.length === 0 && unpruned.length === 0 ? `the files have all of ${number}${release.version}` : '';
  const prune =
    unpruned.length === 0 ? [] : [commandLines('To delete it:', [syncCommand('pull', target, ['--prune'])], screen)];
  return [head, ...again, ...done, ...kept, ...(state === '' ? [] : [lines(state)]), ...prune].join('\n');
}

function verb(action: Pulled['changes'][number]['action'], dry: boolean): string {
  if (action === 'delete') return dry ? 'would delete' : 'deleted';
  return dry ? 'would write' : 'wrote';
}

const WORDS: Readonly<Partial<Record<Pulled['changes'][number]['reason'], string>>> = {
  'only-theirs-changed': 'changed there',
  'only-there': 'new there',
  'known-from-history': 'changed there; the file was an older version',
  'both-changed': 'changed on both sides, merged',
  'both-added': 'added on both sides',
  'theirs-removed': 'removed there',
  'ours-removed-theirs-changed': 'removed here, changed there',
  'not-known': 'not the same as there',
  unreadable: 'was no JSON',
};
