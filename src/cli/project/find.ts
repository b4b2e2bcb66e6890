import { realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const PROJECT_FILE = 'flowmason.json';

/** The real path of the nearest folder from `from` upwards that holds `flowmason.json`; undefined without one. */
export function findProjectRoot(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (isFile(join(folder, PROJECT_FILE))) return realpathSync(folder);
    if (dirname(folder) === folder) return undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
