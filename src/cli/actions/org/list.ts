import { lstatSync } from 'node:fs';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { LOCAL_ORG, orgExists, orgNames, orgPlace } from '../../../hosts/node/targets/org-place.ts';
import { readOrgRecord } from '../../../hosts/node/targets/org-record.ts';
import { requireProject } from '../../project/local-release.ts';
import { orgOf, orgProject } from '../../project/target-names.ts';
import type { Workspace } from '../../project/workspace.ts';
import { openOrgTarget } from '../../target.ts';

/** An org as `fm org list` shows it. Times are RFC 3339. */
export interface ListedOrg {
  readonly name: string;
  /** Commands that name none work on it. */
  readonly default: boolean;
  /** False for a local org that nothing was pushed to yet. */
  readonly exists: boolean;
  readonly database: string;
  readonly size_bytes: number;
  /** The release of this project that is active there. */
  readonly active: { readonly number: number; readonly version: string; readonly release: Digest } | null;
  readonly created_at: string | null;
  /** The environment or org whose release it began with. */
  readonly from: string | null;
  readonly expires_at: string | null;
  readonly expired: boolean;
  /** What keeps it from being opened. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

/** The orgs of a project, the local one first. One that cannot be opened says why. Throws FlowMasonError `NOT_FOUND`. */
export async function listOrgs(workspace: Workspace): Promise<ListedOrg[]> {
  const names = new Set([LOCAL_ORG, ...orgNames(orgProject(workspace))]);
  const orgs: ListedOrg[] = [];
  for (const name of names) orgs.push(await describeOrg(workspace, name));
  return orgs;
}

/** One of them, whether or not it exists. */
export async function describeOrg(workspace: Workspace, name: string): Promise<ListedOrg> {
  const place = orgPlace(orgProject(workspace), name);
  const { created_at, from, expires_at } = readOrgRecord(place);
  const exists = orgExists(place);
  const found = exists ? await activeIn(workspace, name) : { active: null, problem: null };
  return {
    name,
    default: orgOf(workspace, undefined) === name,
    exists,
    database: place.url,
    size_bytes: exists ? lstatSync(place.file).size : 0,
    ...found,
    created_at: timeOf(created_at),
    from,
    expires_at: timeOf(expires_at),
    expired: expires_at !== null && expires_at <= Date.now(),
  };
}

async function activeIn(workspace: Workspace, name: string): Promise<Pick<ListedOrg, 'active' | 'problem'>> {
  try {
    const target = await openOrgTarget(workspace, name, { expired: true });
    try {
      const project = requireProject(workspace).config.name;
      const [found] = (await target.client.call('GET /releases/active', { project })).releases;
      const active = found && { number: found.number, version: found.version, release: found.digest };
      return { active: active ?? null, problem: null };
    } finally {
      await target.close();
    }
  } catch (error) {
    if (!(error instanceof FlowMasonError) || error.code === 'INTERNAL') throw error;
    return { active: null, problem: { code: error.code, message: error.message } };
  }
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
