import { fail } from '../../../core/errors.ts';
import { LOCAL_ORG, orgPlace } from '../../../hosts/node/targets/org-place.ts';
import { readOrgRecord, writeOrgRecord } from '../../../hosts/node/targets/org-record.ts';
import { requireProject } from '../../project/local-release.ts';
import { orgName, orgProject } from '../../project/target-names.ts';
import { writeUserSetting } from '../../project/user-settings.ts';
import { openWorkspace, type Workspace } from '../../project/workspace.ts';
import { openOrgTarget } from '../../target.ts';
import { expiryOf } from './expiry.ts';
import { describeOrg, type ListedOrg } from './list.ts';

export interface OpenedOrg {
  readonly org: ListedOrg;
  /** The setting `org` was changed to it. */
  readonly changed: boolean;
  /** A variable that names another org all the same. */
  readonly hidden_by: string | null;
  readonly dry_run: boolean;
}

/**
 * Makes an org the one that commands work on which name none, and gives it another time to expire. Throws FlowMasonError
 * `NOT_FOUND`, `USAGE`, `ORG_EXPIRED`, and what opening it throws.
 */
export async function openOrgByDefault(
  cwd: string,
  typed: string,
  { expires, dryRun }: { readonly expires?: string | undefined; readonly dryRun: boolean },
): Promise<OpenedOrg> {
  const workspace = openWorkspace({ cwd, variables: process.env });
  const name = orgName(workspace, typed);
  const place = orgPlace(orgProject(workspace), name);
  const expires_at = expires === undefined ? undefined : expiryOf(expires, Date.now());
  if (expires_at !== undefined && name === LOCAL_ORG)
    fail('USAGE', 'The local org does not expire', { hint: `fm org open ${name}` });
  // That it can be opened is seen by opening it.
  await (await openOrgTarget(workspace, name, { expired: expires_at !== undefined })).close();
  if (expires_at !== undefined && !dryRun) writeOrgRecord(place, { ...readOrgRecord(place), expires_at });
  const changed = dryRun ? false : await makeDefault(workspace, name);
  const { value } = openWorkspace({ cwd, variables: process.env }).settings.explain('org');
  const hidden = value?.source === 'variable' && value.shown !== name;
  return {
    org: await describeOrg(openWorkspace({ cwd, variables: process.env }), name),
    changed,
    hidden_by: hidden ? value.where : null,
    dry_run: dryRun,
  };
}

async function makeDefault(workspace: Workspace, name: string): Promise<boolean> {
  const { root } = requireProject(workspace);
  const file = workspace.userSettingsFile;
  // In a project there is one.
  if (file === undefined) return false;
  return writeUserSetting(file, root, 'org', name === LOCAL_ORG ? undefined : name);
}
