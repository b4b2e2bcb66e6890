import type { ActiveReleaseView } from '../../../core/api/deployment.ts';
import type { Problem } from '../../../core/problem.ts';
import { planSync, type SyncStep } from '../../../core/release/sync-plan.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { localDigests } from '../../project/local-digests.ts';
import { requireProject } from '../../project/local-release.ts';
import { newPath } from '../../project/sync/plan-pull.ts';
import type { Workspace } from '../../project/workspace.ts';
import { type ActiveRelease, loadActive } from './active.ts';
import { knownThere } from './known-there.ts';
import { rememberSame } from './remember-same.ts';
import { usableBase } from './sync-base.ts';

/** The files of a project against what is active in a target. */
export interface Status {
  readonly project: string;
  readonly active: ActiveReleaseView | null;
  /** The release that was synced last. */
  readonly base: { readonly deployment: number; readonly release: string; readonly version: string } | null;
  readonly in_sync: boolean;
  readonly steps: readonly (SyncStep & { readonly file: string })[];
  /** What keeps files from being read. */
  readonly problems: readonly Problem[];
}

/**
 * Compares contents, never times of files. Files that are what is active there count as synced from then on, so that a
 * fresh checkout can go on from it. Throws FlowMasonError `INVALID_FILE`, `NOT_FOUND`.
 */
export async function status(workspace: Workspace, target: Target): Promise<Status> {
  const project = requireProject(workspace);
  const { client } = target;
  const found = await loadActive(client, project.config.name);
  const folder = localDigests(workspace);
  const base = await usableBase(target, project, found);
  const theirs = found?.manifest.pipelines ?? {};
  const steps = planSync({
    base: base?.pipelines,
    ours: folder.digests,
    theirs,
    unreadable: folder.unreadable,
    known: base ? () => false : await knownThere(client, project.config.name, folder, theirs),
  });
  const in_sync = found !== undefined && steps.every(({ action }) => action === 'unchanged');
  if (in_sync && base?.release !== found.digest)
    rememberSame(project, target, { ...found, pipelines: found.manifest.pipelines }, folder);
  return {
    project: project.config.name,
    active: found ? withoutManifest(found) : null,
    base: base ? { deployment: base.deployment, release: base.release, version: base.version } : null,
    in_sync,
    steps: steps.map((step) => ({ ...step, file: folder.pipelines.get(step.name)?.path ?? newPath(step.name) })),
    problems: folder.problems,
  };
}

function withoutManifest({ manifest: _manifest, ...active }: ActiveRelease): ActiveReleaseView {
  return active;
}
