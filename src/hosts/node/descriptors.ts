import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ComponentDescriptor } from '../../core/descriptor.ts';
import { builtInDescriptors } from './components/built-in.ts';
import type { CustomComponent } from './components/custom.ts';
import type { PluginPackage } from './components/plugin-package.ts';

export interface ComponentPlaces {
  /** Folder of `flowmason.json`; undefined outside of a project. */
  readonly project: string | undefined;
  readonly plugins?: readonly PluginPackage[];
  /** Counts up when components are to be read again. */
  readonly generation?: number;
}

/** Components by name, as far as checking pipelines needs them. */
export interface KnownComponents {
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  /** Those that are not built in; they had to be loaded to be known. */
  readonly custom: readonly CustomComponent[];
}

/** Throws FlowMasonError `INVALID_FILE` with all problems of the modules of components. */
export async function knownComponents(places: ComponentPlaces): Promise<KnownComponents> {
  const descriptors = new Map(builtInDescriptors().map((descriptor) => [descriptor.name, descriptor]));
  const custom = await customComponents(places, descriptors);
  if (custom.length > 0) {
    const { describe } = await import('../../executor/describe.ts');
    for (const { component, source } of custom) descriptors.set(component.name, describe(component, source));
  }
  return { descriptors, custom };
}

/** A project without a components folder pays one look for it. */
async function customComponents(places: ComponentPlaces, builtIn: ReadonlyMap<string, unknown>) {
  const { project, plugins = [], generation = 0 } = places;
  const has = project !== undefined && existsSync(join(project, 'components'));
  if (!has && plugins.length === 0) return [];
  const { loadCustomComponents } = await import('./components/custom.ts');
  return loadCustomComponents({ project: has ? project : undefined, plugins, builtIn, generation });
}
