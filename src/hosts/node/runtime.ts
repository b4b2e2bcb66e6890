import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_INS } from '../../components/index.ts';
import type { ComponentDescriptor } from '../../core/descriptor.ts';
import type { Limits } from '../../core/limits.ts';
import type { SecretSource } from '../../core/ports.ts';
import type { Component } from '../../executor/component.ts';
import { describe } from '../../executor/describe.ts';
import type { Runtime } from '../../executor/types.ts';
import { createSecretSource } from '../../secrets/index.ts';
import { systemClock } from './clock.ts';
import type { PluginPackage } from './components/plugin-package.ts';
import { createFetch } from './fetch.ts';
import { random } from './random.ts';
import { fileStageCache } from './stage-cache.ts';

export interface RuntimeOptions {
  /** Folder of `flowmason.json`; undefined outside of a project: no project components, no cache. */
  readonly project: string | undefined;
  /** Part of where cached outputs are kept. */
  readonly environment: string;
  readonly limits: Limits;
  /** `ai.model`. */
  readonly defaultModel?: string | undefined;
  readonly plugins?: readonly PluginPackage[];
  readonly secrets: {
    readonly backend: string;
    /** The process's environment variables. */
    readonly variables: Readonly<Record<string, string | undefined>>;
    /** Variables that no secret may read. */
    readonly reserved: Iterable<string>;
  };
  /** Counts up when components are to be read again, for `--watch`. */
  readonly generation?: number;
}

/** The one Runtime of run, test and worker, with what checking pipelines needs. */
export interface NodeRuntime extends Runtime {
  /** Of `components`, by the same names. */
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  readonly secrets: SecretSource;
  /** Ends connections that are kept open; without it a process that made requests lives on for some seconds. */
  close(): Promise<void>;
}

/**
 * Makes the Runtime of a Node process. Throws FlowMasonError `INVALID_FILE` with all problems of component modules,
 * `SECRETS_BACKEND`.
 */
export async function createRuntime(options: RuntimeOptions): Promise<NodeRuntime> {
  const { project, environment, limits, defaultModel, secrets } = options;
  const source = createSecretSource(secrets.backend, secrets);
  const fetch = createFetch();
  const components = new Map<string, Component>();
  const descriptors = new Map<string, ComponentDescriptor>();
  const add = (component: Component, from: string): void => {
    components.set(component.name, component);
    descriptors.set(component.name, describe(component, from));
  };
  for (const component of BUILT_INS) add(component, 'built-in');
  for (const { component, source: from } of await customComponents(options, components)) add(component, from);
  return {
    components,
    descriptors,
    clock: systemClock,
    random,
    fetch,
    limits,
    cache: project === undefined ? undefined : fileStageCache(join(project, '.flowmason'), environment, systemClock),
    defaultModel,
    secrets: source,
    close: () => fetch.close(),
  };
}

/** A project without a components folder pays one look for it. */
async function customComponents(options: RuntimeOptions, builtIn: ReadonlyMap<string, Component>) {
  const { project, plugins = [], generation = 0 } = options;
  const has = project !== undefined && existsSync(join(project, 'components'));
  if (!has && plugins.length === 0) return [];
  const { loadCustomComponents } = await import('./components/custom.ts');
  return loadCustomComponents({ project: has ? project : undefined, plugins, builtIn, generation });
}
