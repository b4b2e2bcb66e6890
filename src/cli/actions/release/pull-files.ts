import { FlowMasonError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { Outcome } from '../../command.ts';
import { openKnown } from '../../known.ts';
import { problemsText } from '../../print/problems.ts';
import { conflictsText } from '../../print/release/conflicts-text.ts';
import { pulledText } from '../../print/release/pulled-text.ts';
import { type Target as ShownTarget, syncCommand } from '../../print/release/target.ts';
import { screenOf } from '../../print/screen.ts';
import type { PullConflict, PullConflictKind, Way } from '../../project/sync/conflicts.ts';
import type { TargetFlags } from '../../target.ts';
import { say } from '../../terminal.ts';
import { onTarget } from './on-target.ts';
import { type Pulled, pull } from './pull.ts';
import { shownTarget, targetDocument } from './shown-target.ts';

export interface PullFlags extends TargetFlags {
  readonly ours: boolean;
  readonly theirs: boolean;
  readonly merge: boolean;
  readonly prune: boolean;
  readonly 'dry-run': boolean;
  readonly release?: string | undefined;
  readonly json: boolean;
}

const WAYS = ['ours', 'theirs', 'merge'] as const;

/** `fm pull`. Throws as `pull`; conflicts are an error of the outcome. */
export async function pullFiles(cwd: string, flags: PullFlags): Promise<Outcome> {
  const known = await openKnown(cwd);
  const { prune, release, 'dry-run': dryRun } = flags;
  const mode = WAYS.find((way) => flags[way]) ?? 'stop';
  return onTarget(
    known.workspace,
    flags,
    async (target) => {
      const pulled = await pull(target, known, { mode, prune, dryRun, release });
      const shown = shownTarget(target, known.workspace);
      const { conflicts, warnings } = pulled.plan;
      if (warnings.length > 0 && !flags.json) say(problemsText(warnings, process.stderr));
      const json = { target: targetDocument(target), ...document(pulled) };
      if (conflicts.length > 0) {
        const pipelines = grouped(conflicts);
        const text = conflictsText({ command: 'pull', target: shown, pipelines }, screenOf());
        return { json, text, error: conflictError(conflicts, shown) };
      }
      return { json, text: pulledText(shown, pulled, screenOf()), error: leftError(pulled, shown) };
    },
    { known },
  );
}

function document({ project, release, plan, changes, unpruned, left, recovered, dry_run }: Pulled) {
  const files = (actions: Pulled['changes']) =>
    actions.map(({ action, name, path, reason }) => ({ action, pipeline: name, file: path, reason }));
  const conflicts = plan.conflicts.map(({ problems: _problems, ...conflict }) => conflict);
  return { project, release, changes: files(changes), kept: files(unpruned), conflicts, left, recovered, dry_run };
}

const REASONS = {
  value: 'both-changed',
  'removed-here': 'ours-removed-theirs-changed',
  'removed-there': 'theirs-removed-ours-changed',
  added: 'both-added',
  'not-known': 'not-known',
  unreadable: 'unreadable',
  invalid: 'both-changed',
} as const satisfies Record<PullConflictKind, string>;

/** Conflicts of one pipeline together. */
function grouped(conflicts: readonly PullConflict[]) {
  const names = [...new Set(conflicts.map(({ name }) => name))];
  return names.flatMap((pipeline) => {
    const own = conflicts.filter(({ name }) => name === pipeline);
    const [first] = own;
    if (!first) return [];
    const values = own.filter(
      ({ path, base, ours, theirs }) => path.length > 0 || (base ?? ours ?? theirs) !== undefined,
    );
    return [{ pipeline, file: first.file, reason: REASONS[first.kind], conflicts: values }];
  });
}

function conflictError(conflicts: readonly PullConflict[], target: ShownTarget): FlowMasonError {
  const files = [...new Set(conflicts.map(({ file }) => file))];
  const ways = WAYS.filter((way: Way) => conflicts.every((one) => one.ways.includes(way)));
  const count = conflicts.length === 1 ? 'a conflict' : `${conflicts.length} conflicts`;
  return new FlowMasonError('SYNC_CONFLICT', `There is ${count} in ${files.join(', ')}, so nothing was written`, {
    hint:
      ways.length > 0
        ? ways.map((way) => syncCommand('pull', target, [`--${way}`])).join(', ')
        : 'Change or delete these files as they are to be, then run fm pull again',
    problems: conflicts.flatMap(({ problems = [] }) => problems),
    // Made of JSON; what is absent is left out.
    details: { conflicts: conflicts.map(({ problems: _problems, ...conflict }) => conflict) as unknown as Json },
  });
}

function leftError({ left }: Pulled, target: ShownTarget): FlowMasonError | undefined {
  if (left.length === 0) return undefined;
  return new FlowMasonError('FILES_CHANGED', `These files changed meanwhile and were left alone: ${left.join(', ')}`, {
    hint: syncCommand('pull', target),
    details: { files: [...left] },
  });
}
