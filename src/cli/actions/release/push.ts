import { fail } from '../../../core/errors.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { type Known, openKnown } from '../../known.ts';
import { problemsText } from '../../print/problems.ts';
import { conflictsText } from '../../print/release/conflicts-text.ts';
import { deployedText, nothingToDoText } from '../../print/release/deployed-text.ts';
import { planText } from '../../print/release/plan-text.ts';
import { type Target as ShownTarget, syncCommand } from '../../print/release/target.ts';
import { screenOf } from '../../print/screen.ts';
import { type LocalRelease, localRelease } from '../../project/local-release.ts';
import { openTarget, type TargetOptions } from '../../target.ts';
import { say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { applyPlanFile } from './apply-plan.ts';
import { decisionsOf } from './decisions.ts';
import { type Deployed, deployRelease, planError } from './deploy.ts';
import { planRelease, type ShownPlan, storePlan } from './plan.ts';
import { writePlanFile } from './plan-file.ts';
import { planView } from './plan-view.ts';
import { shownTarget, targetDocument } from './shown-target.ts';
import { unseenChanges } from './unseen.ts';

export interface PushFlags {
  readonly org?: string | undefined;
  readonly json: boolean;
  readonly yes: boolean;
  readonly 'dry-run': boolean;
  readonly prune: boolean;
  readonly force: boolean;
  readonly again: boolean;
  readonly message?: string | undefined;
  readonly plan?: string | undefined;
  readonly 'plan-out'?: string | undefined;
}

/**
 * `fm push`: makes the files the active release of an org. Throws FlowMasonError `INVALID_FILE` with the problems of all
 * files, `REMOVALS_NEED_CONSENT`, `BASE_MOVED`, `PLAN_STALE`, and what opening the org throws.
 */
export async function push(cwd: string, flags: PushFlags): Promise<Outcome> {
  const known = await openKnown(cwd);
  const { workspace } = known;
  const { org, plan: planFile } = flags;
  if (planFile !== undefined) {
    const target = await openTarget(workspace, { org }, { known });
    return closing(target, () => applyPlanFile(known, target, planFile, flags));
  }
  const local = await localRelease(workspace, known.descriptors);
  if (local.warnings.length > 0 && !flags.json) say(problemsText(local.warnings, process.stderr));
  const create = flags['dry-run'] ? 'in-memory' : true;
  const target = await openTarget(workspace, { org }, { known, create, checked: checkedBy(local) });
  return closing(target, () => pushTo(known, target, local, flags));
}

async function closing<T>(target: Target, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await target.close();
  }
}

async function pushTo(known: Known, target: Target, local: LocalRelease, flags: PushFlags): Promise<Outcome> {
  const { workspace } = known;
  const shown = shownTarget(target, workspace);
  const unseen = flags.force ? undefined : await unseenChanges(workspace, target, local);
  if (unseen) {
    return {
      json: { target: targetDocument(target) },
      text: conflictsText(unseen.view, screenOf()),
      error: unseen.error,
    };
  }
  const { prune, force, again, message } = flags;
  const planFlags = { prune, force, again };
  if (flags['dry-run']) return planned(target, shown, await planRelease(target, local, planFlags));
  const file = flags['plan-out'];
  if (file !== undefined) {
    const seen = await planRelease(target, local, planFlags);
    const error = planError(seen.plan.preflight.problems);
    if (error) return planned(target, shown, seen);
    const stored = { ...seen, plan: await storePlan(target, local, seen, planFlags) };
    writePlanFile(file, target, stored.plan, prune ? stored.plan.removals : []);
    return planned(target, shown, stored, file);
  }
  const decisions = decisionsOf(shown, flags, syncCommand('push', shown, ['--prune']));
  const deployed = await deployRelease(workspace, target, local, { ...planFlags, message }, decisions);
  return pushed(target, shown, deployed, [...local.pipelines.keys()][0]);
}

/** The org need not find out again what was just found of the files. */
function checkedBy({ checker, pipelines }: LocalRelease): TargetOptions['checked'] {
  return { checker, facts: new Map([...pipelines.values()].map(({ digest, facts }) => [digest, facts])) };
}

/** What a plan says that is not applied; it fails with what keeps it from being. */
function planned(target: Target, shown: ShownTarget, seen: ShownPlan, file?: string): Outcome {
  const { plan, diff, uploads } = seen;
  return {
    json: {
      target: targetDocument(target),
      plan: { ...plan, diff },
      upload: uploads.length,
      ...(file === undefined ? undefined : { file }),
    },
    text: planText(planView(shown, seen, file), screenOf()),
    error: planError(plan.preflight.problems),
  };
}

function pushed(target: Target, shown: ShownTarget, deployed: Deployed, first: string | undefined): Outcome {
  const { deployment, active, shown: seen, uploaded } = deployed;
  const plan = seen && { ...seen.plan, diff: seen.diff };
  const json = { target: targetDocument(target), done: deployment !== null, deployment, active, plan, uploaded };
  const screen = screenOf();
  if (!deployment) return { json, text: nothingToDoText({ target: shown, ...active }, screen) };
  const { kind, changes } = deployment;
  const next = first === undefined ? [] : [commandLine('run', [first, '--org', target.name])];
  const was = seen?.plan.base ?? null;
  return { json, text: deployedText({ target: shown, kind, ...active, was, changes, next }, screen) };
}

/** Flags that say two different things. Throws FlowMasonError `USAGE`. */
export function checkPushFlags(flags: PushFlags): void {
  if (flags.plan === undefined) return;
  const others = (['dry-run', 'plan-out', 'prune', 'force', 'again'] as const).filter((flag) => flags[flag]);
  if (others.length === 0) return;
  fail('USAGE', `--plan applies exactly what was planned, so --${others[0]} belongs to making the plan`, {
    hint: `fm push --plan ${flags.plan}`,
  });
}
