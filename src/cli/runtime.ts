import { createRuntime, type NodeRuntime } from '../hosts/node/runtime.ts';
import { type Known, openKnown } from './known.ts';
import { runtimeOptions, type Workspace } from './project/workspace.ts';

/** The workspace around a folder with what executes pipelines there: `openKnown`, and the components themselves. */
export async function openRuntime(
  cwd: string = process.cwd(),
  generation: number = 0,
): Promise<{ workspace: Workspace; runtime: NodeRuntime }> {
  const known = await openKnown(cwd, generation);
  return { workspace: known.workspace, runtime: await runtimeOf(known) };
}

/** What executes pipelines where these components are known. */
export function runtimeOf({ workspace, places, ...known }: Known): Promise<NodeRuntime> {
  return createRuntime({ ...runtimeOptions(workspace), ...places }, known);
}
