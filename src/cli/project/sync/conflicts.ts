import { FlowMasonError } from '../../../core/errors.ts';
import type { Json, JsonPath } from '../../../core/json.ts';
import type { Problem } from '../../../core/problem.ts';
import { quoteList } from '../../../core/quote.ts';
import type { Conflict } from '../../../core/release/merge-values.ts';
import type { SyncStep } from '../../../core/release/sync-plan.ts';

/** How a conflict can be decided: the flags of `fm pull`. */
export type Way = 'ours' | 'theirs' | 'merge';

export type PullConflictKind =
  /** Both changed the same value differently. */
  | 'value'
  /** Deleted here, changed there. */
  | 'removed-here'
  /** Changed here, deleted there. The file is edited, so it is never deleted. */
  | 'removed-there'
  /** Added on both sides under one name. */
  | 'added'
  /** Nothing was synced yet, and the org never had what the file holds. */
  | 'not-known'
  /** Changed there, and the file here is no JSON. */
  | 'unreadable'
  /** Both sides' changes go together as JSON, and the result is not valid. */
  | 'invalid';

/** Something that nobody but a person can decide. */
export interface PullConflict {
  readonly kind: PullConflictKind;
  readonly name: string;
  /** From the project's folder, with `/`. */
  readonly file: string;
  /** In the definition, stages by id; empty when it is about the whole. */
  readonly path: JsonPath;
  readonly stage?: string;
  /** The values at the path; a side that is absent has nothing there. */
  readonly base?: Json;
  readonly ours?: Json;
  readonly theirs?: Json;
  readonly digests: Pick<SyncStep, 'base' | 'ours' | 'theirs'>;
  /** Why the merged definition is not valid. */
  readonly problems?: readonly Problem[];
  readonly ways: readonly Way[];
}

/** A conflict of values inside of a pipeline, or one about the whole of it. */
export function conflictOf(
  kind: PullConflictKind,
  step: SyncStep,
  file: string,
  ways: readonly Way[],
  more: Partial<Conflict> & { readonly problems?: readonly Problem[] } = {},
): PullConflict {
  const { base, ours, theirs } = step;
  return { kind, name: step.name, file, path: [], digests: { base, ours, theirs }, ways, ...more };
}

/** Throws FlowMasonError `SYNC_CONFLICT` with all of them. */
export function requireNoConflicts(conflicts: readonly PullConflict[]): void {
  if (conflicts.length === 0) return;
  const files = [...new Set(conflicts.map(({ file }) => file))];
  const ways = (['ours', 'theirs', 'merge'] as const).filter((way) => conflicts.every((one) => one.ways.includes(way)));
  const count = conflicts.length === 1 ? 'a conflict' : `${conflicts.length} conflicts`;
  throw new FlowMasonError('SYNC_CONFLICT', `There is ${count} in ${quoteList(files)}, so nothing was written`, {
    hint:
      ways.length > 0
        ? ways.map((way) => `fm pull --${way}`).join(', ')
        : 'Change or delete these files as they are to be, then run fm pull again',
    problems: conflicts.flatMap(({ problems = [] }) => problems),
    // Made of JSON; what is absent is left out.
    details: { conflicts: conflicts.map(({ problems: _problems, ...conflict }) => conflict) as unknown as Json },
  });
}
