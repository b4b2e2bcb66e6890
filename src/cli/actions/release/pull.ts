import { fail } from '../../../core/errors.ts';
import { own } from '../../../core/json.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { ReleaseManifest } from '../../../core/release/manifest.ts';
import { parseReleaseWord } from '../../../core/release/release-word.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Known } from '../../known.ts';
import { localDigests } from '../../project/local-digests.ts';
import { requireProject } from '../../project/local-release.ts';
import type { Project } from '../../project/read.ts';
import { applyFiles, recoverFiles } from '../../project/sync/apply-files.ts';
import type { SyncBase } from '../../project/sync/base.ts';
import { resultChecker } from '../../project/sync/check-result.ts';
import { baseLoader } from '../../project/sync/content.ts';
import { type FileAction, type PullMode, type PullPlan, planPull } from '../../project/sync/plan-pull.ts';
import { rememberSync } from '../../project/sync/remember.ts';
import { type ActiveRelease, loadActive, loadManifest } from './active.ts';
import { loadContent } from './content.ts';
import { findRelease } from './find-release.ts';
import { knownThere } from './known-there.ts';
import { keyOf, usableBase } from './sync-base.ts';

export interface PullOptions {
  readonly mode: PullMode;
  readonly prune: boolean;
  readonly dryRun: boolean;
  /** Another release of that history than the active one, as a command line names it. */
  readonly release?: string | undefined;
}

/** What a pull came to. */
export interface Pulled {
  readonly project: string;
  readonly release: { readonly digest: Digest; readonly version: string; readonly number: number | null };
  readonly plan: PullPlan;
  /** Those that were written and deleted, or would be. */
  readonly changes: readonly FileAction[];
  /** Unedited files of pipelines that are no longer there; `--prune` deletes them. */
  readonly unpruned: readonly FileAction[];
  /** Files that somebody changed in the last moment. */
  readonly left: readonly string[];
  /** An earlier pull was interrupted, and these files are what it was to write. */
  readonly recovered: readonly string[];
  readonly dry_run: boolean;
}

/**
 * Makes the files what a target has and they have not seen, three-way (DEPLOYMENT.md 4.11); with conflicts nothing is
 * written. Throws FlowMasonError `NOT_FOUND`, `INVALID_FILE`, `FILES_CHANGED`, `FILE_SYSTEM`, `RELEASE_MISMATCH`.
 */
export async function pull(target: Target, known: Known, options: PullOptions): Promise<Pulled> {
  const { workspace, descriptors } = known;
  const project = requireProject(workspace);
  const recovered = options.dryRun ? undefined : recoverFiles(project);
  const { client } = target;
  const active = await loadActive(client, project.config.name);
  const wanted = await wantedRelease(target, project, active, options.release);
  const folder = localDigests(workspace);
  const base = await usableBase(target, project, active);
  const theirs = wanted.manifest.pipelines;
  const plan = await planPull({
    folder,
    base: base?.pipelines,
    theirs,
    known: base ? () => false : await knownThere(client, project.config.name, folder, theirs),
    mode: options.mode,
    prune: options.prune,
    load: (digests) => loadContent(client, digests),
    loadBase: baseLoader(project.home, (digests) => loadContent(client, digests)),
    check: resultChecker(project, descriptors),
  });
  const changes = plan.actions.filter(({ action }) => action !== 'keep');
  const unpruned = plan.actions.filter(({ action, reason }) => action === 'keep' && reason === 'theirs-removed');
  const result = {
    project: project.config.name,
    release: { digest: wanted.digest, version: wanted.manifest.version, number: wanted.number },
    plan,
    changes,
    unpruned: options.mode === 'ours' ? [] : unpruned,
    recovered: recovered?.done ?? [],
    dry_run: options.dryRun,
  };
  if (options.dryRun || plan.conflicts.length > 0) return { ...result, left: [] };
  const { left } = applyFiles(
    project,
    changes.map(({ path, before, text }) => ({ path, before, text: text ?? null })),
  );
  // Of an older release the files are what is to be pushed next.
  if (left.length === 0 && wanted.digest === active?.digest) remember(target, project, active, base, result);
  return { ...result, left };
}

interface Wanted {
  readonly digest: Digest;
  readonly manifest: ReleaseManifest;
  readonly number: number | null;
}

async function wantedRelease(
  target: Target,
  project: Project,
  active: ActiveRelease | undefined,
  word: string | undefined,
): Promise<Wanted> {
  const { client, kind, name, label } = target;
  if (!active) {
    const hint = kind === 'org' ? `fm push --org ${name}` : `fm deploy ${name}`;
    return fail('NOT_FOUND', `Nothing of ${project.config.name} is active in ${label}`, { hint });
  }
  if (word === undefined) return active;
  const found = await findRelease(target, project.config.name, parseReleaseWord(word), active);
  if (found.digest === active.digest) return active;
  return { ...found, manifest: await loadManifest(client, found.digest) };
}

function remember(
  target: Target,
  project: Project,
  active: ActiveRelease,
  base: SyncBase | undefined,
  { unpruned, plan }: Pick<Pulled, 'unpruned' | 'plan'>,
): void {
  // What is still to be deleted stays part of the base: else the file would look like a new one.
  const kept = unpruned.flatMap(({ name }) => {
    const digest = base && own(base.pipelines, name);
    return typeof digest === 'string' ? [[name, digest] as const] : [];
  });
  rememberSync(
    project.home,
    keyOf(target),
    {
      project: project.config.name,
      release: active.digest,
      deployment: active.number,
      pipelines: { ...active.manifest.pipelines, ...Object.fromEntries(kept) },
    },
    plan.texts,
  );
}
