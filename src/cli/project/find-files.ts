import { type Dirent, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import { listFolder } from '../../hosts/node/list-folder.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';

/** Nobody nests folders like this; a loop of mounts could. */
const DEEPEST = 32;

export interface FoundFiles {
  /** Absolute. */
  readonly files: readonly string[];
  /** Links that lead out of the project. */
  readonly problems: Problem[];
}

/** The files below `<root>/<folder>` whose names end so; hidden ones are left out. `cwd` is for the paths in problems. */
export function findFiles(root: string, folder: string, suffix: string, cwd: string): FoundFiles {
  const found: string[] = [];
  const problems: Problem[] = [];
  walk(join(root, folder), { root, cwd, suffix, found, problems, seen: new Set(), depth: 0 });
  return { files: found, problems };
}

interface Walk {
  readonly root: string;
  readonly cwd: string;
  readonly suffix: string;
  readonly found: string[];
  readonly problems: Problem[];
  /** Real paths, so that links in a circle end. */
  readonly seen: Set<string>;
  readonly depth: number;
}

function walk(folder: string, state: Walk): void {
  const real = realOrUndefined(folder);
  if (real === undefined || state.seen.has(real) || state.depth > DEEPEST) return;
  state.seen.add(real);
  for (const entry of listFolder(folder)) {
    const path = join(folder, entry.name);
    const kind = kindOf(entry, path, state);
    if (kind === 'folder') walk(path, { ...state, depth: state.depth + 1 });
    else if (kind === 'file' && entry.name.endsWith(state.suffix)) state.found.push(path);
  }
}

function kindOf(entry: Dirent, path: string, state: Walk): 'folder' | 'file' | undefined {
  if (entry.name.startsWith('.') || entry.name === 'node_modules') return undefined;
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  if (!entry.isSymbolicLink()) return undefined;
  const target = realOrUndefined(path);
  if (target === undefined || !isInside(state.root, target)) {
    if (target === undefined || path.endsWith(state.suffix) || statSync(path).isDirectory()) {
      state.problems.push(leadsOut(path, target, state.cwd));
    }
    return undefined;
  }
  return statSync(path).isDirectory() ? 'folder' : 'file';
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

function realOrUndefined(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
