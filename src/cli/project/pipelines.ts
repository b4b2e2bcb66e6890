import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import { errorCode } from '../../hosts/node/atomic-file.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';

export const PIPELINE_SUFFIX = '.pipeline.json';
/** Nobody nests folders like this; a loop of mounts could. */
const DEEPEST = 32;

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
  const found: PipelineFile[] = [];
  const problems: Problem[] = [];
  const folder = join(root, 'pipelines');
  walk(folder, { root, cwd, found, problems, seen: new Set(), depth: 0 });
  found.sort((a, b) => (a.name < b.name || (a.name === b.name && a.file < b.file) ? -1 : 1));
  const pipelines: PipelineFile[] = [];
  for (const file of found) {
    const first = pipelines.at(-1);
    if (first?.name !== file.name) pipelines.push(file);
    else problems.push(taken(file, first, cwd));
  }
  return { pipelines, problems };
}

interface Walk {
  readonly root: string;
  readonly cwd: string;
  readonly found: PipelineFile[];
  readonly problems: Problem[];
  /** Real paths, so that links in a circle end. */
  readonly seen: Set<string>;
  readonly depth: number;
}

function walk(folder: string, state: Walk): void {
  const real = realOrUndefined(folder);
  if (real === undefined || state.seen.has(real) || state.depth > DEEPEST) return;
  state.seen.add(real);
  for (const entry of entries(folder)) {
    const path = join(folder, entry.name);
    const kind = kindOf(entry, path, state);
    if (kind === 'folder') walk(path, { ...state, depth: state.depth + 1 });
    else if (kind === 'file' && entry.name.endsWith(PIPELINE_SUFFIX)) {
      state.found.push({ name: basename(entry.name, PIPELINE_SUFFIX), file: path });
    }
  }
}

function kindOf(entry: Dirent, path: string, state: Walk): 'folder' | 'file' | undefined {
  if (entry.name.startsWith('.') || entry.name === 'node_modules') return undefined;
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  if (!entry.isSymbolicLink()) return undefined;
  const target = realOrUndefined(path);
  if (target === undefined || !isInside(state.root, target)) {
    if (target === undefined || path.endsWith(PIPELINE_SUFFIX) || statSync(path).isDirectory()) {
      state.problems.push(leadsOut(path, target, state.cwd));
    }
    return undefined;
  }
  return statSync(path).isDirectory() ? 'folder' : 'file';
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

function leadsOut(path: string, target: string | undefined, cwd: string): Problem {
  const where = target === undefined ? 'to nothing' : `out of the project, to ${target}`;
  return {
    code: 'LINK_NOT_FOLLOWED',
    severity: 'warning',
    file: shownPath(cwd, path),
    message: `This link leads ${where}, so it is not followed`,
    hint: 'Copy the file into the project',
  };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

function realOrUndefined(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
