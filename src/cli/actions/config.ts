import { fail } from '../../core/errors.ts';
import { settingKey } from '../project/keys.ts';
import type { Explanation } from '../project/settings.ts';
import { shownValue } from '../project/shown.ts';
import { writeUserSetting } from '../project/user-settings.ts';
import { openWorkspace, type Workspace } from '../project/workspace.ts';

/** What setting or removing a user setting came to. */
export interface ChangedSetting {
  readonly key: string;
  /** As it may be shown; null when it was removed. */
  readonly value: string | null;
  readonly changed: boolean;
  readonly file: string;
  /** What is in force now when it is not the user setting: a variable. */
  readonly hidden_by: string | null;
  readonly dry_run: boolean;
}

/** Where `text` comes from when it is not typed: a prompt, or stdin. */
export type ReadValue = (key: string, secret: boolean) => Promise<string>;

/** Every setting that something sets, defaults included. */
export function listSettings(cwd: string): Explanation[] {
  return openWorkspace({ cwd, variables: process.env }).settings.list();
}

/** Throws FlowMasonError `UNKNOWN_SETTING`. */
export function explainSetting(cwd: string, key: string): Explanation {
  return openWorkspace({ cwd, variables: process.env }).settings.explain(key);
}

/**
 * The value in force, as it may be shown. Throws FlowMasonError `UNKNOWN_SETTING`, `INVALID_SETTING`, `VARIABLE_UNSET`,
 * `NOT_FOUND` when nothing sets it.
 */
export function getSetting(cwd: string, typed: string): { key: string; value: string } {
  const { project, settings } = openWorkspace({ cwd, variables: process.env });
  const { key, secret } = settingKey(typed, project);
  const value = settings.get(key);
  if (value === undefined) fail('NOT_FOUND', `Nothing sets \`${key}\``, { hint: `fm config explain ${key}` });
  return { key, value: shownValue(value, secret) };
}

/** Sets a user setting of the project around `cwd`; the value `-` is read by `read`. Throws `INVALID_SETTING`. */
export async function setSetting(
  cwd: string,
  typed: string,
  value: string,
  { read, dryRun }: { readonly read: ReadValue; readonly dryRun: boolean },
): Promise<ChangedSetting> {
  const { workspace, root, file } = inProject(cwd);
  const setting = settingKey(typed, workspace.project);
  const given = value === '-' ? await read(setting.key, setting.secret) : value;
  const json = setting.read(given);
  const complaint = setting.check(json);
  if (complaint !== undefined)
    fail('INVALID_SETTING', `\`${setting.key}\` ${complaint}`, { hint: `fm config explain ${setting.key}` });
  const changed = dryRun || (await writeUserSetting(file, root, setting.key, json));
  return {
    key: setting.key,
    value: shownValue(json, setting.secret),
    changed,
    file,
    hidden_by: hiddenBy(cwd, setting.key),
    dry_run: dryRun,
  };
}

/** Removes a user setting. */
export async function unsetSetting(cwd: string, typed: string, dryRun: boolean): Promise<ChangedSetting> {
  const { workspace, root, file } = inProject(cwd);
  const { key } = settingKey(typed, workspace.project);
  const changed = dryRun || (await writeUserSetting(file, root, key, undefined));
  return { key, value: null, changed, file, hidden_by: null, dry_run: dryRun };
}

function inProject(cwd: string): { workspace: Workspace; root: string; file: string } {
  const workspace = openWorkspace({ cwd, variables: process.env });
  const { project, userSettingsFile: file } = workspace;
  if (project && file !== undefined) return { workspace, root: project.root, file };
  return fail('NOT_FOUND', 'There is no project here, and user settings belong to one', { hint: 'fm init my-project' });
}

function hiddenBy(cwd: string, key: string): string | null {
  const { value } = explainSetting(cwd, key);
  return value && (value.source === 'flag' || value.source === 'variable') ? value.where : null;
}
