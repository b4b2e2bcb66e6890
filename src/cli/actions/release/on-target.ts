import type { Target } from '../../../hosts/node/targets/target.ts';
import { openWorkspace, type Workspace } from '../../project/workspace.ts';
import { openTarget, type TargetFlags, type TargetOptions } from '../../target.ts';

/** Opens what the flags name, works on it and closes it, whatever comes of it. */
export async function onTarget<T>(
  workspace: Workspace,
  flags: TargetFlags,
  work: (target: Target) => Promise<T>,
  options: TargetOptions = {},
): Promise<T> {
  const { org, env } = flags;
  const target = await openTarget(workspace, { org, env }, options);
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

/** The same in the project around a folder, for what reads only. */
export function onTargetIn<T>(
  cwd: string,
  flags: TargetFlags,
  work: (target: Target, workspace: Workspace) => Promise<T>,
): Promise<T> {
  const workspace = openWorkspace({ cwd, variables: process.env });
  return onTarget(workspace, flags, (target) => work(target, workspace));
}
