import type { Client } from '../../src/client/client.ts';
import type { DeployedView, PlanView } from '../../src/core/api/deployment.ts';
import { makeRelease, type Release, type ReleaseSettings } from '../../src/core/release/manifest.ts';
import { planOf } from '../core/compile/checked.ts';

export type Definition = Readonly<Record<string, unknown>>;

/** A pipeline of one stage that logs a text. */
export function logs(name: string, text = 'first', more: Definition = {}): Definition {
  return { name, ...more, stages: [{ id: 'log', component: 'logger', config: { message: text } }] };
}

export interface Shop {
  readonly project?: string;
  readonly version?: string;
  readonly settings?: ReleaseSettings;
}

/** The release that these pipelines make. */
export function releaseOf(
  definitions: readonly Definition[],
  { project = 'shop', version = '1.0.0', settings = {} }: Shop = {},
): Release {
  const parts = definitions.map((definition) => {
    const text = `${JSON.stringify(definition, null, 2)}\n`;
    return { plan: planOf(text), text };
  });
  return makeRelease({ project, version, settings, parts });
}

/** Uploads what is missing of a release, and plans it. */
export async function planned(client: Client, release: Release, more: Partial<PlanInput> = {}): Promise<PlanView> {
  await uploaded(client, release);
  return client.call('POST /deployments/plan', { manifest: release.manifest, digest: release.digest, ...more });
}

export interface PlanInput {
  readonly prune: boolean;
  readonly force: boolean;
  readonly again: boolean;
  readonly dry_run: boolean;
}

export async function uploaded(client: Client, { pipelines }: Release): Promise<void> {
  const { missing } = await client.call('POST /releases/missing', { pipelines: pipelines.map(({ digest }) => digest) });
  const list = pipelines.filter(({ digest }) => missing.includes(digest)).map(({ digest, text }) => ({ digest, text }));
  if (list.length > 0) await client.call('PUT /pipelines/by-digest', { pipelines: list });
}

/** Plans a release and applies the plan, agreeing to what it removes. */
export async function deploy(client: Client, release: Release, more: Partial<PlanInput> = {}): Promise<DeployedView> {
  const { id, hash, removals } = await planned(client, release, more);
  const { force, again } = more;
  return client.call('POST /deployments', { plan: id ?? '', hash, consent: [...removals], force, again });
}
