import { lstatSync, rmSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import { hasNoUser } from '../database/sole-user.ts';
import { type OrgPlace, orgFiles, requireOwnFile, runLocks } from './org-place.ts';

/**
 * Deletes the files of an org, the record last, so that an interrupted command can be run again. Throws FlowMasonError
 * `DATABASE_BUSY` while a process has it open, `DATABASE_LINKED`.
 */
export async function removeOrg(place: OrgPlace): Promise<void> {
  requireOwnFile(place);
  const { name, file } = place;
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() && !(await hasNoUser(file)))
    fail('DATABASE_BUSY', `The org ${name} is in use by another process, so it was not deleted`, {
      hint: `Wait until that command has ended, then run: fm org delete ${name}`,
    });
  rmSync(runLocks(place), { recursive: true, force: true });
  for (const each of orgFiles(place)) rmSync(each, { force: true });
}
