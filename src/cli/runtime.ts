import { createRuntime, type NodeRuntime } from '../hosts/node/runtime.ts';
import { openKnown } from './known.ts';
import { runtimeOptions, type Workspace } from './project/workspace.ts';

/** The workspace around a folder with what executes pipelines there: `openKnown`, and the components themselves. */
export async function openRuntime(
  cwd: string = process.cwd(),
  generation: number = 0,
): Promise<{ workspace: Workspace; runtime: NodeRuntime }> {
  const { workspace, places, ...known } = await openKnown(cwd, generation);
  const options = { ...runtimeOptions(workspace), ...places };
  return { workspace, runtime: await createRuntime(options, known) };
}
