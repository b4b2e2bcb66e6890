import { parseDuration } from '../../core/duration.ts';
import { isObject, type Json } from '../../core/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import type { Keep } from '../../hosts/node/runs/record.ts';
import type { RuntimeOptions } from '../../hosts/node/runtime.ts';
import { findProjectRoot } from './find.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { settingKeys } from './keys.ts';
import { type Project, readProject } from './read.ts';
import { createSettings, type Settings } from './settings.ts';
import { readUserSettings, userSettingsFile } from './user-settings.ts';
import { parseVars } from './vars.ts';

export interface WorkspaceOptions {
  /** Absolute. */
  readonly cwd: string;
  /** The process's environment variables. */
  readonly variables: Variables;
  /** Settings that flags of the command gave, by key: `{ 'ai.model': 'mock/echo' }`. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** Where a command works: in a project, or without one. */
export interface Workspace {
  readonly cwd: string;
  readonly project: Project | undefined;
  readonly settings: Settings;
  /** Of this person for this project; undefined without a project. */
  readonly userSettingsFile: string | undefined;
  readonly variables: Variables;
}

/**
 * Finds and reads the project around `cwd`, with this person's settings for it. Throws FlowMasonError `INVALID_FILE` for
 * a bad `flowmason.json` or damaged user settings.
 */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { cwd, variables, flags = {} } = options;
  const root = findProjectRoot(cwd);
  const project = root === undefined ? undefined : readProject(root, cwd);
  const file = project && userSettingsFile(project.root, variables);
  const user = file === undefined ? undefined : readUserSettings(file);
  const settings = createSettings({ flags, variables, user, project });
  return { cwd, project, settings, userSettingsFile: file, variables };
}

/** What `createRuntime` takes, from the settings. Plugins are for the CLI's shell, which knows what is installed. */
export function runtimeOptions(workspace: Workspace): RuntimeOptions {
  const { project, settings, variables } = workspace;
  return {
    project: project?.root,
    environment: 'local',
    limits: limitsOf(settings),
    defaultModel: settings.text('ai.model'),
    secrets: {
      backend: settings.text('secrets.backend') ?? 'env',
      variables,
      reserved: [...(project?.namedVariables ?? []), ...settingKeys(project).map((key) => key.variable)],
    },
  };
}

/** The limits in force: the defaults, lowered by the settings. */
export function limitsOf(settings: Settings): Limits {
  const entries = Object.entries(DEFAULT_LIMITS);
  const inForce = entries.map(([name, most]) => [name, settings.number(`limits.${name}`) ?? most]);
  // The names are those of the defaults.
  return Object.fromEntries(inForce) as unknown as Limits;
}

/** How many local runs are kept (`runs.keep`). */
export function keepOf(settings: Settings): Keep {
  const value = settings.get('runs.keep');
  return typeof value === 'number' ? { runs: value } : { age: parseDuration(value) ?? 0 };
}

/**
 * `environments.local.vars` with `${NAME}` resolved, overridden by what `--vars` gave. Throws FlowMasonError
 * `VARIABLE_UNSET`, `USAGE`.
 */
export function localVars(workspace: Workspace, flags: readonly string[] = []): Record<string, Json> {
  const given = parseVars(flags, workspace.cwd);
  // A variable that a flag overrides is not resolved, so what it names need not be set.
  const needed = localVarNames(workspace).filter((name) => !Object.hasOwn(given, name));
  return { ...Object.fromEntries(needed.map((name) => [name, localVar(workspace, name)])), ...given };
}

/** The names of `environments.local.vars`. */
export function localVarNames({ project }: Workspace): string[] {
  return Object.keys(project?.config.environments.local?.vars ?? {});
}

/** One of them with `${NAME}` resolved. Throws FlowMasonError `VARIABLE_UNSET`. */
export function localVar({ project, variables }: Workspace, name: string): Json {
  const resolveIn = (value: Json, path: readonly (string | number)[]): Json => {
    if (typeof value === 'string') {
      const place = project?.locate(path);
      const where = `${project?.shown ?? ''}${place ? `:${place.line}:${place.column}` : ''}`;
      return interpolate(value, variables, { where, key: path.join('.'), settable: false });
    }
    if (Array.isArray(value)) return value.map((item, i) => resolveIn(item, [...path, i]));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, resolveIn(item as Json, [...path, key])]),
    );
  };
  const written = project?.config.environments.local?.vars ?? {};
  return resolveIn(written[name] ?? null, ['environments', 'local', 'vars', name]);
}
