import type { Json } from '../../core/json.ts';

export interface EnvironmentFile {
  readonly url?: string;
  readonly api_key?: string;
  readonly database?: string;
  readonly vars?: Readonly<Record<string, Json>>;
  readonly promotes_from?: string;
  readonly protected?: boolean;
  readonly immutable_versions?: boolean;
  readonly requires?: readonly string[];
}

/** `flowmason.json`, checked; `${NAME}` is not resolved yet. */
export interface ProjectFile {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly environments: Readonly<Record<string, EnvironmentFile>>;
  readonly secrets: { readonly backend?: string; readonly aws_region?: string; readonly vault_addr?: string };
  readonly ai: { readonly model?: string };
  readonly testing: { readonly coverage?: { readonly stages?: number; readonly branches?: number } };
  readonly runs: { readonly keep?: number | string };
  readonly limits: Readonly<Record<string, number>>;
  readonly plugins: readonly string[];
}

export interface Project {
  /** The folder of `flowmason.json`: a real path. */
  readonly root: string;
  /** The path of `flowmason.json`. */
  readonly file: string;
  /** `<root>/.flowmason`: runs, cache. */
  readonly home: string;
  readonly config: ProjectFile;
  /** Every variable that `environments` names as `${NAME}`: no secret may read them. */
  readonly namedVariables: ReadonlySet<string>;
  /** Where a value stands in `flowmason.json`; undefined when it is not written there. */
  locate(path: readonly (string | number)[]): { readonly line: number; readonly column: number } | undefined;
}

/** Reads and checks `<root>/flowmason.json`. Throws FlowMasonError `INVALID_FILE` with every problem. */
export declare function readProject(root: string): Project;
