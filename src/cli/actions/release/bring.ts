import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { deployedText, nothingToDoText } from '../../print/release/deployed-text.ts';
import { planText } from '../../print/release/plan-text.ts';
import type { Target as ShownTarget } from '../../print/release/target.ts';
import { screenOf } from '../../print/screen.ts';
import { whileActivating } from './activating.ts';
import type { Candidate } from './candidate.ts';
import type { Checkout } from './checkout.ts';
import { decisionsOf } from './decisions.ts';
import { type Deployed, deployRelease, planError } from './deploy.ts';
import { planRelease, type ShownPlan, storePlan } from './plan.ts';
import { writePlanFile } from './plan-file.ts';
import { planView } from './plan-view.ts';
import { targetDocument } from './shown-target.ts';
import { watchOutcome } from './watch-outcome.ts';
import { requireWatching, type WatchFlags, watchOf } from './watch-release.ts';

/** What push, deploy and promote have in common. */
export interface BringFlags extends WatchFlags {
  readonly json: boolean;
  readonly yes: boolean;
  readonly 'dry-run': boolean;
  readonly prune: boolean;
  readonly force: boolean;
  readonly again: boolean;
  readonly message?: string | undefined;
  readonly 'plan-out'?: string | undefined;
}

/** A release on its way to a target. */
export interface Brought {
  readonly target: Target;
  readonly shown: ShownTarget;
  readonly candidate: Candidate;
  readonly checkout: Checkout | undefined;
  /** What to type to agree to removals. */
  readonly pruning: string;
  /** Flags that a plan which was only looked at is applied with. */
  readonly flags: readonly string[];
  /** What one may want to type when it is active. */
  readonly next: readonly string[];
  /** The target's line was printed already. */
  readonly headed: boolean;
}

/** What came of it, and what is active now; undefined when nothing was to be activated. */
export interface BroughtOutcome {
  readonly outcome: Outcome;
  readonly deployed?: Deployed;
}

/** Shows the plan, or has the target keep it, or makes its release active: as the flags say. Throws as `deployRelease`. */
export async function bring(brought: Brought, flags: BringFlags): Promise<BroughtOutcome> {
  const { target, candidate, shown, checkout, headed } = brought;
  const { prune, force, again, message } = flags;
  const planFlags = { prune, force, again };
  if (flags['dry-run']) return { outcome: planned(brought, await planRelease(target, candidate, planFlags)) };
  const file = flags['plan-out'];
  if (file !== undefined) {
    const seen = await planRelease(target, candidate, planFlags);
    if (seen.plan.active || planError(seen.plan.preflight.problems)) return { outcome: planned(brought, seen) };
    const stored = { ...seen, plan: await storePlan(target, candidate, seen, planFlags) };
    writePlanFile(file, target, stored.plan, prune ? stored.plan.removals : []);
    return { outcome: planned(brought, stored, file) };
  }
  const decisions = decisionsOf(shown, flags, brought.pruning, headed);
  const watch = watchOf(flags);
  if (watch) await requireWatching(target);
  const deployed = await whileActivating(target, (activate) =>
    deployRelease(target, candidate, { ...planFlags, message, checkout }, decisions, activate),
  );
  const outcome = activated(brought, deployed);
  const { deployment, shown: seen } = deployed;
  if (!watch || !deployment) return { outcome, deployed };
  const watched = { ...deployment, old: seen?.plan.base?.release };
  return { outcome: await watchOutcome(target, watched, watch, outcome, flags.json), deployed };
}

/** What a plan says that is not applied; it fails with what keeps it from being. */
function planned({ target, shown, flags }: Brought, seen: ShownPlan, file?: string): Outcome {
  const { plan, diff, uploads } = seen;
  return {
    json: {
      target: targetDocument(target),
      plan: { ...plan, diff },
      upload: uploads.length,
      ...(file === undefined ? undefined : { file }),
    },
    text: planText({ ...planView(shown, seen, file), flags }, screenOf()),
    error: planError(plan.preflight.problems),
  };
}

/** What is active now, and what it was that came of it. */
export function activated(
  { target, shown, next }: Pick<Brought, 'target' | 'shown' | 'next'>,
  deployed: Deployed,
): Outcome {
  const { deployment, active, shown: seen, uploaded } = deployed;
  const plan = seen && { ...seen.plan, diff: seen.diff };
  const json = { target: targetDocument(target), done: deployment !== null, deployment, active, plan, uploaded };
  const screen = screenOf();
  if (!deployment) return { json, text: nothingToDoText({ target: shown, ...active }, screen) };
  const { kind, changes } = deployment;
  const was = seen?.plan.base ?? null;
  return { json, text: deployedText({ target: shown, kind, ...active, was, changes, next }, screen) };
}
