import { relative, sep } from 'node:path';

/** A path as messages show it: relative to the current folder when it lies inside. */
export function shownPath(cwd: string, file: string): string {
  const path = relative(cwd, file);
  return path === '' || path === '..' || path.startsWith(`..${sep}`) ? file : path;
}
