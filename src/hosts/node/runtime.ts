import { join } from 'node:path';
import { BUILT_INS } from '../../components/index.ts';
import type { ComponentDescriptor } from '../../core/descriptor.ts';
import type { Limits } from '../../core/limits.ts';
import type { SecretSource } from '../../core/ports.ts';
import type { Component } from '../../executor/component.ts';
import type { Runtime } from '../../executor/types.ts';
import { createSecretSource } from '../../secrets/index.ts';
import { systemClock } from './clock.ts';
import { type ComponentPlaces, type KnownComponents, knownComponents } from './descriptors.ts';
import { createFetch } from './fetch.ts';
import { random } from './random.ts';
import { fileStageCache } from './stage-cache.ts';

/** Outside of a project there is no cache either. */
export interface RuntimeOptions extends ComponentPlaces {
  /** Part of where cached outputs are kept. */
  readonly environment: string;
  readonly limits: Limits;
  /** `ai.model`. */
  readonly defaultModel?: string | undefined;
  readonly secrets: {
    readonly backend: string;
    /** The process's environment variables. */
    readonly variables: Readonly<Record<string, string | undefined>>;
    /** Variables that no secret may read. */
    readonly reserved: Iterable<string>;
  };
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
 * Makes the Runtime of a Node process; `known` is what `knownComponents` found, when it was asked before. Throws FlowMasonError `INVALID_FILE` with all problems of component modules,
 * `SECRETS_BACKEND`.
 */
export async function createRuntime(options: RuntimeOptions, known?: KnownComponents): Promise<NodeRuntime> {
  const { project, environment, limits, defaultModel, secrets } = options;
  const source = createSecretSource(secrets.backend, secrets);
  const fetch = createFetch();
  const { descriptors, custom } = known ?? (await knownComponents(options));
  const components = new Map<string, Component>(
    [...BUILT_INS, ...custom.map(({ component }) => component)].map((component) => [component.name, component]),
  );
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
