import { parseDuration } from '../../../core/duration.ts';
import { fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { Masker } from '../../../core/mask.ts';
import type { Secrets } from '../../../core/ports.ts';
import { createRuntime, type NodeRuntime } from '../../../hosts/node/runtime.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { type LoadedPipelines, loadPipeline } from '../../project/load.ts';
import { provide } from '../../project/requirements.ts';
import { localVars, openWorkspace, runtimeOptions, type Workspace } from '../../project/workspace.ts';

export interface PrepareOptions {
  /** A file, a name in `pipelines/`, or `-`. */
  readonly pipeline: string;
  readonly vars?: readonly string[] | undefined;
  /** The recorded variables of a run that is resumed: they count instead. */
  readonly recordedVars?: Readonly<Record<string, Json>> | undefined;
  readonly stdin?: (() => Uint8Array) | undefined;
  /** Counts up with `--watch`, so that components are read again. */
  readonly generation?: number | undefined;
}

/** All that a run needs before it exists: checked, compiled, and its secrets read. */
export interface PreparedRun {
  readonly workspace: Workspace;
  readonly runtime: NodeRuntime;
  readonly loaded: LoadedPipelines;
  readonly vars: Record<string, Json>;
  readonly secrets: Secrets;
  readonly masker: Masker;
}

/** The workspace around the current folder with its runtime. */
export async function openRuntime(generation?: number): Promise<{ workspace: Workspace; runtime: NodeRuntime }> {
  const workspace = openWorkspace({ cwd: process.cwd(), variables: process.env });
  const { plugins } = await installedPlugins(process.cwd(), process.env);
  const options = runtimeOptions(
    workspace,
    plugins.filter((plugin) => plugin.components),
  );
  return { workspace, runtime: await createRuntime(generation === undefined ? options : { ...options, generation }) };
}

/** Throws FlowMasonError for everything that is wrong before the first stage. */
export async function prepareRun(options: PrepareOptions): Promise<PreparedRun> {
  const { workspace, runtime } = await openRuntime(options.generation);
  const stdin = options.pipeline === '-' ? options.stdin?.() : undefined;
  const loaded = loadPipeline(workspace, options.pipeline, runtime.descriptors, stdin);
  const vars = { ...(options.recordedVars ?? localVars(workspace, options.vars)) };
  const { secrets, masker } = await provide(loaded.requires, vars, runtime.secrets);
  return { workspace, runtime, loaded, vars, secrets, masker };
}

/** Milliseconds of a duration flag. Throws FlowMasonError `USAGE`. */
export function durationFlag(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);
  if (ms === undefined || ms === 0) {
    fail('USAGE', `--${name} is a duration above zero, found "${text}"`, {
      hint: `--${name} 90s (ms, s, m, h, d; a plain number is seconds)`,
    });
  }
  return ms;
}
