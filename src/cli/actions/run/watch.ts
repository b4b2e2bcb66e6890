import { type FSWatcher, watch } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { openWorkspace } from '../../project/workspace.ts';

/** How long files have to be quiet before a change counts: editors write in several steps. */
const QUIET_MS = 60;

/** Resolves with the path of the next change in the project (or beside the file), undefined when aborted. */
export function nextChange(file: string, signal: AbortSignal): Promise<string | undefined> {
  const root = openRoot() ?? dirname(file);
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let watcher: FSWatcher | undefined;
    const end = (changed: string | undefined): void => {
      watcher?.close();
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(changed);
    };
    const stop = (): void => end(undefined);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    watcher = watch(root, { recursive: true }, (_event, name) => {
      if (name === null || !matters(name)) return;
      clearTimeout(timer);
      timer = setTimeout(() => end(relative(process.cwd(), `${root}${sep}${name}`)), QUIET_MS);
    });
    watcher.on('error', reject);
  });
}

/** The project's folder; undefined outside of one, also while flowmason.json is broken. */
function openRoot(): string | undefined {
  try {
    return openWorkspace({ cwd: process.cwd(), variables: process.env }).project?.root;
  } catch {
    return process.cwd();
  }
}

/** Files that a run reads; what runs write themselves is not among them. */
function matters(name: string): boolean {
  const parts = name.split(sep);
  return (
    !parts.includes('.flowmason') &&
    !parts.includes('node_modules') &&
    !parts.includes('.git') &&
    /\.(json|[cm]?[jt]s)$/.test(name)
  );
}
