import type { Json } from '../../core/json.ts';
import type { Project } from './read.ts';

/** A key of `fm config`. */
export interface SettingKey {
  /** In its canonical form: `production.url` for `environments.prod.url`. */
  readonly key: string;
  readonly summary: string;
  /** Where it stands in `flowmason.json`. */
  readonly path: readonly string[];
  /** `FM_…` */
  readonly variable: string;
  readonly secret: boolean;
  readonly default: Json | undefined;
  /** Reads the text of a flag, variable or `fm config set`. Throws FlowMasonError `INVALID_SETTING`. */
  parse(text: string): Json;
}

/** The key that `text` means. Throws FlowMasonError `UNKNOWN_SETTING` with the nearest key. */
export declare function settingKey(text: string, project: Project | undefined): SettingKey;

/** Every known key, those of the project's environments included. */
export declare function settingKeys(project: Project | undefined): SettingKey[];

/** `prod` → `production`, `stage` → `staging`; other names stay. */
export declare function environmentName(name: string): string;
