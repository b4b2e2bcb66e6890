import { rmSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import { nearest } from '../../../core/suggest.ts';
import { type OrgPlace, orgExists, orgNames, orgPlace } from '../../../hosts/node/targets/org-place.ts';
import { readOrgRecord } from '../../../hosts/node/targets/org-record.ts';
import { removeOrg } from '../../../hosts/node/targets/remove-org.ts';
import { requireProject } from '../../project/local-release.ts';
import { baseFile, syncKey } from '../../project/sync/base.ts';
import { orgName, orgOf, orgProject } from '../../project/target-names.ts';
import { writeUserSetting } from '../../project/user-settings.ts';
import { openWorkspace, type Workspace } from '../../project/workspace.ts';
import { canAsk } from '../../terminal.ts';
import { agreed } from '../release/decisions.ts';

export interface DeleteOptions {
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** Whether somebody can be asked. */
  readonly asks: boolean;
}

/** Orgs that were deleted, or would be. */
export interface DeletedOrgs {
  readonly deleted: readonly { readonly name: string; readonly database: string }[];
  readonly dry_run: boolean;
}

/**
 * Deletes an org with all that it holds, once somebody has agreed. Throws FlowMasonError `NOT_FOUND`, `CONSENT_NEEDED`
 * where nobody can be asked, `DATABASE_BUSY` while it is in use.
 */
export async function deleteOrg(cwd: string, typed: string, options: DeleteOptions): Promise<DeletedOrgs> {
  const workspace = openWorkspace({ cwd, variables: process.env });
  const name = orgName(workspace, typed);
  const place = orgPlace(orgProject(workspace), name);
  if (!orgExists(place)) notThere(workspace, name);
  return remove(workspace, [place], `fm org delete ${name} --yes`, options);
}

/** Deletes the orgs whose time is over, likewise. */
export async function deleteExpired(cwd: string, options: DeleteOptions): Promise<DeletedOrgs> {
  const workspace = openWorkspace({ cwd, variables: process.env });
  const project = orgProject(workspace);
  const places = orgNames(project).map((name) => orgPlace(project, name));
  const expired = places.filter((place) => (readOrgRecord(place).expires_at ?? Infinity) <= Date.now());
  return remove(workspace, expired, 'fm org list --prune --yes', options);
}

async function remove(
  workspace: Workspace,
  places: readonly OrgPlace[],
  command: string,
  { yes, dryRun, asks }: DeleteOptions,
): Promise<DeletedOrgs> {
  const deleted = places.map(({ name, url }) => ({ name, database: url }));
  if (dryRun || places.length === 0) return { deleted, dry_run: dryRun };
  const names = places.map(({ name }) => name).join(', ');
  if (!yes && !(asks && canAsk())) {
    fail('CONSENT_NEEDED', `Deleting an org deletes its releases, history and runs: ${names}`, {
      hint: command,
      details: { orgs: places.map(({ name }) => name) },
    });
  }
  if (!yes) await agreed(`Delete ${names} with all releases, history and runs?`);
  for (const place of places) await removeOne(workspace, place);
  return { deleted, dry_run: false };
}

async function removeOne(workspace: Workspace, place: OrgPlace): Promise<void> {
  const { root, home } = requireProject(workspace);
  const { name } = place;
  const isDefault = orgOf(workspace, undefined) === name;
  await removeOrg(place);
  // What was synced with it means nothing to another org of that name.
  rmSync(baseFile(home, syncKey({ org: name })), { force: true });
  if (isDefault && workspace.userSettingsFile !== undefined)
    await writeUserSetting(workspace.userSettingsFile, root, 'org', undefined);
}

function notThere(workspace: Workspace, name: string): never {
  const names = orgNames(orgProject(workspace));
  const near = nearest(name, names);
  fail('NOT_FOUND', `There is no org \`${name}\` in this project`, {
    hint: near === undefined ? 'fm org list' : `fm org delete ${near}`,
    details: { org: name, orgs: names },
  });
}
