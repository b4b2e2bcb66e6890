import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ComponentDescriptor } from '../../core/descriptor.ts';
import { FlowMasonError, fail } from '../../core/errors.ts';
import type { Problem } from '../../core/problem.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';
import { openKnown } from '../known.ts';
import { loadPipeline } from '../project/load.ts';
import { findPipelines, PIPELINE_SUFFIX } from '../project/pipelines.ts';
import type { Workspace } from '../project/workspace.ts';

export interface ValidatedPipeline {
  readonly file: string;
  readonly name: string | null;
  readonly version: string | null;
  readonly stages: number;
  readonly valid: boolean;
}

export interface Validation {
  readonly valid: boolean;
  readonly pipelines: readonly ValidatedPipeline[];
  /** Of all files, each once. */
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Texts of what has no file, for code frames. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Checks pipelines without running anything. `words` are files, folders, names, or `-` for stdin; none stands for every
 * pipeline of the project. Throws FlowMasonError `NOT_FOUND` when there is nothing to check.
 */
export async function validate(words: readonly string[], stdin: () => Uint8Array): Promise<Validation> {
  const { workspace, descriptors } = await openKnown();
  const found =
    words.length === 0
      ? everyPipeline(workspace)
      : { targets: words.flatMap((word) => targets(word, workspace.cwd)), problems: [] };
  const bytes = found.targets.includes('-') ? stdin() : undefined;
  const pipelines: ValidatedPipeline[] = [];
  const problems = new Map(found.problems.map((problem) => [identity(problem), problem]));
  for (const target of found.targets) {
    const checked = await check(target, workspace, descriptors, bytes);
    pipelines.push(checked.pipeline);
    for (const problem of checked.problems) problems.set(identity(problem), problem);
  }
  const all = [...problems.values()];
  const errors = all.filter(({ severity }) => severity === 'error');
  const texts = new Map(bytes ? [['<stdin>', new TextDecoder().decode(bytes)]] : []);
  return {
    valid: errors.length === 0,
    pipelines,
    errors,
    warnings: all.filter(({ severity }) => severity === 'warning'),
    texts,
  };
}

function everyPipeline({ project, cwd }: Workspace): { targets: string[]; problems: readonly Problem[] } {
  if (!project) {
    fail('NOT_FOUND', 'There is no project here: no flowmason.json in this folder or above', {
      hint: 'fm validate ./my.pipeline.json, or fm init my-project',
    });
  }
  const { pipelines, problems } = findPipelines(project.root, cwd);
  if (pipelines.length === 0) {
    fail('NOT_FOUND', `There is no pipeline in ${shownPath(cwd, join(project.root, 'pipelines'))}`, {
      hint: 'fm init my-project shows what one looks like',
    });
  }
  return { targets: pipelines.map(({ file }) => file), problems };
}

/** A folder stands for the pipelines below it. */
function targets(word: string, cwd: string): string[] {
  const path = resolve(cwd, word);
  if (word === '-' || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [word];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(PIPELINE_SUFFIX))
    .sort();
  if (files.length === 0) fail('NOT_FOUND', `There is no *${PIPELINE_SUFFIX} in ${word}`, { hint: 'fm list' });
  return files.map((file) => join(path, file));
}

async function check(
  word: string,
  workspace: Workspace,
  descriptors: ReadonlyMap<string, ComponentDescriptor>,
  stdin: Uint8Array | undefined,
): Promise<{ pipeline: ValidatedPipeline; problems: readonly Problem[] }> {
  const file = word === '-' ? '<stdin>' : shownPath(workspace.cwd, resolve(workspace.cwd, word));
  try {
    const { plan, all, file: path } = await loadPipeline(workspace, word, descriptors, stdin);
    const { name, version, definition } = plan;
    const shown = path === null ? file : shownPath(workspace.cwd, path);
    const problems = [...all.values()].flatMap(({ warnings }) => warnings);
    return { pipeline: { file: shown, name, version, stages: definition.stages.length, valid: true }, problems };
  } catch (error) {
    if (!(error instanceof FlowMasonError) || error.problems.length === 0) throw error;
    return { pipeline: { file, name: null, version: null, stages: 0, valid: false }, problems: error.problems };
  }
}

function identity({ file, code, line, column, message }: Problem): string {
  return JSON.stringify([file, code, line, column, message]);
}
