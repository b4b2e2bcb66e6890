import { fail } from '../../core/errors.ts';
import { isObject } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';
import { readUnit } from '../project/library.ts';
import { findPipelines } from '../project/pipelines.ts';
import { limitsOf, openWorkspace } from '../project/workspace.ts';

/** A pipeline as its file introduces itself; nothing but the JSON is checked. */
export interface ListedPipeline {
  readonly name: string;
  readonly version: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly stages: number;
  readonly triggers: number;
  readonly file: string;
  /** False when the file cannot be read as JSON: `fm validate` says why. */
  readonly readable: boolean;
}

/** The pipelines of the project around `cwd`. Throws FlowMasonError `NOT_FOUND` outside of a project. */
export function listPipelines(cwd: string): { pipelines: ListedPipeline[]; problems: readonly Problem[] } {
  const workspace = openWorkspace({ cwd, variables: process.env });
  const { project, settings } = workspace;
  if (!project)
    fail('NOT_FOUND', 'There is no project here: no flowmason.json in this folder or above', {
      hint: 'fm init my-project',
    });
  const limits = limitsOf(settings);
  const { pipelines, problems } = findPipelines(project.root, cwd);
  return {
    pipelines: pipelines.map(({ name, file }) => listed(name, file, readUnit(file, cwd, limits).source.value, cwd)),
    problems,
  };
}

function listed(name: string, file: string, value: unknown, cwd: string): ListedPipeline {
  const pipeline = isObject(value) ? value : {};
  const text = (field: unknown): string | null => (typeof field === 'string' ? field : null);
  const list = (field: unknown): readonly unknown[] => (Array.isArray(field) ? field : []);
  return {
    name,
    version: text(pipeline.version) ?? '0.1.0',
    description: text(pipeline.description),
    tags: list(pipeline.tags).filter((tag) => typeof tag === 'string'),
    owner: text(pipeline.owner),
    stages: list(pipeline.stages).length,
    triggers: list(pipeline.triggers).length,
    file: shownPath(cwd, file),
    readable: isObject(value),
  };
}
