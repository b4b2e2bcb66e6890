import type { Client } from '../../../client/client.ts';
import type { ActiveReleaseView } from '../../../core/api/deployment.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { ReleaseManifest } from '../../../core/release/manifest.ts';

/** What is active somewhere, with its manifest. */
export interface ActiveRelease extends ActiveReleaseView {
  readonly manifest: ReleaseManifest;
}

/** The release of a project that is active there; undefined when there is none. */
export async function findActive(client: Client, project: string): Promise<ActiveReleaseView | undefined> {
  const { releases } = await client.call('GET /releases/active', { project });
  return releases.find((release) => release.project === project);
}

/** The same with its manifest. */
export async function loadActive(client: Client, project: string): Promise<ActiveRelease | undefined> {
  const active = await findActive(client, project);
  return active && { ...active, manifest: await loadManifest(client, active.digest) };
}

/** Throws FlowMasonError `NOT_FOUND`. */
export async function loadManifest(client: Client, digest: Digest): Promise<ReleaseManifest> {
  return (await client.call('GET /releases/:digest', { digest })).manifest;
}
