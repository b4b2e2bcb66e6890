import type { Json } from '../json.ts';

/** What crosses the wire about keys, variables, secrets and the audit (DEPLOYMENT.md 5). Times in epoch milliseconds. */

/** A key without what makes it one. */
export interface KeyView {
  readonly id: string;
  /** As history and audit name who calls with it. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** `live` may be used. */
  readonly state: 'live' | 'expired' | 'revoked';
  /** Who made it. */
  readonly actor: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  /** To the minute; null when it was never used. */
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
}

/** A key that was just made. */
export interface NewKeyView extends KeyView {
  /** The whole key. Nobody can show it again, so a repeated call gets null. */
  readonly key: string | null;
}

/** A job of a provider, as its identity token says; null for what the token does not say. */
export interface JobView {
  readonly provider: 'github' | 'gitlab';
  readonly repository: string | null;
  readonly branch: string | null;
  /** The provider's, not this control plane's. */
  readonly environment: string | null;
  readonly commit: string | null;
  readonly run: string | null;
}

/** A key that a job got for its token. */
export interface JobKeyView extends NewKeyView {
  readonly job: JobView;
}

export interface RotatedKeyView extends NewKeyView {
  /** The key that it takes the place of, which may be used until it expires. */
  readonly replaces: { readonly id: string; readonly expires_at: number };
}

export interface VarView {
  readonly name: string;
  readonly value: Json;
  /** Counts up at every change. */
  readonly revision: number;
  readonly actor: string;
  readonly updated_at: number;
}

/** A secret that releases which are active here name. Nobody here has its value. */
export interface SecretView {
  readonly name: string;
  /** Runs fail without it; else it is read where it exists. */
  readonly required: boolean;
  /** Whose active releases name it. */
  readonly projects: readonly string[];
  readonly status: 'available' | 'missing' | 'unchecked';
}

/** One administrative change. */
export interface AuditView {
  /** From 1, without a gap. */
  readonly number: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: Json;
  /** Over this row and the hash of the row before. */
  readonly hash: string;
}

/** Whether nobody has changed the audit itself. */
export interface AuditVerification {
  /** Rows that are in order. */
  readonly rows: number;
  /** The first row that is not. */
  readonly broken: { readonly number: number; readonly what: 'missing' | 'changed' | 'cut off' } | null;
}

/** A process that executes runs (`fm worker`). Times in epoch milliseconds. */
export interface WorkerView {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** Runs that it executes at a time, and those that it executes now. */
  readonly concurrency: number;
  readonly running: number;
  /** Pools of pipelines that it takes runs of, beside those without one. */
  readonly pools: readonly string[];
  /** `name@version` of what it can execute. */
  readonly components: readonly string[];
  /** Pipelines of releases that it keeps compiled. */
  readonly cached: number;
  /** It takes no more runs, because it is to end. */
  readonly draining: boolean;
  readonly started_at: number;
  readonly last_seen_at: number;
  /** Whether it was heard of within the last half minute. */
  readonly live: boolean;
}

/** What an environment uses of what quotas count. */
export interface UsageView {
  /** Names of pipelines, over all projects. */
  readonly pipelines: { readonly active: number };
  /** Runs of a day of UTC, however they were started; `resets_at` in epoch milliseconds. */
  readonly executions: { readonly date: string; readonly accepted: number; readonly resets_at: number };
}
