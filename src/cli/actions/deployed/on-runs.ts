import type { RunStatus } from '../../../core/run.ts';
import { lockHolder } from '../../../hosts/node/dispatcher/holder.ts';
import { orgPlace, runLocks } from '../../../hosts/node/targets/org-place.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { requireProject } from '../../project/local-release.ts';
import { orgProject } from '../../project/target-names.ts';
import type { TargetFlags } from '../../target.ts';
import { say } from '../../terminal.ts';
import { onTargetIn } from '../release/on-target.ts';
import type { ListedRun } from '../runs.ts';

/** A target as commands about its runs see it. */
export interface RunsThere {
  readonly target: Target;
  /** What a run that says it is running really does: in an org its process may be dead. */
  readonly statusOf: (run: { readonly run_id: string; readonly status: RunStatus }) => ListedRun['status'];
  /** Whether a process of this machine executes it; on a server somebody always does. */
  readonly isLive: (run: string) => boolean;
  /** The project here. Throws FlowMasonError `NOT_FOUND` outside of one. */
  readonly project: () => string;
}

/** Opens what the flags name, works on its runs and closes it. Throws FlowMasonError as `openTarget`. */
export function onRuns<T>(flags: TargetFlags, work: (there: RunsThere) => Promise<T>): Promise<T> {
  return onTargetIn(process.cwd(), flags, async (target, workspace) => {
    const project = () => requireProject(workspace).config.name;
    if (target.kind === 'server')
      return work({ target, project, statusOf: ({ status }) => status, isLive: () => true });
    const holder = lockHolder(runLocks(orgPlace(orgProject(workspace), target.name)));
    const isLive = (run: string) => holder.isTaken(run);
    const statusOf: RunsThere['statusOf'] = ({ run_id, status }) =>
      status === 'running' && !isLive(run_id) ? 'interrupted' : status;
    return work({ target, project, statusOf, isLive });
  });
}

/** The same for what changes something: says first where it works. */
export function changeRuns<T>(
  flags: TargetFlags & { readonly json: boolean },
  work: (there: RunsThere) => Promise<T>,
): Promise<T> {
  return onRuns(flags, (there) => {
    if (!flags.json) say(`target: ${there.target.label}`);
    return work(there);
  });
}
