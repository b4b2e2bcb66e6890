import { parseDuration } from '../../../core/duration.ts';
import { fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { Masker } from '../../../core/mask.ts';
import type { Secrets } from '../../../core/ports.ts';
import type { RecordedPipelines } from '../../../hosts/node/runs/record.ts';
import type { NodeRuntime } from '../../../hosts/node/runtime.ts';
import { type LoadedPipelines, loadPipeline, loadRecorded } from '../../project/load.ts';
import { provide } from '../../project/requirements.ts';
import { localVars, type Workspace } from '../../project/workspace.ts';
import { openRuntime } from '../../runtime.ts';

export interface PrepareOptions {
  /** A file, a name in `pipelines/`, `-`, or what a run recorded of a pipeline that came from stdin. */
  readonly pipeline: string | RecordedPipelines;
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

/** Throws FlowMasonError for everything that is wrong before the first stage. */
export async function prepareRun(options: PrepareOptions): Promise<PreparedRun> {
  const { workspace, runtime } = await openRuntime(process.cwd(), options.generation);
  const { pipeline } = options;
  const loaded =
    typeof pipeline === 'string'
      ? await loadPipeline(workspace, pipeline, runtime.descriptors, pipeline === '-' ? options.stdin?.() : undefined)
      : await loadRecorded(workspace, pipeline, runtime.descriptors);
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
