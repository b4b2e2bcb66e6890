import { environmentName } from '../../../core/environment-name.ts';
import { fail } from '../../../core/errors.ts';
import { LOCAL_ORG, orgExists, orgPlace } from '../../../hosts/node/targets/org-place.ts';
import { readOrgRecord, writeOrgRecord } from '../../../hosts/node/targets/org-record.ts';
import { openKnown } from '../../known.ts';
import { orgName, orgProject } from '../../project/target-names.ts';
import type { Workspace } from '../../project/workspace.ts';
import { openOrgTarget, openTarget } from '../../target.ts';
import { activeRelease, copyRelease } from '../release/copy.ts';
import { expiryOf } from './expiry.ts';
import { describeOrg, type ListedOrg } from './list.ts';

export interface CreateOptions {
  /** As it was typed. */
  readonly name: string;
  /** An environment or org. */
  readonly from?: string | undefined;
  readonly expires?: string | undefined;
}

/**
 * Makes an org of the project; with `from` the release that is active there is active in it. One that was interrupted
 * can be run again. Throws FlowMasonError `ALREADY_EXISTS`, `USAGE`, `NOT_FOUND`, and what opening either throws.
 */
export async function createOrg(cwd: string, options: CreateOptions): Promise<ListedOrg> {
  const { workspace, ...known } = await openKnown(cwd);
  const project = orgProject(workspace);
  const name = orgName(workspace, options.name);
  if (name === LOCAL_ORG) fail('USAGE', 'Every project has the org `local`; a push makes it', { hint: 'fm push' });
  const expires_at = options.expires === undefined ? null : expiryOf(options.expires, Date.now());
  const from = options.from === undefined ? null : sourceName(workspace, options.from);
  const place = orgPlace(project, name);
  if (orgExists(place)) await requireUnfinished(workspace, name, from);
  const source = from === null ? undefined : await openTarget(workspace, from.flags);
  try {
    // Before anything is made: where there is nothing to copy, there is no org.
    const release = source && (await activeRelease(source, workspace));
    const target = await openOrgTarget(workspace, name, { create: true, expired: true, known });
    try {
      writeOrgRecord(place, { created_at: Date.now(), from: from?.shown ?? null, expires_at });
      if (source && release) await copyRelease(source, target, release, `from ${from?.shown}`);
    } finally {
      await target.close();
    }
  } finally {
    await source?.close();
  }
  return describeOrg(workspace, name);
}

interface Source {
  readonly flags: { readonly org: string } | { readonly env: string };
  readonly shown: string;
}

/** `org:NAME` and `env:NAME` say which they are; else an environment of that name comes first. */
function sourceName(workspace: Workspace, typed: string): Source {
  const [, kind, name = typed] = /^(org|env):(.*)$/.exec(typed) ?? [];
  const environment = environmentName(name);
  const isEnvironment = environment !== LOCAL_ORG && workspace.project?.config.environments[environment] !== undefined;
  return kind === 'env' || (kind === undefined && isEnvironment)
    ? { flags: { env: name }, shown: environment }
    : { flags: { org: name }, shown: `org:${name}` };
}

/** A creation that was interrupted before its first release may be repeated. */
async function requireUnfinished(workspace: Workspace, name: string, from: Source | null): Promise<void> {
  const there = await describeOrg(workspace, name);
  const { from: wanted } = readOrgRecord(orgPlace(orgProject(workspace), name));
  const unfinished = from !== null && wanted === from.shown && there.active === null && there.problem === null;
  if (unfinished) return;
  fail('ALREADY_EXISTS', `There is an org ${name} in this project already`, {
    hint: `fm org open ${name}, or delete it first: fm org delete ${name}`,
  });
}
