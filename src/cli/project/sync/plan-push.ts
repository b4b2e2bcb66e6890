import { fail } from '../../../core/errors.ts';
import { type Json, own } from '../../../core/json.ts';
import { quoteList } from '../../../core/quote.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Digests } from '../../../core/release/facts.ts';

/** One pipeline that is not the same here and in the org. */
export interface PushChange {
  readonly name: string;
  readonly base: Digest | null;
  readonly ours: Digest | null;
  readonly theirs: Digest | null;
}

/** How the org changed what a push would overwrite. */
export type UnseenKind = 'changed-there' | 'added-there' | 'removed-there';

export interface UnseenChange extends PushChange {
  readonly kind: UnseenKind;
}

export interface PushPlan {
  readonly added: readonly PushChange[];
  readonly changed: readonly PushChange[];
  /** In the org and not here: they need `--prune`. */
  readonly removed: readonly PushChange[];
  /** Those of all three that would undo what was never pulled. */
  readonly unseen: readonly UnseenChange[];
}

export interface PushSides {
  /** Undefined: nothing was synced with this org yet, so nothing in it was seen. */
  readonly base: Digests | undefined;
  readonly ours: Digests;
  /** The active release of the org; empty when it has none. */
  readonly theirs: Digests;
}

/** What a push does to the org, and what it would undo there. Sorted by name; looks at digests only. */
export function planPush({ base, ours, theirs }: PushSides): PushPlan {
  const names = new Set([...Object.keys(base ?? {}), ...Object.keys(ours), ...Object.keys(theirs)]);
  const all = [...names].sort().map((name): PushChange => {
    const [was, here, there] = [base ?? {}, ours, theirs].map((side) => digestIn(side, name));
    return { name, base: was ?? null, ours: here ?? null, theirs: there ?? null };
  });
  const changes = all.filter((change) => change.ours !== change.theirs);
  return {
    added: changes.filter(({ theirs }) => theirs === null),
    changed: changes.filter(({ ours, theirs }) => ours !== null && theirs !== null),
    removed: changes.filter(({ ours }) => ours === null),
    unseen: changes
      .filter(({ base, theirs }) => base !== theirs)
      .map((change): UnseenChange => ({ ...change, kind: kindOf(change) })),
  };
}

function kindOf({ base, theirs }: PushChange): UnseenKind {
  if (theirs === null) return 'removed-there';
  return base === null ? 'added-there' : 'changed-there';
}

/** Throws FlowMasonError `UNSEEN_CHANGES` with both digests of each, when a push would undo what was never pulled. */
export function requireSeen({ unseen }: PushPlan): void {
  if (unseen.length === 0) return;
  const names = unseen.map(({ name }) => name);
  const what = unseen.length === 1 ? 'a pipeline' : `${unseen.length} pipelines`;
  fail(
    'UNSEEN_CHANGES',
    `The org changed ${what} since the last sync, and the files do not have it: ${quoteList(names)}`,
    {
      hint: 'fm pull (or fm push --force to overwrite it)',
      // Digests, names and words.
      details: { unseen: unseen as unknown as Json },
    },
  );
}

function digestIn(pipelines: Digests, name: string): Digest | undefined {
  return own(pipelines, name) as Digest | undefined; // a value of the record
}
