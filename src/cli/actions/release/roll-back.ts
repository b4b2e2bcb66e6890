import type { RollbackView } from '../../../core/api/deployment.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { deployedText, nothingToDoText } from '../../print/release/deployed-text.ts';
import { rollbackText } from '../../print/release/rollback-text.ts';
import { targetName } from '../../print/release/target.ts';
import { screenOf } from '../../print/screen.ts';
import type { Workspace } from '../../project/workspace.ts';
import type { TargetFlags } from '../../target.ts';
import { canAsk, say } from '../../terminal.ts';
import { type Activate, whileActivating } from './activating.ts';
import { agreed } from './decisions.ts';
import { onTargetIn } from './on-target.ts';
import { applyRollback, planRollback, requireRollback } from './rollback.ts';
import { shownTarget, targetDocument } from './shown-target.ts';
import { watchOutcome } from './watch-outcome.ts';
import { requireWatching, type WatchFlags, watchOf } from './watch-release.ts';

export interface RollbackFlags extends TargetFlags, WatchFlags {
  readonly previous: boolean;
  readonly message?: string | undefined;
  readonly force: boolean;
  readonly 'dry-run': boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `fm rollback`: shows where it goes and what stays, asks where somebody can be asked, and does it. */
export function rollBack(cwd: string, word: string | undefined, flags: RollbackFlags): Promise<Outcome> {
  return onTargetIn(cwd, flags, (target, workspace) =>
    whileActivating(target, (activate) => rollBackIn(target, workspace, { ...flags, word }, activate)),
  );
}

async function rollBackIn(
  target: Target,
  workspace: Workspace,
  flags: RollbackFlags & { readonly word: string | undefined },
  activate: Activate,
): Promise<Outcome> {
  const shown = shownTarget(target, workspace);
  const seen = await planRollback(workspace, target, flags);
  const document = (view: RollbackView) => ({ target: targetDocument(target), ...view });
  if (flags['dry-run']) {
    requireRollback(seen);
    return { json: document(seen), text: rollbackText(shown, seen, screenOf()) };
  }
  if (!flags.json) say(rollbackText(shown, seen, screenOf(process.stderr)));
  requireRollback(seen);
  if (!flags.yes && !flags.json && canAsk()) await agreed(`Make it active in ${targetName(shown)}?`);
  const watch = watchOf(flags);
  if (watch) await requireWatching(target);
  const done = await applyRollback(workspace, target, seen, flags, activate);
  const { deployment, from, in_flight } = done;
  if (!deployment) {
    const { number, version, release: digest } = from;
    return { json: document(done), text: nothingToDoText({ target: shown, number, version, digest }, screenOf()) };
  }
  const { kind, number, version, release: digest, changes } = deployment;
  const view = { target: shown, kind, number, version, digest, was: from, changes, in_flight };
  const outcome = { json: document(done), text: deployedText(view, screenOf()) };
  if (!watch) return outcome;
  return watchOutcome(target, { ...deployment, old: from.release }, watch, outcome, flags.json);
}
