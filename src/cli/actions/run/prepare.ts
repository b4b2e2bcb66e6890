import type { Json } from '../../../core/json.ts';
import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import type { Masker } from '../../../core/mask.ts';
import type { Secrets } from '../../../core/ports.ts';
import { provide } from '../../../core/provide.ts';
import type { Plans } from '../../../core/rewind/select.ts';
import type { RecordedPipelines } from '../../../hosts/node/runs/record.ts';
import type { NodeRuntime } from '../../../hosts/node/runtime.ts';
import { type LoadedPipelines, loadPipeline, loadRecorded } from '../../project/load.ts';
import { localVars, type Workspace } from '../../project/workspace.ts';
import { openRuntime } from '../../runtime.ts';
import { readStdin, STDIN } from './stdin.ts';
import { withText } from './with-text.ts';

export interface PrepareOptions {
  /** A file, a name in `pipelines/`, `-` for stdin, or what a run recorded of a pipeline that came from stdin. */
  readonly pipeline: string | RecordedPipelines;
  readonly vars?: readonly string[] | undefined;
  /** The recorded variables of a run that is resumed: they count instead. */
  readonly recordedVars?: Readonly<Record<string, Json>> | undefined;
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

/** Throws FlowMasonError for everything that is wrong before the first stage. */
export async function prepareRun(options: PrepareOptions): Promise<PreparedRun> {
  const { workspace, runtime } = await openRuntime(process.cwd(), options.generation);
  const loaded = await load(workspace, options.pipeline, runtime.descriptors);
  const vars = { ...(options.recordedVars ?? localVars(workspace, options.vars)) };
  const { secrets, masker } = await provide(loaded.requires, vars, runtime.secrets, setLocalVar);
  return { workspace, runtime, loaded, vars, secrets, masker };
}

async function load(
  workspace: Workspace,
  pipeline: PrepareOptions['pipeline'],
  descriptors: NodeRuntime['descriptors'],
): Promise<LoadedPipelines> {
  if (typeof pipeline !== 'string') return loadRecorded(workspace, pipeline, descriptors);
  if (pipeline !== '-') return loadPipeline(workspace, pipeline, descriptors);
  const stdin = readStdin(DEFAULT_LIMITS.file_bytes);
  return loadPipeline(workspace, pipeline, descriptors, stdin).catch((error) => {
    throw withText(error, STDIN, new TextDecoder().decode(stdin));
  });
}

/** The plans of the pipeline and of all that it names. */
export function plansOf({ loaded }: PreparedRun): Plans {
  return { main: loaded.plan.name, plans: new Map([...loaded.all].map(([name, each]) => [name, each.plan])) };
}

function setLocalVar(name: string): string {
  return `--vars ${name}=… (or environments.local.vars in flowmason.json)`;
}
