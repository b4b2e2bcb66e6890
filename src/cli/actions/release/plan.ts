import type { PlanView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import { isObject, type Json } from '../../../core/json.ts';
import type { Definition } from '../../../core/release/definition-json.ts';
import { diffReleases, digestsToCompare, type ReleaseDiff } from '../../../core/release/diff-release.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { ReleaseManifest } from '../../../core/release/manifest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { loadManifest } from './active.ts';
import type { Candidate } from './candidate.ts';
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

/** What activating a release would do. Nothing is written anywhere. */
export async function planRelease({ client }: Target, candidate: Candidate, flags: PlanFlags): Promise<ShownPlan> {
  const { asked, sent, evidence = [] } = candidate;
  const answer = await client.call('POST /deployments/plan', { ...asked, dry_run: true, ...flags });
  requireBase(candidate, answer);
  const plan = withEvidence(answer, new Set(evidence.map(({ kind }) => kind)));
  const uploads = await uploadsOf(candidate, plan.missing);
  if (plan.diff) return { plan, diff: plan.diff, uploads };
  if (!sent) return withoutComparison();
  const before = plan.base ? await loadManifest(client, plan.base.release) : undefined;
  return { plan, diff: await compare(client, before, sent), uploads };
}

/** What making a release active would change of the one that is active there. */
export async function compare(
  client: Target['client'],
  before: ReleaseManifest | undefined,
  { manifest, texts }: NonNullable<Candidate['sent']>,
): Promise<ReleaseDiff> {
  const wanted = digestsToCompare(before, manifest);
  const ours = new Set(Object.values(manifest.pipelines));
  const mine = await texts(wanted.filter((digest) => ours.has(digest)));
  const theirs = await loadContent(
    client,
    wanted.filter((digest) => !mine.has(digest)),
  );
  const definitions = new Map(wanted.map((digest) => [digest, definitionOf(mine.get(digest) ?? theirs.get(digest))]));
  return diffReleases(before, manifest, definitions);
}

/**
 * The same where nobody is asked: what is missing is uploaded, and the target keeps the plan, which saves making it twice.
 * Nothing is activated.
 */
export async function uploadAndPlan(target: Target, candidate: Candidate, flags: PlanFlags): Promise<ShownPlan> {
  const { client } = target;
  const { asked, sent } = candidate;
  const missing = sent
    ? (await client.call('POST /releases/missing', { pipelines: Object.values(sent.manifest.pipelines) })).missing
    : [];
  const uploads = await uploadsOf(candidate, missing);
  await deliver(target, candidate, uploads);
  const plan = await client.call('POST /deployments/plan', { ...asked, ...flags });
  requireBase(candidate, plan);
  return { plan, diff: plan.diff ?? withoutComparison(), uploads };
}

/** Uploads what is missing and has the target keep the plan. Throws FlowMasonError `BASE_MOVED` when it is another now. */
export async function storePlan(
  target: Target,
  candidate: Candidate,
  { plan: seen, uploads }: ShownPlan,
  flags: PlanFlags,
): Promise<PlanView> {
  const { asked } = candidate;
  await deliver(target, candidate, uploads);
  // What was looked at is promoted, whatever is active in the source by now.
  const isPulled = 'promote' in asked && asked.promote.relay === undefined;
  const same = isPulled ? { promote: { ...asked.promote, release: seen.release.digest } } : asked;
  const plan = await target.client.call('POST /deployments/plan', { ...same, ...flags });
  if (plan.hash === seen.hash) return plan;
  return fail('BASE_MOVED', 'Something else became active while the plan was looked at, so nothing was activated', {
    hint: 'Run the command again and look at the new plan.',
    details: { base: seen.base as Json, active: plan.base as Json },
  });
}

/** Throws FlowMasonError `BASE_MOVED` when something became active since the files were compared with what was. */
function requireBase({ base }: Candidate, plan: PlanView): void {
  if (base === undefined || plan.active || (plan.base?.number ?? 0) === base) return;
  const now = plan.base ? `#${plan.base.number} (${plan.base.version})` : 'nothing';
  fail('BASE_MOVED', `${now} became active in ${plan.environment} meanwhile, so nothing was activated`, {
    hint: 'Run the command again: it compares the files with what is active now.',
    details: { base, active: plan.base as Json },
  });
}

/** Brings pipelines and evidence to a target. Nothing becomes active by that. */
async function deliver(
  { client }: Target,
  { sent, evidence = [] }: Candidate,
  uploads: readonly Upload[],
): Promise<void> {
  await uploadPipelines(client, uploads);
  if (!sent || evidence.length === 0) return;
  const { digest } = await client.call('POST /releases', { manifest: sent.manifest });
  for (const { kind, content } of evidence) {
    // It is made here, of numbers and texts.
    await client.call('PUT /evidence/:release', {
      release: digest,
      kind,
      content: content as { [name: string]: Json },
    });
  }
}

/** What is missing there and will have been recorded is no problem. */
function withEvidence(plan: PlanView, proven: ReadonlySet<string>): PlanView {
  const { preflight } = plan;
  const problems = preflight.problems.filter(({ code, details }) => {
    if (code !== 'EVIDENCE_MISSING' || !isObject(details) || !Array.isArray(details.missing)) return true;
    return !details.missing.every((kind) => proven.has(String(kind)));
  });
  return { ...plan, preflight: { ...preflight, problems } };
}

async function uploadsOf({ sent }: Candidate, missing: readonly Digest[]): Promise<Upload[]> {
  if (missing.length === 0) return [];
  const texts = (await sent?.texts(missing)) ?? new Map<Digest, string>();
  return missing.map((digest) => ({ digest, text: texts.get(digest) ?? notOurs(digest) }));
}

/** The definition in a text that has been checked; an empty one where a target has lost it. */
export function definitionOf(text: string | undefined): Definition {
  // It is JSON, but for a byte order mark, and only objects have a digest.
  return text === undefined ? {} : (JSON.parse(text.replace(/^\u{feff}/u, '')) as Definition);
}

function withoutComparison(): never {
  fail('ANSWER_INVALID', 'The target made a plan without a comparison');
}

function notOurs(digest: Digest): never {
  fail('ANSWER_INVALID', `The target asks for the pipeline ${digest}, which is not in the release`);
}
