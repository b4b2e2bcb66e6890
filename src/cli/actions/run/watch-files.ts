import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode } from '../../../hosts/node/atomic-file.ts';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import { findProjectRoot, PROJECT_FILE } from '../../project/find.ts';
import { isFileWord } from '../../project/load.ts';
import { PIPELINE_SUFFIX } from '../../project/pipelines.ts';
import type { RunFlags } from './flags.ts';

/** How long files have to be quiet before a change counts: editors write in several steps. */
const QUIET_MS = 60;

export interface WatchedFiles {
  /** The path of the first change since the beginning; undefined when aborted before there is one. */
  changed(signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** A folder, and which of the names in it count. */
interface Place {
  readonly folder: string;
  readonly recursive: boolean;
  readonly counts: (name: string) => boolean;
}

/** Watches what a run reads: the project's pipelines and components, its file, and the files of the command line. */
export function watchFiles(pipeline: string, flags: RunFlags): WatchedFiles {
  const cwd = process.cwd();
  const watchers: FSWatcher[] = [];
  let last: string | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let settled = false;
  let tell = (): void => {};
  const touch = (file: string): void => {
    last = file;
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      settled = true;
      tell();
    }, QUIET_MS);
  };
  for (const { folder, recursive, counts } of placesOf(pipeline, flags, cwd)) {
    try {
      const watcher = watch(folder, { recursive }, (_event, name) => {
        if (name !== null && counts(name)) touch(join(folder, name));
      });
      // A folder that is removed while it is watched is a change as well.
      watcher.on('error', () => touch(folder));
      watchers.push(watcher);
    } catch (error) {
      // A project need not have components, nor a command line a folder that exists.
      if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') throw error;
    }
  }
  return {
    changed: (signal) =>
      new Promise((answer) => {
        tell = () => answer(last === undefined ? undefined : shownPath(cwd, last));
        if (signal.aborted) answer(undefined);
        else if (settled) tell();
        else signal.addEventListener('abort', () => answer(undefined), { once: true });
      }),
    close() {
      clearTimeout(quiet);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function placesOf(pipeline: string, flags: RunFlags, cwd: string): Place[] {
  const root = findProjectRoot(cwd);
  const files = (flags.vars ?? []).filter((text) => text.startsWith('@')).map((text) => text.slice(1));
  if (flags['input-file'] !== undefined) files.push(flags['input-file']);
  const named = files.map((file) => placeOf(resolve(cwd, file)));
  const own = isFileWord(pipeline) ? [placeOf(resolve(cwd, pipeline), root === undefined)] : [];
  return [...own, ...named, ...(root === undefined ? [] : projectPlaces(root))];
}

/** A file is watched through its folder, because editors replace files. Outside of a project its siblings count, too. */
function placeOf(file: string, siblings = false): Place {
  const name = basename(file);
  const counts = (other: string) => other === name || (siblings && other.endsWith(PIPELINE_SUFFIX));
  return { folder: dirname(file), recursive: false, counts };
}

function projectPlaces(root: string): Place[] {
  const ofProject = [PROJECT_FILE, 'pipelines', 'components'];
  return [
    { folder: root, recursive: false, counts: (name) => ofProject.includes(name) },
    { folder: join(root, 'pipelines'), recursive: true, counts: (name) => name.endsWith('.json') },
    { folder: join(root, 'components'), recursive: true, counts: (name) => /\.([cm]?[jt]s|json)$/.test(name) },
  ];
}
