import type { DeploymentView, PlanView } from '../../../core/api/deployment.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { quoteList } from '../../../core/quote.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { type LocalRelease, requireProject } from '../../project/local-release.ts';
import { rememberSync } from '../../project/sync/remember.ts';
import type { Workspace } from '../../project/workspace.ts';
import { findActive } from './active.ts';
import { checkoutOf } from './checkout.ts';
import { type PlanFlags, planRelease, type ShownPlan } from './plan.ts';
import { keyOf } from './sync-base.ts';
import { uploadPipelines } from './upload.ts';

/** What a person decides, or flags do. */
export interface Decisions {
  /** Shows the plan before anything is done. */
  readonly show: (shown: ShownPlan) => void;
  /** Asks whether to go on, where somebody can be asked. Throws FlowMasonError `CONSENT_NEEDED` for a no. */
  readonly confirm: () => Promise<void>;
  /** Asks whether these pipelines may be removed. Throws also `REMOVALS_NEED_CONSENT` where nobody can be asked. */
  readonly consent: (removals: readonly string[]) => Promise<void>;
}

export interface DeployOptions extends PlanFlags {
  readonly message?: string | undefined;
}

/** What deploying came to. */
export interface Deployed {
  /** Null: there was nothing to do. */
  readonly deployment: DeploymentView | null;
  readonly shown: ShownPlan;
  readonly uploaded: number;
}

/**
 * Plan, show, confirm, upload what is missing, activate: the release of these files in an org or on a server
 * (DEPLOYMENT.md 4.1). Throws FlowMasonError `PREFLIGHT_FAILED` or the code of the one problem, `REMOVALS_NEED_CONSENT`,
 * `BASE_MOVED`, and what the target throws; then nothing was activated.
 */
export async function deployRelease(
  workspace: Workspace,
  target: Target,
  local: LocalRelease,
  options: DeployOptions,
  decisions: Decisions,
): Promise<Deployed> {
  const { message, ...flags } = options;
  const shown = await planRelease(target, local, flags);
  const { plan } = shown;
  if (plan.active) {
    await remember(workspace, target, local, plan.base?.number);
    return { deployment: null, shown, uploaded: 0 };
  }
  decisions.show(shown);
  requireApplicable(plan);
  if (!flags.prune && plan.unconsented.length > 0) await decisions.consent(plan.unconsented);
  await decisions.confirm();
  const stored = await storePlan(target, local, shown, flags);
  const { root } = requireProject(workspace);
  const { deployment, done } = await target.client.call('POST /deployments', {
    plan: String(stored.id),
    hash: stored.hash,
    consent: [...plan.removals],
    force: flags.force,
    again: flags.again,
    ...(message === undefined ? undefined : { message }),
    ...checkoutOf(root),
  });
  await remember(workspace, target, local, deployment.number);
  return { deployment: done ? deployment : null, shown, uploaded: shown.uploads.length };
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
  fail('BASE_MOVED', 'Something else became active while the plan was looked at, so nothing was activated', {
    hint: 'Run the command again and look at the new plan.',
    details: { base: seen.base as Json, active: plan.base as Json },
  });
}

/** Throws what keeps a plan from being applied, all of it at once. */
export function requireApplicable({ preflight: { problems } }: PlanView): void {
  const error = planError(problems);
  if (error) throw error;
}

/** Undefined when there are no problems. */
export function planError(problems: PlanView['preflight']['problems']): FlowMasonError | undefined {
  const [first, ...others] = problems;
  if (!first) return undefined;
  if (others.length === 0)
    return new FlowMasonError(first.code, first.message, { hint: first.hint, details: first.details });
  const codes = [...new Set(problems.map(({ code }) => code))];
  return new FlowMasonError(
    'PREFLIGHT_FAILED',
    `${problems.length} problems keep it from being activated: ${codes.join(', ')}`,
    {
      hint: first.hint,
      // Findings are plain JSON.
      details: { problems: problems as unknown as Json },
    },
  );
}

/** Throws FlowMasonError `REMOVALS_NEED_CONSENT` with the names, and the command that agrees. */
export function refuseRemovals(removals: readonly string[], command: string): never {
  const what = removals.length === 1 ? 'A pipeline' : `${removals.length} pipelines`;
  fail('REMOVALS_NEED_CONSENT', `${what} would be removed, and the files do not have it: ${quoteList(removals)}`, {
    hint: command,
    details: { removals: [...removals] },
  });
}

/** Remembers that files and target have this release in common. */
async function remember(
  workspace: Workspace,
  target: Target,
  { release, pipelines }: LocalRelease,
  number: number | undefined,
): Promise<void> {
  const { home, config } = requireProject(workspace);
  const active = number ?? (await findActive(target.client, config.name))?.number;
  if (active === undefined) return;
  const texts = [...pipelines.values()].map(({ digest, text }): [Digest, () => string] => [digest, text]);
  rememberSync(
    home,
    keyOf(target),
    {
      project: config.name,
      release: release.digest,
      deployment: active,
      pipelines: release.manifest.pipelines,
    },
    texts,
  );
}
