import { basename, dirname, join, resolve } from 'node:path';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import { findProjectRoot, PROJECT_FILE } from '../../project/find.ts';
import { isFileWord } from '../../project/load.ts';
import { PIPELINE_SUFFIX } from '../../project/pipelines.ts';
import { type Place, watchPlaces } from '../watch-places.ts';
import type { RunFlags } from './flags.ts';

export interface WatchedFiles {
  /** The path of the last change since the beginning; undefined when aborted before there is one. */
  changed(signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** Watches what a run reads: the project's pipelines and components, its file, and the files of the command line. */
export function watchFiles(pipeline: string, flags: RunFlags): WatchedFiles {
  const cwd = process.cwd();
  const watched = watchPlaces(placesOf(pipeline, flags, cwd));
  return {
    async changed(signal) {
      const last = (await watched.changed(signal)).at(-1);
      return last === undefined ? undefined : shownPath(cwd, last);
    },
    close: () => watched.close(),
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

/** What is read of a project, whichever pipeline is meant. */
export function projectPlaces(root: string): Place[] {
  const ofProject = [PROJECT_FILE, 'pipelines', 'components'];
  return [
    { folder: root, recursive: false, counts: (name) => ofProject.includes(name) },
    { folder: join(root, 'pipelines'), recursive: true, counts: (name) => name.endsWith('.json') },
    { folder: join(root, 'components'), recursive: true, counts: (name) => /\.([cm]?[jt]s|json)$/.test(name) },
  ];
}
