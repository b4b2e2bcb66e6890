import type { DeploymentView, PlanView } from '../../../core/api/deployment.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { quoteList } from '../../../core/quote.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Activate } from './activating.ts';
import type { Candidate } from './candidate.ts';
import type { Checkout } from './checkout.ts';
import { type PlanFlags, planRelease, type ShownPlan, storePlan, uploadAndPlan } from './plan.ts';

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
  /** The commit that the release is of. */
  readonly checkout?: Checkout | undefined;
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
 * Plan, show, confirm, upload what is missing, activate (DEPLOYMENT.md 4.1). Throws FlowMasonError `PREFLIGHT_FAILED` or
 * the code of the one problem, `REMOVALS_NEED_CONSENT`, `BASE_MOVED`, and what the target throws; then nothing was
 * activated; and `OUTCOME_UNKNOWN`.
 */
export async function deployRelease(
  target: Target,
  candidate: Candidate,
  options: DeployOptions,
  decisions: Decisions,
  activate: Activate,
): Promise<Deployed> {
  const { message, checkout, ...flags } = options;
  const seen = decisions.asks
    ? await planRelease(target, candidate, flags)
    : await uploadAndPlan(target, candidate, flags);
  const { plan } = seen;
  if (plan.active && plan.base) {
    const { number, version, release: digest } = plan.base;
    return { deployment: null, active: { number, version, digest }, shown: null, uploaded: 0 };
  }
  decisions.show(seen);
  requireApplicable(plan);
  if (!flags.prune && plan.unconsented.length > 0) await decisions.consent(plan.unconsented);
  await decisions.confirm();
  const stored = plan.id === null ? await storePlan(target, candidate, seen, flags) : plan;
  const input = {
    plan: String(stored.id),
    hash: stored.hash,
    consent: [...plan.removals],
    force: flags.force,
    again: flags.again,
    ...(message === undefined ? undefined : { message }),
    ...checkout,
  };
  const { deployment, done } = await activate(
    { project: plan.project, base: plan.base?.number ?? 0, ...plan.release },
    () => target.client.call('POST /deployments', input),
    (deployment) => ({ deployment, done: true }),
  );
  const { number, version, release: digest } = deployment;
  return {
    deployment: done ? deployment : null,
    active: { number, version, digest },
    shown: seen,
    uploaded: seen.uploads.length,
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
