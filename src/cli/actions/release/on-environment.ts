import { environmentName } from '../../../core/environment-name.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { targetLine } from '../../print/release/target.ts';
import type { Workspace } from '../../project/workspace.ts';
import { openServerTarget } from '../../target.ts';
import { say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { shownTarget } from './shown-target.ts';

/**
 * Opens the server that a command names by its first word, works on it and closes it. Throws FlowMasonError as
 * `openServerTarget`, with the command that names the right one; `USAGE` for `local`.
 */
export async function onEnvironment<T>(
  workspace: Workspace,
  { command, env, quiet }: { readonly command: string; readonly env: string; readonly quiet: boolean },
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const target = await open(workspace, command, env);
  try {
    if (!quiet) say(targetLine(shownTarget(target, workspace)));
    return await work(target);
  } finally {
    await target.close();
  }
}

async function open(workspace: Workspace, command: string, env: string): Promise<Target> {
  if (environmentName(env) === 'local')
    fail('USAGE', '`local` is an org of this machine; files are pushed to it', { hint: 'fm push' });
  try {
    return await openServerTarget(workspace, env);
  } catch (error) {
    const near = error instanceof FlowMasonError ? /^--env (\S+)$/.exec(error.hint ?? '')?.[1] : undefined;
    if (near === undefined || !(error instanceof FlowMasonError)) throw error;
    const { code, message, details } = error;
    throw new FlowMasonError(code, message, { hint: commandLine(command, [near]), details, cause: error });
  }
}
