import type { Client } from '../../../client/client.ts';
import type { ActiveReleaseView } from '../../../core/api/deployment.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Project } from '../../project/read.ts';
import { readBase, type SyncBase, syncKey } from '../../project/sync/base.ts';

/** The key of a target's base. */
export function keyOf({ kind, name }: Target): string {
  return syncKey(kind === 'org' ? { org: name } : { env: name });
}

/**
 * What files and target had in common last. An org that was deleted and made again, or moved away, has another history
 * than the base is of; then there is none.
 */
export async function usableBase(
  target: Target,
  project: Project,
  active: Pick<ActiveReleaseView, 'number' | 'digest' | 'version'> | undefined,
): Promise<UsableBase | undefined> {
  const { name } = project.config;
  const base = readBase(project.home, keyOf(target), name);
  if (!base || !active) return undefined;
  const { digest, version } =
    active.number === base.deployment ? active : await releaseOf(target.client, name, base.deployment);
  return digest === base.release && version !== undefined ? { ...base, version } : undefined;
}

/** With the version of its release. */
export interface UsableBase extends SyncBase {
  readonly version: string;
}

async function releaseOf(client: Client, project: string, number: number) {
  try {
    const { release, version } = await client.call('GET /deployments/:number', { project, number: String(number) });
    return { digest: release, version };
  } catch (error) {
    if (error instanceof FlowMasonError && error.code === 'NOT_FOUND') return { digest: undefined, version: undefined };
    throw error;
  }
}
