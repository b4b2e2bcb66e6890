import type { PlanView } from '../../core/api/deployment.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { StoredPlan } from '../../store/plans.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { Caller, ControlPlane } from '../control.ts';
import type { Call } from '../verb.ts';
import { bringEvidence } from './bring-evidence.ts';
import { type CheckedRelease, checkRelease, keepRelease, type NamedRelease, requireUploaded } from './check-release.ts';
import type { Wish } from './gates.ts';
import { makePlan } from './make-plan.ts';
import type { PromotedRelease } from './promoted-release.ts';
import { namesIn, REMOVALS, readSecrets } from './target-state.ts';

export interface PlanRequest {
  readonly kind: Wish['kind'];
  readonly dry_run: boolean;
  readonly prune: boolean;
  readonly force: boolean;
  readonly again: boolean;
}

export interface PreparedPlan {
  readonly view: Omit<PlanView, 'id' | 'expires_at'>;
  /** Undefined while pipelines are missing, which only a dry run takes. */
  readonly checked: CheckedRelease | undefined;
  readonly secrets: ReadonlySet<string> | undefined;
  /** Of a release that is promoted: what came with it. */
  readonly promoted: PromotedRelease | undefined;
  /** Names whose removal whoever plans has agreed to. */
  readonly consent: readonly string[];
}

/** A plan that is not stored yet. Throws FlowMasonError `PIPELINES_MISSING`, `RELEASE_INVALID`, `RELEASE_MISMATCH`. */
export async function preparePlan(
  { control, caller }: Call,
  release: NamedRelease,
  request: PlanRequest,
  promoted?: PromotedRelease,
): Promise<PreparedPlan> {
  const { evidence = [], pipelines: brought = [], origin = null } = promoted ?? {};
  const { missing, checked } = await checkRelease(control, release, brought);
  if (!request.dry_run) requireUploaded(release, missing);
  const secrets = await readSecrets(control, release);
  const view = await makePlan(control, release, {
    ...request,
    ...whoWishes(caller),
    origin,
    missing,
    brought,
    proven: evidence.map(({ kind }) => kind),
    consented: [...namesIn(evidence.find(({ kind }) => kind === REMOVALS)?.content)],
    secrets,
  });
  return { view, checked, secrets, promoted, consent: request.prune ? view.removals : [] };
}

/** Of a wish, what the caller's key says. */
export function whoWishes({ actor, scopes }: Caller): Pick<Wish, 'actor' | 'mayForce'> {
  return { actor, mayForce: scopes.has('deploy:force') };
}

/** What is kept of a plan: what was shown, and what was agreed to. */
export interface PlanContent {
  readonly view: PreparedPlan['view'];
  readonly consent: readonly string[];
}

/** Stores what a plan is about: its release, and what came with it when it is promoted. */
export async function keepPlanned(
  tx: StoreTransaction,
  checked: CheckedRelease,
  promoted: PromotedRelease | undefined,
): Promise<void> {
  if (promoted && promoted.pipelines.length > 0) await tx.releases.putPipelines(promoted.pipelines);
  await keepRelease(tx, checked);
  if (promoted) await bringEvidence(tx, checked.digest, promoted.evidence);
}

/** Keeps a plan for seven days, and answers it as it was kept. */
export async function storePlan(
  tx: StoreTransaction,
  { ids, environment }: ControlPlane,
  { actor }: Caller,
  view: PreparedPlan['view'],
  consent: readonly string[],
): Promise<PlanView> {
  const { hash, project, release, removals, base } = view;
  const stored = await tx.plans.put({
    id: ids.random(),
    hash,
    environment,
    project,
    base: base?.number ?? 0,
    release: release.digest,
    removals: [...removals],
    // A view is plain JSON once what is undefined is left out.
    content: JSON.parse(JSON.stringify({ view, consent } satisfies PlanContent)) as JsonObject,
    actor,
  });
  return planView(stored);
}

/** A kept plan as it was shown. */
export function planView(plan: StoredPlan): PlanView {
  return { ...planContent(plan).view, id: plan.id, expires_at: plan.expires_at };
}

export function planContent({ content }: { readonly content: Json }): PlanContent {
  // Only `storePlan` writes them.
  return content as unknown as PlanContent;
}
