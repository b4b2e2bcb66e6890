import { resolve } from 'node:path';
import { FlowMasonError } from '../../../core/errors.ts';
import { isObject } from '../../../core/json.ts';
import type { OpenRun } from '../../../hosts/node/runs/hold.ts';
import { openRun } from '../../../hosts/node/runs/open.ts';
import { readRun } from '../../../hosts/node/runs/read.ts';
import { keepOf, type Workspace } from '../../project/workspace.ts';
import { commandLine } from '../../usage.ts';
import { openHome } from './home.ts';
import { type PreparedRun, plansOf, prepareRun } from './prepare.ts';

export interface ResumeOptions {
  /** An id, a unique prefix, or `last`. */
  readonly run: string;
  /** The file or name on the command line; absent for `fm runs resume`. */
  readonly pipeline: string | undefined;
  /** Stages that run again, with everything downstream of them. */
  readonly from: readonly string[];
}

/** Takes a recorded run and prepares what it needs to go on. Throws FlowMasonError; then nothing was changed. */
export async function resumeRun(options: ResumeOptions): Promise<{ prepared: PreparedRun; open: OpenRun }> {
  const { workspace, home } = openHome();
  const { record, pipelines } = readRun(home, options.run);
  const pipeline = options.pipeline ?? fileOf(workspace, record.file) ?? pipelines;
  const prepared = await prepareRun({ pipeline, recordedVars: record.vars });
  try {
    const open = openRun(home, record.run_id, {
      current: { ...plansOf(prepared), recorded: prepared.loaded.recorded },
      from: options.from,
      keep: keepOf(workspace.settings),
    });
    return { prepared, open };
  } catch (error) {
    throw withCommand(error, options, record.run_id);
  }
}

function fileOf({ project }: Workspace, file: string | null): string | undefined {
  return file === null || !project ? undefined : resolve(project.root, file);
}

/** A refusal that knows which `--from` helps says so as a whole command. */
function withCommand(error: unknown, { pipeline, from }: ResumeOptions, runId: string): unknown {
  if (!(error instanceof FlowMasonError) || !isObject(error.details)) return error;
  const { from: more, unknown } = error.details;
  if (!Array.isArray(more)) return error;
  const stages = new Set([...from.filter((stage) => stage !== unknown), ...more.map(String)]);
  const flags = [...stages].flatMap((stage) => ['--from', stage]);
  const hint =
    pipeline === undefined
      ? commandLine('runs:resume', [runId, ...flags])
      : commandLine('run', [pipeline, '--resume', runId, ...flags]);
  return new FlowMasonError(error.code, error.message, { hint, details: error.details, cause: error });
}
