import type { ComponentDescriptor } from '../../core/descriptor.ts';
import type { Limits } from '../../core/limits.ts';
import type { SecretSource } from '../../core/ports.ts';
import type { Runtime } from '../../executor/types.ts';

/** A package that brings components: an oclif plugin whose package.json has `flowmason.components`. */
export interface PluginPackage {
  readonly name: string;
  /** The folder of its package.json. */
  readonly root: string;
}

export interface RuntimeOptions {
  /** Folder of `flowmason.json`; undefined outside of a project: no project components, no cache. */
  readonly project: string | undefined;
  /** Part of where cached outputs are kept. */
  readonly environment: string;
  readonly limits: Limits;
  readonly plugins?: readonly PluginPackage[];
  readonly secrets: {
    readonly backend: string;
    /** The process's environment variables. */
    readonly variables: Readonly<Record<string, string | undefined>>;
    /** Variables that the project file names for an environment. */
    readonly reserved: Iterable<string>;
  };
  /** Counts up when components are to be read again, for `--watch`. */
  readonly generation?: number;
}

/** The one Runtime of run, test and worker, with what checking pipelines needs. */
export interface NodeRuntime extends Runtime {
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  readonly secrets: SecretSource;
}

/** Throws FlowMasonError `INVALID_FILE` when a component module is bad, `CONFIGURATION` for an unknown back end. */
export declare function createRuntime(options: RuntimeOptions): Promise<NodeRuntime>;
