import { git } from '../git.ts';

/** Which commit of a git repository a folder is. */
export interface Checkout {
  /** The hash, with `-dirty` behind it when files differ from it. */
  readonly commit: string;
  readonly commit_author: string;
}

/** A repository that somebody else made must not run programs of its choice here. */
const SAFE = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'log.showSignature=false'];

/** Undefined without git, outside of a repository and before its first commit. */
export function checkoutOf(folder: string): Checkout | undefined {
  const log = git(folder, [...SAFE, 'log', '-1', '--no-color', '--format=%H%x00%an <%ae>']);
  if ('refused' in log) return undefined;
  const [commit = '', author = ''] = log.toString().trim().split('\0');
  const status = git(folder, [...SAFE, 'status', '--porcelain', '--no-renames', '--', '.']);
  const dirty = !('refused' in status) && status.length > 0;
  return { commit: dirty ? `${commit}-dirty` : commit, commit_author: author };
}
