import { FlowMasonError } from '../core/errors.ts';
import { type ComponentPlaces, type KnownComponents, knownComponents } from '../hosts/node/descriptors.ts';
import { installedPlugins } from './plugins/installed.ts';
import { openWorkspace, type Workspace } from './project/workspace.ts';
import { say } from './terminal.ts';

export interface Known extends KnownComponents {
  readonly workspace: Workspace;
  /** Where the components come from: what `createRuntime` takes. */
  readonly places: ComponentPlaces;
}

/**
 * The workspace around a folder with the components that are known there. A plugin whose components are broken is left
 * out with a warning. `generation` counts up when components are to be read again.
 */
export async function openKnown(cwd: string = process.cwd(), generation: number = 0): Promise<Known> {
  const workspace = openWorkspace({ cwd, variables: process.env });
  const plugins = installedPlugins(cwd, process.env).plugins.filter((plugin) => plugin.components);
  const places = { project: workspace.project?.root, plugins, generation };
  try {
    return { workspace, places, ...(await knownComponents(places)) };
  } catch (error) {
    if (plugins.length === 0 || !(error instanceof FlowMasonError) || error.code !== 'INVALID_FILE') throw error;
    const working = await withoutBroken(places);
    return { workspace, places: working, ...(await knownComponents(working)) };
  }
}

async function withoutBroken(places: ComponentPlaces): Promise<ComponentPlaces> {
  const working: NonNullable<ComponentPlaces['plugins']>[number][] = [];
  for (const plugin of places.plugins ?? []) {
    const broken = await complaint({ ...places, project: undefined, plugins: [...working, plugin] });
    if (broken === undefined) working.push(plugin);
    else say(`warning: the components of plugin ${plugin.name} were left out: ${broken}`);
  }
  return { ...places, plugins: working };
}

async function complaint(places: ComponentPlaces): Promise<string | undefined> {
  try {
    await knownComponents(places);
    return undefined;
  } catch (error) {
    if (!(error instanceof FlowMasonError)) throw error;
    const [first] = error.problems;
    return first ? `${first.message} (${[first.file, first.line].filter(Boolean).join(':')})` : error.message;
  }
}
