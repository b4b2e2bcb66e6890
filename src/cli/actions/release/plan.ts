import type { PlanView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import type { Definition } from '../../../core/release/definition-json.ts';
import { diffReleases, digestsToCompare, type ReleaseDiff } from '../../../core/release/diff-release.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { parseSource } from '../../../core/source/parse.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { LocalRelease } from '../../project/local-release.ts';
import { loadManifest } from './active.ts';
import { loadContent } from './content.ts';
import type { Upload } from './upload.ts';

/** What is asked of a plan beside its release. */
export interface PlanFlags {
  readonly prune: boolean;
  readonly force: boolean;
  readonly again: boolean;
}

/** A plan that was made without writing anything, with what it would upload and change. */
export interface ShownPlan {
  readonly plan: PlanView;
  readonly diff: ReleaseDiff;
  readonly uploads: readonly Upload[];
}

/** What deploying the release of these files would do. Nothing is written anywhere. */
export async function planRelease(
  { client }: Target,
  { release, pipelines }: LocalRelease,
  flags: PlanFlags,
): Promise<ShownPlan> {
  const { manifest } = release;
  const plan = await client.call('POST /deployments/plan', { manifest, dry_run: true, ...flags });
  const texts = new Map([...pipelines.values()].map(({ digest, text }) => [digest, text]));
  const uploads = plan.missing.map((digest) => ({ digest, text: texts.get(digest)?.() ?? notOurs(digest) }));
  if (plan.diff) return { plan, diff: plan.diff, uploads };
  const before = plan.base ? await loadManifest(client, plan.base.release) : undefined;
  const wanted = digestsToCompare(before, manifest);
  const theirs = await loadContent(
    client,
    wanted.filter((digest) => !texts.has(digest)),
  );
  const definitions = new Map(
    wanted.map((digest) => [digest, definitionOf(texts.get(digest)?.() ?? theirs.get(digest))]),
  );
  return { plan, diff: diffReleases(before, manifest, definitions), uploads };
}

/** The definition in a text that has been checked; an empty one where a target has lost it. */
export function definitionOf(text: string | undefined): Definition {
  // Only objects have a digest.
  return (text === undefined ? {} : parseSource(text).value) as Definition;
}

function notOurs(digest: Digest): never {
  fail('ANSWER_INVALID', `The target asks for the pipeline ${digest}, which is not in the release`);
}

/** Names that no flag and no earlier consent covers. */
export function unconsented(plan: PlanView, { prune }: Pick<PlanFlags, 'prune'>): readonly string[] {
  return prune ? [] : plan.unconsented;
}
