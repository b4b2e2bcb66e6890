import { FlowMasonError } from '../core/errors.ts';
import { createRuntime, type NodeRuntime, type RuntimeOptions } from '../hosts/node/runtime.ts';
import { installedPlugins } from './plugins/installed.ts';
import { openWorkspace, runtimeOptions, type Workspace } from './project/workspace.ts';
import { say } from './terminal.ts';

/**
 * The workspace around a folder with its runtime. A plugin whose components are broken is left out with a warning.
 * `generation` counts up when components are to be read again.
 */
export async function openRuntime(
  cwd: string = process.cwd(),
  generation: number = 0,
): Promise<{ workspace: Workspace; runtime: NodeRuntime }> {
  const workspace = openWorkspace({ cwd, variables: process.env });
  const plugins = installedPlugins(cwd, process.env).plugins.filter((plugin) => plugin.components);
  const options = { ...runtimeOptions(workspace, plugins), generation };
  return { workspace, runtime: await createRuntime(options).catch((error) => withoutBroken(options, error)) };
}

async function withoutBroken(options: RuntimeOptions, error: unknown): Promise<NodeRuntime> {
  const { plugins = [] } = options;
  if (plugins.length === 0 || !(error instanceof FlowMasonError) || error.code !== 'INVALID_FILE') throw error;
  const working: NonNullable<RuntimeOptions['plugins']>[number][] = [];
  for (const plugin of plugins) {
    const broken = await complaint({ ...options, project: undefined, plugins: [...working, plugin] });
    if (broken === undefined) working.push(plugin);
    else say(`warning: the components of plugin ${plugin.name} were left out: ${broken}`);
  }
  return createRuntime({ ...options, plugins: working });
}

async function complaint(options: RuntimeOptions): Promise<string | undefined> {
  try {
    await createRuntime(options);
    return undefined;
  } catch (error) {
    if (!(error instanceof FlowMasonError)) throw error;
    const [first] = error.problems;
    return first ? `${first.message} (${[first.file, first.line].filter(Boolean).join(':')})` : error.message;
  }
}
