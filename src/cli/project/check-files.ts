import { resolve } from 'node:path';
import { checkCalls } from '../../core/compile/between.ts';
import type { Problem } from '../../core/problem.ts';
import { compileUnit, type Descriptors, type LoadedPipeline } from './compile-unit.ts';
import { folderLibrary, readUnit } from './library.ts';
import { findPipelines } from './pipelines.ts';
import { limitsOf, type Workspace } from './workspace.ts';

export interface CheckedFiles {
  /** Those without errors, in the order of the files. */
  readonly pipelines: readonly LoadedPipeline[];
  /** Errors and warnings of all files, file by file. */
  readonly problems: readonly Problem[];
  /** Absolute, as they were checked. */
  readonly files: readonly string[];
}

/**
 * Checks pipeline files, each once and all of them whatever is wrong with some: for `fm validate` and `fm list`. Without
 * `files` those of the project. Throws FlowMasonError `NOT_FOUND`, `FILE_SYSTEM` for files that cannot be read.
 */
export async function checkFiles(
  workspace: Workspace,
  descriptors: Descriptors,
  files?: readonly string[],
): Promise<CheckedFiles> {
  const { project, cwd, settings } = workspace;
  const limits = limitsOf(settings);
  const found = files === undefined && project ? findPipelines(project.root, cwd) : { pipelines: [], problems: [] };
  const chosen = (files ?? found.pipelines.map(({ file }) => file)).map((file) => resolve(cwd, file));
  const problems: Problem[] = [...found.problems];
  const pipelines: LoadedPipeline[] = [];
  const shared = project && folderLibrary(workspace, null, limits);
  for (const file of new Set(chosen)) {
    const library = shared ?? folderLibrary(workspace, file, limits);
    const loaded = await compileUnit(readUnit(file, cwd, limits), library, { descriptors, limits }, problems);
    if (!loaded) continue;
    pipelines.push(loaded);
    problems.push(...loaded.warnings);
  }
  const all = new Map(pipelines.map((pipeline) => [pipeline.plan.name, pipeline]));
  problems.push(...checkCalls([...all.keys()], all, limits));
  return { pipelines, problems, files: chosen };
}
