import type { Problem } from '../../core/problem.ts';
import type { Digest } from '../../core/release/digest.ts';
import { sourceDigest } from './check-set.ts';
import { readFactCache, writeFactCache } from './fact-cache.ts';
import { invalidFiles } from './invalid-files.ts';
import { hashBytes, type LocalFile, readLocalFiles, sourceOf, textOf } from './local-files.ts';
import { projectLimits, requireProject } from './local-release.ts';
import type { Workspace } from './workspace.ts';

/** A pipeline file as far as comparing it needs. */
export interface FolderPipeline {
  readonly name: string;
  /** From the project's folder, with `/`. */
  readonly path: string;
  /** Of its definition; of what is no JSON one that no other has. */
  readonly digest: Digest;
  /** SHA-256 of its bytes; undefined for a link and the like, which is not read. */
  readonly hash: string | undefined;
  /** The file with its byte order mark; undefined when it cannot be read as JSON. */
  readonly text: (() => string) | undefined;
}

/** The pipeline files of a project as they are, whether or not they are valid. */
export interface FolderState {
  /** By name, sorted. */
  readonly pipelines: ReadonlyMap<string, FolderPipeline>;
  /** Name to digest. */
  readonly digests: Readonly<Record<string, Digest>>;
  /** For `planSync`: names of files that are no JSON, links, or too large. */
  readonly unreadable: ReadonlySet<string>;
  /** What keeps files from being read. */
  readonly problems: readonly Problem[];
}

/**
 * What `fm status` and `fm pull` compare: digests without any check. Texts that were seen before are not parsed. Throws
 * FlowMasonError `INVALID_FILE` when two files have one name, `NOT_FOUND` outside of a project, `FILE_SYSTEM`.
 */
export function localDigests(workspace: Workspace): FolderState {
  const project = requireProject(workspace);
  const limits = projectLimits(project);
  const found = readLocalFiles(project.root, workspace.cwd, limits);
  const twice = found.problems.filter(({ code }) => code === 'PIPELINE_NAME_TAKEN');
  if (twice.length > 0) invalidFiles(twice);
  const cache = readFactCache(project.home);
  const pipelines: FolderPipeline[] = [];
  const problems: Problem[] = [...found.problems];
  let changed = false;
  for (const file of found.files) {
    const cached = cache.get(file.name);
    if (cached?.hash === file.hash) pipelines.push(readable(file, cached.digest));
    else {
      const source = sourceOf(file, limits);
      const digest = sourceDigest(source);
      changed ||= digest !== undefined;
      if (digest !== undefined) cache.set(file.name, { name: file.name, hash: file.hash, digest });
      pipelines.push(digest === undefined ? unreadable(file, file.hash) : readable(file, digest));
      if (digest === undefined) problems.push(...source.problems);
    }
  }
  for (const file of found.refused.values()) pipelines.push(unreadable(file, undefined));
  pipelines.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (changed) {
    const names = new Set(pipelines.map(({ name }) => name));
    writeFactCache(
      project.home,
      [...cache.values()].filter(({ name }) => names.has(name)),
    );
  }
  return {
    pipelines: new Map(pipelines.map((pipeline) => [pipeline.name, pipeline])),
    digests: Object.fromEntries(pipelines.map(({ name, digest }) => [name, digest])),
    unreadable: new Set(pipelines.flatMap(({ name, text }) => (text ? [] : name))),
    problems,
  };
}

function readable(file: LocalFile, digest: Digest): FolderPipeline {
  // It was parsed, so it is UTF-8.
  const text = () => textOf(file) as string;
  return { name: file.name, path: file.path, digest, hash: file.hash, text };
}

function unreadable({ name, path }: Pick<LocalFile, 'name' | 'path'>, hash: string | undefined): FolderPipeline {
  return { name, path, digest: hashBytes(`unreadable ${hash ?? path}`), hash, text: undefined };
}
