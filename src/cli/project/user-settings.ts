import type { Json } from '../../core/json.ts';

/** Settings of one person for one project, outside the repository, mode 0600. */
export interface UserSettings {
  readonly file: string;
  readonly values: Readonly<Record<string, Json>>;
}

/** The file of a project's user settings, by its root. `variables` gives `XDG_CONFIG_HOME` and `HOME`. */
export declare function userSettingsFile(root: string, variables: Readonly<Record<string, string | undefined>>): string;

/** Throws FlowMasonError `INVALID_FILE` when the file is damaged. */
export declare function readUserSettings(file: string): UserSettings;

/** Sets one key, atomically and under a lock; undefined removes it. Answers whether something changed. */
export declare function writeUserSetting(
  file: string,
  root: string,
  key: string,
  value: Json | undefined,
): Promise<boolean>;
