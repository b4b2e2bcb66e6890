import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { type Known, openKnown } from '../../known.ts';
import { problemsText } from '../../print/problems.ts';
import { type LocalRelease, localRelease, requireProject } from '../../project/local-release.ts';
import { say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { applyPlanFile } from './apply-plan.ts';
import { bring } from './bring.ts';
import { localCandidate } from './candidate.ts';
import { checkoutOf } from './checkout.ts';
import { onEnvironment } from './on-environment.ts';
import type { PlanFileFlags } from './push.ts';
import { rememberLocal } from './remember-local.ts';
import { shownTarget } from './shown-target.ts';
import { typedFlags } from './typed-flags.ts';

/**
 * `fm deploy`: makes the files the active release of an environment. Throws FlowMasonError `INVALID_FILE` with the
 * problems of all files, what the tests throw where the environment demands them, what keeps the plan from being applied
 * (`ENVIRONMENT_PROTECTED`, `ROLLED_BACK`, …), `REMOVALS_NEED_CONSENT`, `BASE_MOVED`, `PLAN_STALE`.
 */
export async function deployFiles(cwd: string, env: string, flags: PlanFileFlags): Promise<Outcome> {
  const known = await openKnown(cwd);
  const { workspace, descriptors } = known;
  const { plan } = flags;
  const isApplied = !flags['dry-run'] && flags['plan-out'] === undefined;
  const where = { command: 'deploy', env, quiet: flags.json || !isApplied };
  if (plan !== undefined) return onEnvironment(workspace, where, (target) => applyPlanFile(known, target, plan, flags));
  const local = await localRelease(workspace, descriptors);
  if (local.warnings.length > 0 && !flags.json) say(problemsText(local.warnings, process.stderr));
  return onEnvironment(workspace, where, (target) => deployTo(known, target, local, flags));
}

async function deployTo(
  { workspace }: Known,
  target: Target,
  local: LocalRelease,
  flags: PlanFileFlags,
): Promise<Outcome> {
  const { root } = requireProject(workspace);
  const { proveTests } = await import('./prove-tests.ts');
  const evidence = await proveTests(target, local.release.digest, { quiet: flags.json });
  const [first] = local.pipelines.keys();
  const { outcome, deployed } = await bring(
    {
      target,
      shown: shownTarget(target, workspace),
      candidate: localCandidate(local, evidence),
      checkout: checkoutOf(root),
      pruning: commandLine('deploy', [target.name, '--prune']),
      flags: typedFlags(flags, ['prune', 'force', 'again']),
      next: first === undefined ? [] : [commandLine('run', [first, '--env', target.name])],
      headed: true,
    },
    flags,
  );
  if (deployed) rememberLocal(workspace, target, local, deployed.active.number);
  return outcome;
}
