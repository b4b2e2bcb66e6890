import type { Json } from '../../core/json.ts';

export type Source = 'flag' | 'variable' | 'user' | 'project' | 'default';

export interface SettingValue {
  readonly source: Source;
  /** `--model`, `FM_AI_MODEL`, a file, `flowmason.json:4:12`. */
  readonly where: string;
  /** As it may be shown: secret-looking values are shortened. */
  readonly shown: string;
}

/** What `fm config explain KEY` prints. */
export interface Explanation {
  readonly key: string;
  readonly summary: string;
  /** The one in force; undefined when nothing sets the key. */
  readonly value: SettingValue | undefined;
  /** What the one in force hides, strongest first. */
  readonly hides: readonly SettingValue[];
  /** Why the value in force cannot be used, e.g. `${FM_STAGING_URL}` is not set. */
  readonly problem?: { readonly message: string; readonly hint: string | undefined } | undefined;
}

/** Settings by precedence: flag > `FM_*` variable > user setting > `flowmason.json` > default. */
export interface Settings {
  /**
   * The value in force, checked and with `${NAME}` resolved; undefined when nothing sets the key. Throws FlowMasonError
   * `UNKNOWN_SETTING` with the nearest key, `INVALID_SETTING`, `VARIABLE_UNSET`.
   */
  get(key: string): Json | undefined;
  text(key: string): string | undefined;
  number(key: string): number | undefined;
  explain(key: string): Explanation;
  /** Every key that something sets, and every known key that has a default. */
  list(): Explanation[];
}
