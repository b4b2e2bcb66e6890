import { fail } from '../../../core/errors.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { type Known, openKnown } from '../../known.ts';
import { problemsText } from '../../print/problems.ts';
import { conflictsText } from '../../print/release/conflicts-text.ts';
import { syncCommand } from '../../print/release/target.ts';
import { screenOf } from '../../print/screen.ts';
import { type LocalRelease, localRelease, requireProject } from '../../project/local-release.ts';
import { openTarget, type TargetOptions } from '../../target.ts';
import { say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { findActive } from './active.ts';
import { applyPlanFile } from './apply-plan.ts';
import { activated, type BringFlags, bring } from './bring.ts';
import { localCandidate } from './candidate.ts';
import { checkoutOf } from './checkout.ts';
import { rememberLocal } from './remember-local.ts';
import { shownTarget, targetDocument } from './shown-target.ts';
import { typedFlags } from './typed-flags.ts';
import { compareWithOrg } from './unseen.ts';

export interface PlanFileFlags extends BringFlags {
  readonly plan?: string | undefined;
}

export interface PushFlags extends PlanFileFlags {
  readonly org?: string | undefined;
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
    return closingAfter(target, () => applyPlanFile(known, target, planFile, flags));
  }
  const local = await localRelease(workspace, known.descriptors);
  if (local.warnings.length > 0 && !flags.json) say(problemsText(local.warnings, process.stderr));
  const create = flags['dry-run'] ? 'in-memory' : true;
  const target = await openTarget(workspace, { org }, { known, create, checked: checkedBy(local) });
  return closingAfter(target, () => pushTo(known, target, local, flags));
}

async function closingAfter<T>(target: Target, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await target.close();
  }
}

async function pushTo(known: Known, target: Target, local: LocalRelease, flags: PushFlags): Promise<Outcome> {
  const { workspace } = known;
  const shown = shownTarget(target, workspace);
  const compared = flags.force ? undefined : await compareWithOrg(workspace, target, local);
  const unseen = compared?.unseen;
  if (unseen) {
    return {
      json: { target: targetDocument(target) },
      text: conflictsText(unseen.view, screenOf()),
      error: unseen.error,
    };
  }
  const { root, config } = requireProject(workspace);
  const [first] = local.pipelines.keys();
  const next = first === undefined ? [] : [commandLine('run', [first, '--org', target.name])];
  const isPlanned = flags['dry-run'] || flags['plan-out'] !== undefined;
  const there = compared ? compared.active : await findActive(target.client, config.name);
  if (!isPlanned && there?.digest === local.release.digest) {
    rememberLocal(workspace, target, local, there.number);
    return activated({ target, shown, next }, { deployment: null, active: there, shown: null, uploaded: 0 });
  }
  const pruning = syncCommand('push', shown, ['--prune']);
  const candidate = { ...localCandidate(local), base: compared && (compared.active?.number ?? 0) };
  const checkout = checkoutOf(root);
  const more = typedFlags(flags, ['prune', 'force', 'again']);
  const brought = { target, shown, candidate, checkout, pruning, flags: more, next, headed: false };
  const { outcome, deployed } = await bring(brought, flags);
  if (deployed) rememberLocal(workspace, target, local, deployed.active.number);
  return outcome;
}

/** The org need not find out again what was just found of the files. */
function checkedBy({ checker, pipelines }: LocalRelease): TargetOptions['checked'] {
  return { checker, facts: new Map([...pipelines.values()].map(({ digest, facts }) => [digest, facts])) };
}

/** Flags that say two different things. Throws FlowMasonError `USAGE`. `line` is the command as it was typed. */
export function checkPlanFlags(line: readonly string[], flags: PlanFileFlags): void {
  if (flags.plan === undefined) return;
  const others = (['dry-run', 'plan-out', 'prune', 'force', 'again'] as const).filter((flag) => flags[flag]);
  if (others.length === 0) return;
  const [id = '', ...words] = line;
  fail('USAGE', `--plan applies exactly what was planned, so --${others[0]} belongs to making the plan`, {
    hint: commandLine(id, [...words, '--plan', flags.plan]),
  });
}
