import { printable } from '../../../core/quote.ts';
import type { ReleaseDiff } from '../../../core/release/diff-release.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { shortDigest } from '../../../core/release/short-digest.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';
import { paragraphs } from '../section.ts';
import { diffText } from './diff-text.ts';

/** An environment against what it should have active. */
export interface DriftView {
  readonly environment: string;
  /** The environment before it, or `files`. */
  readonly against: string;
  /** Null: nothing is. */
  readonly active: { readonly number: number; readonly version: string; readonly release: Digest } | null;
  readonly expected: { readonly version: string; readonly release: Digest };
  readonly drifted: boolean;
  /** From what is active to what should be. */
  readonly diff: ReleaseDiff;
}

/** Whether both are the same, and else what differs: from what is active to what should be. */
export function driftText(view: DriftView, screen: Screen): string {
  const { environment, against, active, expected, drifted, diff } = view;
  const source = against === 'files' ? 'the files are' : `${against} has active`;
  const here = active ? `#${active.number} ${active.version} (${shortDigest(active.release)})` : 'nothing';
  const text = drifted
    ? `${environment} has ${here} active; ${source} ${expected.version} (${shortDigest(expected.release)})`
    : `${environment} has active what ${against === 'files' ? 'the files are' : `${against} has`}: ${here}`;
  const head = fitText(printable(text), screen.width).join('\n');
  if (!drifted) return head;
  const sides = { before: active ? `${environment} #${active.number}` : null, after: against };
  return paragraphs(head, diffText(diff, sides, screen));
}
