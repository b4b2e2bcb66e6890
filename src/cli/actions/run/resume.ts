import { resolve } from 'node:path';
import { fail } from '../../../core/errors.ts';
import type { OpenRun } from '../../../hosts/node/runs/hold.ts';
import { openRun } from '../../../hosts/node/runs/open.ts';
import { readRun } from '../../../hosts/node/runs/read.ts';
import { keepOf, openWorkspace, type Workspace } from '../../project/workspace.ts';
import { type PreparedRun, prepareRun } from './prepare.ts';

export interface ResumeOptions {
  /** An id, a unique prefix, or `last`. */
  readonly run: string;
  /** The file or name on the command line; absent for `fm runs resume`. */
  readonly pipeline?: string | undefined;
  /** Stages that run again, with everything downstream of them. */
  readonly from?: readonly string[] | undefined;
}

/** The project's `.flowmason` folder. Throws FlowMasonError `NOT_FOUND` outside of a project. */
export function projectHome(workspace: Workspace): string {
  const { project } = workspace;
  if (project) return project.home;
  return fail('NOT_FOUND', 'Runs are recorded in a project, and this folder is not in one', {
    hint: 'fm init my-project',
  });
}

/** The project around the current folder and its `.flowmason`. Throws FlowMasonError `NOT_FOUND`. */
export function openHome(): { workspace: Workspace; home: string } {
  const workspace = openWorkspace({ cwd: process.cwd(), variables: process.env });
  return { workspace, home: projectHome(workspace) };
}

/** Takes a recorded run and prepares what it needs to go on. Throws FlowMasonError; then nothing was changed. */
export async function resumeRun(options: ResumeOptions): Promise<{ prepared: PreparedRun; run: OpenRun }> {
  const { workspace, home } = openHome();
  const { record, pipelines } = readRun(home, options.run);
  const pipeline = options.pipeline ?? fileOf(workspace, record.file) ?? pipelines;
  const prepared = await prepareRun({ pipeline, recordedVars: record.vars });
  const { loaded } = prepared;
  const plans = new Map([...loaded.all].map(([name, each]) => [name, each.plan]));
  const run = openRun(home, record.run_id, {
    current: { main: loaded.plan.name, plans, recorded: loaded.recorded },
    from: options.from ?? [],
    keep: keepOf(workspace.settings),
  });
  return { prepared, run };
}

function fileOf(workspace: Workspace, file: string | null): string | undefined {
  return file === null || !workspace.project ? undefined : resolve(workspace.project.root, file);
}
