import { FlowMasonError } from '../../../core/errors.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Digests } from '../../../core/release/facts.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { FolderState } from '../../project/local-digests.ts';
import type { Project } from '../../project/read.ts';
import { rememberSync } from '../../project/sync/remember.ts';
import { keyOf } from './sync-base.ts';

/** A release that is, or was, active in a target. */
export interface Deployed {
  readonly digest: Digest;
  readonly number: number;
  readonly pipelines: Digests;
}

/**
 * Remembers a release as what files and target have in common, when the files are exactly that release. A folder that
 * cannot be written to is no error: then nothing is remembered.
 */
export function rememberSame(
  project: Project,
  target: Target,
  { digest: release, number: deployment, pipelines }: Deployed,
  folder: FolderState,
): void {
  const same =
    folder.pipelines.size === Object.keys(pipelines).length &&
    Object.entries(pipelines).every(([name, digest]) => folder.digests[name] === digest);
  if (!same) return;
  const texts = [...folder.pipelines.values()].flatMap(({ digest, text }): [Digest, () => string][] =>
    text ? [[digest, text]] : [],
  );
  const base = { project: project.config.name, release, deployment, pipelines };
  try {
    rememberSync(project.home, keyOf(target), base, texts);
  } catch (error) {
    if (!(error instanceof FlowMasonError && error.code === 'FILE_SYSTEM')) throw error;
  }
}
