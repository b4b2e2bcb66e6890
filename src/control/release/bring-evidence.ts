import type { Digest } from '../../core/release/digest.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { BroughtEvidence } from './promoted-release.ts';
import { namesIn, REMOVALS } from './target-state.ts';

/** Keeps what a promoted release brings along beside what is known of it here, which stays. */
export async function bringEvidence(
  { evidence }: Pick<StoreTransaction, 'evidence'>,
  release: Digest,
  brought: readonly BroughtEvidence[],
): Promise<void> {
  const here = new Map((await evidence.list(release)).map((one) => [one.kind, one.content]));
  for (const { kind, content, actor } of brought) {
    if (kind === REMOVALS) {
      const names = [...new Set([...namesIn(here.get(kind)), ...namesIn(content)])].sort();
      await evidence.put(release, kind, { names }, actor);
    } else if (!here.has(kind)) await evidence.put(release, kind, content, actor);
  }
}
