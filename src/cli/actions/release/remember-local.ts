import type { Digest } from '../../../core/release/digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { type LocalRelease, requireProject } from '../../project/local-release.ts';
import { rememberSync } from '../../project/sync/remember.ts';
import type { Workspace } from '../../project/workspace.ts';
import { keyOf } from './sync-base.ts';

/** Remembers that files and target have this release in common. */
export function rememberLocal(
  workspace: Workspace,
  target: Target,
  { release, pipelines }: LocalRelease,
  deployment: number,
): void {
  const { home, config } = requireProject(workspace);
  const texts = [...pipelines.values()].map(({ digest, text }): [Digest, () => string] => [digest, text]);
  const base = { project: config.name, release: release.digest, deployment, pipelines: release.manifest.pipelines };
  rememberSync(home, keyOf(target), base, texts);
}
