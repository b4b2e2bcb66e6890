import { own } from '../json.ts';
import type { Digest } from './digest.ts';

/** What becomes of the local file of one pipeline when a release is pulled (DEPLOYMENT.md 4.11). */
export type SyncAction =
  /** Both have the same, or neither has it any more. */
  | 'unchanged'
  /** The file is written as theirs; it is made when there is none. */
  | 'take-theirs'
  /** The file stays as it is, or stays away. */
  | 'keep-ours'
  /** Both sides changed it: `mergePipelines` says whether that goes together. */
  | 'merge'
  /** Nothing is written before somebody decides. */
  | 'conflict'
  /** Theirs removed it and ours did not edit it: with `--prune` the file is deleted, else it stays. */
  | 'delete';

/** Why, for those who read the plan. */
export type SyncReason =
  | 'same'
  | 'gone-on-both-sides'
  | 'only-theirs-changed'
  | 'only-ours-changed'
  | 'both-changed'
  | 'both-added'
  | 'ours-removed-theirs-changed'
  | 'theirs-removed-ours-changed'
  | 'theirs-removed'
  | 'known-from-history'
  | 'not-known'
  | 'only-here'
  | 'only-there'
  | 'unreadable';

export interface SyncStep {
  readonly name: string;
  readonly action: SyncAction;
  readonly reason: SyncReason;
  readonly base: Digest | null;
  /** Null: there is no file. */
  readonly ours: Digest | null;
  readonly theirs: Digest | null;
}

export interface SyncSides {
  /** The last release that was synced with this org; undefined when there is none. */
  readonly base: Readonly<Record<string, Digest>> | undefined;
  /** The local files by the name of their pipeline. */
  readonly ours: Readonly<Record<string, Digest>>;
  /** Local files that are no JSON: they count as edited, and cannot be merged. Their digest is any that is theirs alone. */
  readonly unreadable?: ReadonlySet<string>;
  /** The active release of the org; empty when it has none. */
  readonly theirs: Readonly<Record<string, Digest>>;
  /** Whether the org's history has a pipeline of that name with that digest. Asked only when there is no base. */
  readonly known: (name: string, digest: Digest) => boolean;
}

/** What to do with every pipeline that any side has, sorted by name. Looks at digests only. */
export function planSync({ base, ours, theirs, known, unreadable }: SyncSides): SyncStep[] {
  const names = new Set([...Object.keys(base ?? {}), ...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names].sort().map((name) => {
    const digests = { base: digestIn(base, name), ours: digestIn(ours, name), theirs: digestIn(theirs, name) };
    const [action, reason] = base ? withBase(digests) : withoutBase(digests, (digest) => known(name, digest));
    if (action === 'merge' && unreadable?.has(name))
      return { name, action: 'conflict', reason: 'unreadable', ...digests };
    return { name, action, reason, ...digests };
  });
}

function digestIn(pipelines: Readonly<Record<string, Digest>> | undefined, name: string): Digest | null {
  const digest = pipelines && own(pipelines, name);
  return typeof digest === 'string' ? digest : null;
}

type Digests = Pick<SyncStep, 'base' | 'ours' | 'theirs'>;

function withBase({ base, ours, theirs }: Digests): [SyncAction, SyncReason] {
  if (ours === theirs) return ['unchanged', ours === null ? 'gone-on-both-sides' : 'same'];
  if (ours === base) return theirs === null ? ['delete', 'theirs-removed'] : takeTheirs(base);
  if (theirs === base) return ['keep-ours', base === null ? 'only-here' : 'only-ours-changed'];
  if (ours === null) return ['conflict', 'ours-removed-theirs-changed'];
  if (theirs === null) return ['conflict', 'theirs-removed-ours-changed'];
  return base === null ? ['conflict', 'both-added'] : ['merge', 'both-changed'];
}

function takeTheirs(base: Digest | null): [SyncAction, SyncReason] {
  return ['take-theirs', base === null ? 'only-there' : 'only-theirs-changed'];
}

function withoutBase({ ours, theirs }: Digests, known: (digest: Digest) => boolean): [SyncAction, SyncReason] {
  if (ours === theirs) return ['unchanged', 'same'];
  if (ours === null) return ['take-theirs', 'only-there'];
  if (known(ours)) return theirs === null ? ['delete', 'theirs-removed'] : ['take-theirs', 'known-from-history'];
  // What the org never had cannot have been removed there, and nothing would overwrite it.
  return theirs === null ? ['keep-ours', 'only-here'] : ['conflict', 'not-known'];
}
