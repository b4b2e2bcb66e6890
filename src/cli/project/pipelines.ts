import { basename } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';
import { findFiles } from './find-files.ts';

export const PIPELINE_SUFFIX = '.pipeline.json';

export interface PipelineFile {
  /** From the file's name; the same as `name` inside once it is checked. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

export interface FoundPipelines {
  /** Sorted by name; of a name that occurs twice the first file. */
  readonly pipelines: readonly PipelineFile[];
  /** Names that occur twice, and links that lead out of the project. */
  readonly problems: readonly Problem[];
}

/** The files `pipelines/**\/*.pipeline.json` of a project. `cwd` is for the paths in problems. */
export function findPipelines(root: string, cwd: string = root): FoundPipelines {
  const { files, problems } = findFiles(root, 'pipelines', PIPELINE_SUFFIX, cwd);
  const found = files.map((file): PipelineFile => ({ name: basename(file, PIPELINE_SUFFIX), file }));
  found.sort((a, b) => (a.name < b.name || (a.name === b.name && a.file < b.file) ? -1 : 1));
  const pipelines: PipelineFile[] = [];
  for (const file of found) {
    const first = pipelines.at(-1);
    if (first?.name !== file.name) pipelines.push(file);
    else problems.push(taken(file, first, cwd));
  }
  return { pipelines, problems };
}

function taken(file: PipelineFile, first: PipelineFile, cwd: string): Problem {
  return {
    code: 'PIPELINE_NAME_TAKEN',
    severity: 'error',
    file: shownPath(cwd, file.file),
    message: `The name \`${file.name}\` is taken by ${shownPath(cwd, first.file)}: a pipeline's name is unique in its project`,
    hint: 'Rename one of the two files, and the `name` inside',
  };
}
