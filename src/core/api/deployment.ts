import type { Json } from '../json.ts';
import type { ReleaseDiff } from '../release/diff-release.ts';
import type { Digest } from '../release/digest.ts';
import type { ReleaseManifest } from '../release/manifest.ts';

/** What crosses the wire about releases and deployments (DEPLOYMENT.md 5). Plain JSON; times in epoch milliseconds. */

export type DeploymentKind = 'push' | 'deploy' | 'promote' | 'rollback';

/** One entry of the log. */
export interface DeploymentView {
  readonly environment: string;
  readonly project: string;
  readonly number: number;
  readonly kind: DeploymentKind;
  readonly release: Digest;
  readonly version: string;
  /** The number of the entry that was active before; 0 when there was none. */
  readonly base: number;
  readonly actor: string;
  readonly message: string | null;
  readonly commit: string | null;
  readonly commit_author: string | null;
  /** The environment that it was promoted from, or `#12`, the entry that was rolled back to. */
  readonly origin: string | null;
  readonly forced: boolean;
  readonly removals: readonly string[];
  /** The hash of the plan that was applied. */
  readonly plan: string | null;
  readonly changes: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly error: Json;
  readonly at: number;
  readonly finished_at: number | null;
  readonly active: boolean;
}

/** Something about the target that keeps a release from being activated (`problems`), or that is good to know. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: Json | undefined;
}

/** What a deployment would do, and whether it may. */
export interface PlanView {
  /** Null when the plan was not stored (`dry_run`). */
  readonly id: string | null;
  /** Over environment, project, base, release and removals: what is applied is what was shown. */
  readonly hash: string;
  readonly environment: string;
  readonly project: string;
  readonly kind: 'push' | 'deploy' | 'promote';
  /** The environment that it is promoted from. */
  readonly origin: string | null;
  readonly base: { readonly number: number; readonly release: Digest; readonly version: string } | null;
  readonly release: { readonly digest: Digest; readonly version: string };
  /** The release is active already: there is nothing to do. */
  readonly active: boolean;
  /** Digests of pipelines that have to be uploaded before the plan can be stored or applied. */
  readonly missing: readonly Digest[];
  /** Null while pipelines are missing; `diffReleases` tells it from both manifests and the definitions. */
  readonly diff: ReleaseDiff | null;
  readonly changes: { readonly added: number; readonly changed: number; readonly removed: number };
  /** Names that the active release has and this one has not: activating it needs consent to each. */
  readonly removals: readonly string[];
  /** Those of them that nobody has agreed to yet. */
  readonly unconsented: readonly string[];
  readonly preflight: { readonly problems: readonly Finding[]; readonly warnings: readonly Finding[] };
  /** Epoch milliseconds; null when the plan was not stored. */
  readonly expires_at: number | null;
}

/** What applying a plan came to. */
export interface DeployedView {
  /** The entry that is active now. */
  readonly deployment: DeploymentView;
  /** False: the release was active already, and nothing was written. */
  readonly done: boolean;
}

/** A stored release, whether or not it was ever active. */
export interface ReleaseView {
  readonly digest: Digest;
  readonly project: string;
  readonly version: string;
  readonly manifest: ReleaseManifest;
  readonly evidence: readonly EvidenceView[];
  /** The newest deployment here with which it was active; null: it never was. */
  readonly deployment: number | null;
  readonly stored_at: number;
}

/** What is known of a release beside what it consists of. */
export interface EvidenceView {
  /** What it proves: `tests`; `removals` are the names whose removal was agreed to. */
  readonly kind: string;
  readonly content: Json;
  readonly actor: string;
  readonly at: number;
}

/** A pipeline that is active. */
export interface PipelineView {
  readonly name: string;
  readonly project: string;
  readonly digest: Digest;
  readonly release: Digest;
  /** The project's version. */
  readonly version: string;
  /** Of the deployment that made it active. */
  readonly number: number;
}

/** The same with its file, byte for byte. */
export interface PipelineTextView extends PipelineView {
  readonly text: string;
}

/** A stored file by the digest of what it says. */
export interface PipelineFile {
  readonly digest: Digest;
  readonly name: string;
  readonly text: string;
}

/** What a promotion did in one step, or would do (`dry_run`: then `deployment` is null). */
export interface PromotionView {
  readonly plan: PlanView;
  readonly deployment: DeploymentView | null;
  /** Whether something became active by this call. */
  readonly done: boolean;
}

/** A release that is active; `GET /releases/:digest` has its manifest. */
export interface ActiveReleaseView {
  readonly project: string;
  readonly digest: Digest;
  readonly version: string;
  /** Of the deployment that made it active. */
  readonly number: number;
  readonly activated_at: number;
}

/** What a rollback did, or would do. */
export interface RollbackView {
  /** The new entry; null with `dry_run`, and when the release is active already. */
  readonly deployment: DeploymentView | null;
  /** Whether something became active by this call. */
  readonly done: boolean;
  /** The entry that is gone back to. */
  readonly to: DeploymentView;
  readonly from: DeploymentView;
  readonly diff: ReleaseDiff;
  /** What does not go back: runs that have not ended, by version of their release. */
  readonly in_flight: readonly { readonly release: Digest; readonly version: string; readonly runs: number }[];
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
}
