import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Why git gave no answer. */
export interface GitRefusal {
  readonly refused: 'missing' | 'no-repository' | 'error';
  /** The first line that git said; empty when it is not installed. */
  readonly said: string;
}

/** Most bytes of an answer. */
const LONGEST = 1e8;

/**
 * What a git command prints, run in a folder with `input` on its stdin. Its arguments go to git as they are: none of a
 * user's may begin with `-`.
 */
export function git(folder: string, args: readonly string[], input = ''): Buffer | GitRefusal {
  if (!isInRepository(folder)) return { refused: 'no-repository', said: '' };
  try {
    return execFileSync('git', args, { cwd: folder, input, stdio: 'pipe', maxBuffer: LONGEST });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { refused: 'missing', said: '' };
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    return { refused: 'error', said: said.trim().split('\n')[0] ?? '' };
  }
}

/** Outside of a repository some of git's commands compare files, whatever they are called. */
function isInRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true;
    if (dirname(at) === at) return false;
  }
}
