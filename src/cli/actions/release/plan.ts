import type { PlanView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { Definition } from '../../../core/release/definition-json.ts';
import { diffReleases, digestsToCompare, type ReleaseDiff } from '../../../core/release/diff-release.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { LocalRelease } from '../../project/local-release.ts';
import { loadManifest } from './active.ts';
import { loadContent } from './content.ts';
import { type Upload, uploadPipelines } from './upload.ts';

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
  const uploads = uploadsOf(pipelines, plan.missing);
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

/**
 * The same where nobody is asked: what is missing is uploaded, and the target keeps the plan, which saves making it twice.
 * Nothing is activated.
 */
export async function uploadAndPlan(target: Target, local: LocalRelease, flags: PlanFlags): Promise<ShownPlan> {
  const { client } = target;
  const { manifest } = local.release;
  const { missing } = await client.call('POST /releases/missing', { pipelines: Object.values(manifest.pipelines) });
  const uploads = uploadsOf(local.pipelines, missing);
  await uploadPipelines(client, uploads);
  const plan = await client.call('POST /deployments/plan', { manifest, ...flags });
  return { plan, diff: plan.diff ?? fail('ANSWER_INVALID', 'The target made a plan without a comparison'), uploads };
}

/** Uploads what is missing and has the target keep the plan. Throws FlowMasonError `BASE_MOVED` when it is another now. */
export async function storePlan(
  { client }: Target,
  { release }: LocalRelease,
  { plan: seen, uploads }: ShownPlan,
  flags: PlanFlags,
): Promise<PlanView> {
  await uploadPipelines(client, uploads);
  const plan = await client.call('POST /deployments/plan', { manifest: release.manifest, ...flags });
  if (plan.hash === seen.hash) return plan;
  return fail('BASE_MOVED', 'Something else became active while the plan was looked at, so nothing was activated', {
    hint: 'Run the command again and look at the new plan.',
    details: { base: seen.base as Json, active: plan.base as Json },
  });
}

function uploadsOf(pipelines: LocalRelease['pipelines'], missing: readonly Digest[]): Upload[] {
  const texts = new Map([...pipelines.values()].map(({ digest, text }) => [digest, text]));
  return missing.map((digest) => ({ digest, text: texts.get(digest)?.() ?? notOurs(digest) }));
}

/** The definition in a text that has been checked; an empty one where a target has lost it. */
export function definitionOf(text: string | undefined): Definition {
  // It is JSON, but for a byte order mark, and only objects have a digest.
  return text === undefined ? {} : (JSON.parse(text.replace(/^\u{feff}/u, '')) as Definition);
}

function notOurs(digest: Digest): never {
  fail('ANSWER_INVALID', `The target asks for the pipeline ${digest}, which is not in the release`);
}
