import { fail } from '../../core/errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import type { Digest } from '../../core/release/digest.ts';
import { checkerOf, type PipelineFacts } from '../../core/release/facts.ts';
import { makeManifest, type ReleaseManifest, releaseLimits } from '../../core/release/manifest.ts';
import { VERSION } from '../package.ts';
import { type CheckedSet, checkSet, type SetMember } from './check-set.ts';
import type { Descriptors } from './compile-unit.ts';
import { type CachedPipeline, readFactCache, writeFactCache } from './fact-cache.ts';
import { invalidFiles } from './invalid-files.ts';
import { type LocalFile, readLocalFiles, sourceOf, textOf } from './local-files.ts';
import type { Project } from './read.ts';
import { releaseSettings } from './release-settings.ts';
import type { Workspace } from './workspace.ts';

export interface LocalPipeline {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** From the project's folder, with `/`. */
  readonly path: string;
  readonly digest: Digest;
  readonly facts: PipelineFacts;
  /** The file, with its byte order mark: what travels beside the definition. */
  readonly text: () => string;
}

export interface LocalRelease {
  readonly release: { readonly manifest: ReleaseManifest; readonly digest: Digest };
  /** By name, sorted. */
  readonly pipelines: ReadonlyMap<string, LocalPipeline>;
  readonly warnings: readonly Problem[];
  /** Of the facts (`checkerOf`). */
  readonly checker: string;
}

/** The project of a workspace. Throws FlowMasonError `NOT_FOUND` outside of one. */
export function requireProject({ project }: Workspace): Project {
  if (project) return project;
  fail('NOT_FOUND', 'There is no project here: no flowmason.json in this folder or above', {
    hint: 'fm init my-project',
  });
}

/** The limits that the pipelines of a project are held to in a release. */
export function projectLimits(project: Project): Limits {
  return releaseLimits(DEFAULT_LIMITS, { settings: releaseSettings(project) });
}

/**
 * The release that the files of the project make now. A file whose content was checked before, beside the same callees
 * and by the same checker, is neither parsed nor compiled again. Throws FlowMasonError `INVALID_FILE` with the problems
 * of all files, `NOT_FOUND` outside of a project, `INVALID_SETTING`, `FILE_SYSTEM`.
 */
export async function localRelease(workspace: Workspace, descriptors: Descriptors): Promise<LocalRelease> {
  const project = requireProject(workspace);
  const limits = projectLimits(project);
  const checker = checkerOf({ version: VERSION, descriptors, limits });
  const found = readLocalFiles(project.root, workspace.cwd, limits);
  const cache = readFactCache(project.home);
  const known = (file: LocalFile): CachedPipeline | undefined => {
    const cached = cache.get(file.name);
    return cached?.hash === file.hash ? cached : undefined;
  };
  const members = new Map(
    found.files.map((file): [string, SetMember] => {
      const { digest, checked } = known(file) ?? {};
      const facts = checked?.checker === checker ? checked.facts : undefined;
      return [file.name, { name: file.name, digest, facts, source: () => sourceOf(file, limits) }];
    }),
  );
  const set = await checkSet(members, { descriptors, limits });
  const results = found.files.map((file) => result(file, set, known(file), checker));
  const next = results.flatMap(({ cached }) => cached ?? []);
  const same = next.length === cache.size && next.every((entry) => cache.get(entry.name) === entry);
  if (!same) writeFactCache(project.home, next);
  const problems = [...found.problems, ...results.flatMap((one) => one.problems), ...set.between];
  if (problems.some(({ severity }) => severity === 'error')) invalidFiles(problems);
  const { name, version } = project.config;
  const settings = releaseSettings(project);
  const pipelines = [...set.facts.values()];
  return {
    release: makeManifest({ project: name, version, settings, pipelines }),
    pipelines: new Map(found.files.flatMap((file) => pipelineOf(file, set.facts.get(file.name)))),
    warnings: problems,
    checker,
  };
}

/** What a file came to: the problems to show, and what to keep for the next time. */
function result(
  file: LocalFile,
  { facts: all, problems: found }: CheckedSet,
  known: CachedPipeline | undefined,
  checker: string,
): { readonly problems: readonly Problem[]; readonly cached: CachedPipeline | undefined } {
  const now = found.get(file.name);
  // It was not checked again, so its facts and warnings are those that are kept.
  if (!now)
    return { problems: (known?.checked?.warnings ?? []).map((one) => ({ ...one, file: file.shown })), cached: known };
  const facts = all.get(file.name);
  if (!facts) return { problems: now, cached: known && { name: file.name, hash: file.hash, digest: known.digest } };
  const warnings = now.map(({ file: _file, ...problem }): Problem => problem);
  return {
    problems: now,
    cached: { name: file.name, hash: file.hash, digest: facts.digest, checked: { checker, facts, warnings } },
  };
}

function pipelineOf(file: LocalFile, facts: PipelineFacts | undefined): [string, LocalPipeline][] {
  if (!facts) return [];
  const { name, path } = file;
  // It was parsed, so it is UTF-8.
  const text = () => textOf(file) as string;
  return [[name, { name, file: file.file, path, digest: facts.digest, facts, text }]];
}
