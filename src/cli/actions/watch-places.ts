import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../hosts/node/atomic-file.ts';

/** How long files have to be quiet before a change counts: editors write in several steps. */
const QUIET_MS = 60;

/** A folder, and which of the names in it count. */
export interface Place {
  readonly folder: string;
  readonly recursive: boolean;
  readonly counts: (name: string) => boolean;
}

export interface WatchedPlaces {
  /** What has changed since the beginning, absolute, the last one last; empty when aborted before there is anything. */
  changed(signal: AbortSignal): Promise<readonly string[]>;
  close(): void;
}

/** Watches folders; one that does not exist is left out. */
export function watchPlaces(places: readonly Place[]): WatchedPlaces {
  const watchers: FSWatcher[] = [];
  const touched = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;
  let settled = false;
  let tell = (): void => {};
  const touch = (file: string): void => {
    touched.delete(file);
    touched.add(file);
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      settled = true;
      tell();
    }, QUIET_MS);
  };
  for (const { folder, recursive, counts } of places) {
    try {
      const watcher = watch(folder, { recursive }, (_event, name) => {
        if (name !== null && counts(name)) touch(join(folder, name));
      });
      // A folder that is removed while it is watched is a change as well.
      watcher.on('error', () => touch(folder));
      watchers.push(watcher);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') throw error;
    }
  }
  return {
    changed: (signal) =>
      new Promise((answer) => {
        tell = () => answer([...touched]);
        if (signal.aborted) answer([]);
        else if (settled) tell();
        else signal.addEventListener('abort', () => answer([]), { once: true });
      }),
    close() {
      clearTimeout(quiet);
      for (const watcher of watchers) watcher.close();
    },
  };
}
