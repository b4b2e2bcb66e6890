import type { Json } from '../../core/json.ts';
import type { Limits } from '../../core/limits.ts';
import type { Keep } from '../../hosts/node/runs/create.ts';
import type { PluginPackage, RuntimeOptions } from '../../hosts/node/runtime.ts';
import type { Project } from './read.ts';
import type { Settings } from './settings.ts';

export interface WorkspaceOptions {
  readonly cwd: string;
  /** The process's environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Setting keys that flags of the command gave, e.g. `{ 'ai.model': 'mock/echo' }`. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** Where a command works: in a project, or without one. */
export interface Workspace {
  readonly cwd: string;
  readonly project: Project | undefined;
  readonly settings: Settings;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Finds and reads the project around `cwd`. Throws FlowMasonError `INVALID_FILE` for a bad `flowmason.json`. */
export declare function openWorkspace(options: WorkspaceOptions): Workspace;

/** What `createRuntime` takes, from the settings. `plugins` come from the CLI shell, which knows what is installed. */
export declare function runtimeOptions(workspace: Workspace, plugins?: readonly PluginPackage[]): RuntimeOptions;

/** The limits in force: the defaults, lowered by the settings. */
export declare function limitsOf(settings: Settings): Limits;

/** How many local runs are kept (`runs.keep`). */
export declare function keepOf(settings: Settings): Keep;

/** `environments.local.vars` with `${NAME}` resolved, overridden by what `--vars` gave. */
export declare function localVars(workspace: Workspace, flags?: readonly string[]): Record<string, Json>;
