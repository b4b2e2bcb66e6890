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
import { type PlanFlags, planRelease, type ShownPlan, storePlan, uploadAndPlan } from './plan.ts';
import { keyOf } from './sync-base.ts';

/** What a person decides, or flags do. */
export interface Decisions {
  /** Whether anybody is asked, so that nothing is uploaded before. */
  readonly asks: boolean;
  /** Shows the plan before anything is activated. */
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
  /** What is active now. */
  readonly active: { readonly number: number; readonly version: string; readonly digest: Digest };
  /** Null when there was nothing to do from the start. */
  readonly shown: ShownPlan | null;
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
  const { root, config } = requireProject(workspace);
  const there = await findActive(target.client, config.name);
  if (there?.digest === local.release.digest) {
    remember(workspace, target, local, there.number);
    return { deployment: null, active: there, shown: null, uploaded: 0 };
  }
  const shown = decisions.asks ? await planRelease(target, local, flags) : await uploadAndPlan(target, local, flags);
  const { plan } = shown;
  decisions.show(shown);
  requireApplicable(plan);
  if (!flags.prune && plan.unconsented.length > 0) await decisions.consent(plan.unconsented);
  await decisions.confirm();
  const stored = plan.id === null ? await storePlan(target, local, shown, flags) : plan;
  const { deployment, done } = await target.client.call('POST /deployments', {
    plan: String(stored.id),
    hash: stored.hash,
    consent: [...plan.removals],
    force: flags.force,
    again: flags.again,
    ...(message === undefined ? undefined : { message }),
    ...checkoutOf(root),
  });
  const { number, version, release: digest } = deployment;
  remember(workspace, target, local, number);
  return {
    deployment: done ? deployment : null,
    active: { number, version, digest },
    shown,
    uploaded: shown.uploads.length,
  };
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
function remember(
  workspace: Workspace,
  target: Target,
  { release, pipelines }: LocalRelease,
  deployment: number,
): void {
  const { home, config } = requireProject(workspace);
  const texts = [...pipelines.values()].map(({ digest, text }): [Digest, () => string] => [digest, text]);
  const base = { project: config.name, release: release.digest, deployment, pipelines: release.manifest.pipelines };
  rememberSync(home, keyOf(target), base, texts);
}
