import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Target as ShownTarget } from '../../print/release/target.ts';
import { orgOf } from '../../project/target-names.ts';
import type { Workspace } from '../../project/workspace.ts';

/** A target as messages show it. */
export function shownTarget({ kind, name, place }: Target, workspace: Workspace): ShownTarget {
  if (kind === 'server') return { kind: 'env', name, url: place };
  return { kind: 'org', name, database: place, default: orgOf(workspace, undefined) === name };
}

/** The same in the documents of `--json`. */
export interface TargetDocument {
  readonly kind: 'org' | 'env';
  readonly name: string;
  /** `sqlite:///…`, or the address of a server. */
  readonly place: string;
}

export function targetDocument({ kind, name, place }: Target): TargetDocument {
  return { kind: kind === 'org' ? 'org' : 'env', name, place };
}
