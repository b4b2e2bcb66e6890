import * as v from 'valibot';
import type { ReleaseManifest } from '../release/manifest.ts';
import { MANIFEST_SCHEMA } from '../release/manifest-schema.ts';
import { RELEASE_DIFF } from './release-diff.ts';
import { ANYTHING, AT, AT_OR_NULL, COUNT, DIGEST_VIEW, list, NEXT, said, shape, TEXT_OR_NULL } from './shape.ts';

/** What crosses the wire about releases and deployments (DEPLOYMENT.md 5). Plain JSON; times in epoch milliseconds. */

const KINDS = ['push', 'deploy', 'promote', 'rollback'] as const;
export type DeploymentKind = (typeof KINDS)[number];

const CHANGES = shape({ added: COUNT, changed: COUNT, removed: COUNT });

/** One entry of the log. */
export const DEPLOYMENT_VIEW = shape({
  environment: v.string(),
  project: v.string(),
  number: COUNT,
  kind: v.picklist(KINDS),
  release: DIGEST_VIEW,
  version: v.string(),
  base: said(COUNT, 'The number of the entry that was active before; 0 when there was none'),
  actor: v.string(),
  message: TEXT_OR_NULL,
  commit: TEXT_OR_NULL,
  commit_author: TEXT_OR_NULL,
  origin: said(TEXT_OR_NULL, 'The environment that it was promoted from, or `#12`, the entry that was rolled back to'),
  forced: v.boolean(),
  removals: list(v.string()),
  plan: said(TEXT_OR_NULL, 'The hash of the plan that was applied'),
  changes: CHANGES,
  status: v.picklist(['pending', 'succeeded', 'failed']),
  error: ANYTHING,
  at: AT,
  finished_at: AT_OR_NULL,
  active: v.boolean(),
});
export type DeploymentView = v.InferOutput<typeof DEPLOYMENT_VIEW>;

export const DEPLOYMENT_LIST = shape({
  deployments: list(DEPLOYMENT_VIEW),
  next: said(v.nullable(COUNT), '`before` of the following page; null at the end'),
});
export type DeploymentList = v.InferOutput<typeof DEPLOYMENT_LIST>;

/** Something about the target that keeps a release from being activated (`problems`), or that is good to know. */
export const FINDING = shape({
  code: v.string(),
  message: v.string(),
  hint: v.optional(v.string()),
  details: v.optional(ANYTHING),
});
export type Finding = v.InferOutput<typeof FINDING>;

/** What a deployment would do, and whether it may. */
export const PLAN_VIEW = shape({
  id: said(TEXT_OR_NULL, 'Null when the plan was not stored (`dry_run`)'),
  hash: said(v.string(), 'Over environment, project, base, release and removals: what is applied is what was shown'),
  environment: v.string(),
  project: v.string(),
  kind: v.picklist(['push', 'deploy', 'promote']),
  origin: said(TEXT_OR_NULL, 'The environment that it is promoted from'),
  base: v.nullable(shape({ number: COUNT, release: DIGEST_VIEW, version: v.string() })),
  release: shape({ digest: DIGEST_VIEW, version: v.string() }),
  active: said(v.boolean(), 'The release is active already: there is nothing to do'),
  missing: said(
    list(DIGEST_VIEW),
    'Digests of pipelines that have to be uploaded before the plan can be stored or applied',
  ),
  diff: said(v.nullable(RELEASE_DIFF), 'Null while pipelines are missing'),
  changes: CHANGES,
  removals: said(
    list(v.string()),
    'Names that the active release has and this one has not: activating it needs consent to each',
  ),
  unconsented: said(list(v.string()), 'Those of them that nobody has agreed to yet'),
  preflight: shape({ problems: list(FINDING), warnings: list(FINDING) }),
  expires_at: said(AT_OR_NULL, 'Null when the plan was not stored'),
});
export type PlanView = v.InferOutput<typeof PLAN_VIEW>;

/** What applying a plan came to. */
export const DEPLOYED_VIEW = shape({
  /** The entry that is active now. */
  deployment: DEPLOYMENT_VIEW,
  done: said(v.boolean(), 'False: the release was active already, and nothing was written'),
});
export type DeployedView = v.InferOutput<typeof DEPLOYED_VIEW>;

/** What is known of a release beside what it consists of. */
export const EVIDENCE_VIEW = shape({
  kind: said(v.string(), 'What it proves: `tests`; `removals` are the names whose removal was agreed to'),
  content: ANYTHING,
  actor: v.string(),
  at: AT,
});
export type EvidenceView = v.InferOutput<typeof EVIDENCE_VIEW>;

/** Evidence that was recorded. */
export const PUT_EVIDENCE = shape({ release: DIGEST_VIEW, kind: v.string() });
export type PutEvidence = v.InferOutput<typeof PUT_EVIDENCE>;

/** Its limits have the names of `Limits`. */
export const RELEASE_MANIFEST = MANIFEST_SCHEMA as v.GenericSchema<
  unknown,
  unknown
> as v.GenericSchema<ReleaseManifest>;

/** A stored release, whether or not it was ever active. */
export const RELEASE_VIEW = shape({
  digest: DIGEST_VIEW,
  project: v.string(),
  version: v.string(),
  manifest: RELEASE_MANIFEST,
  evidence: list(EVIDENCE_VIEW),
  deployment: said(v.nullable(COUNT), 'The newest deployment here with which it was active; null: it never was'),
  stored_at: AT,
});
export type ReleaseView = v.InferOutput<typeof RELEASE_VIEW>;

/** A release that was brought. */
export const PUT_RELEASE = shape({ digest: DIGEST_VIEW, created: said(v.boolean(), 'False: it was stored already') });
export type PutRelease = v.InferOutput<typeof PUT_RELEASE>;

const PIPELINE = {
  name: v.string(),
  project: v.string(),
  digest: DIGEST_VIEW,
  release: DIGEST_VIEW,
  version: said(v.string(), 'The project’s'),
  number: said(COUNT, 'Of the deployment that made it active'),
};

/** A pipeline that is active. */
export const PIPELINE_VIEW = shape(PIPELINE);
export type PipelineView = v.InferOutput<typeof PIPELINE_VIEW>;

export const PIPELINE_LIST = shape({ pipelines: list(PIPELINE_VIEW), next: NEXT });
export type PipelineList = v.InferOutput<typeof PIPELINE_LIST>;

const TEXT = said(v.string(), 'Its file, byte for byte');

/** The same with its file, byte for byte. */
export const PIPELINE_TEXT_VIEW = shape({ ...PIPELINE, text: TEXT });
export type PipelineTextView = v.InferOutput<typeof PIPELINE_TEXT_VIEW>;

/** A stored file by the digest of what it says. */
export const PIPELINE_FILE = shape({ digest: DIGEST_VIEW, name: v.string(), text: TEXT });
export type PipelineFile = v.InferOutput<typeof PIPELINE_FILE>;

export const PIPELINE_CONTENT = shape({
  pipelines: list(PIPELINE_FILE),
  left: said(list(DIGEST_VIEW), 'Those that this answer has no room for: ask for them next'),
});
export type PipelineContent = v.InferOutput<typeof PIPELINE_CONTENT>;

export const KNOWN_PIPELINES = shape({ known: list(shape({ name: v.string(), digest: DIGEST_VIEW })) });
export type KnownPipelines = v.InferOutput<typeof KNOWN_PIPELINES>;

export const MISSING_PIPELINES = shape({ missing: list(DIGEST_VIEW) });
export type MissingPipelines = v.InferOutput<typeof MISSING_PIPELINES>;

/** Pipelines that were brought. */
export const PUT_PIPELINES = shape({ stored: said(COUNT, 'Those that were not stored already') });
export type PutPipelines = v.InferOutput<typeof PUT_PIPELINES>;

/** What a promotion did in one step, or would do. */
export const PROMOTION_VIEW = shape({
  plan: PLAN_VIEW,
  deployment: said(v.nullable(DEPLOYMENT_VIEW), 'Null with `dry_run`, and while pipelines are missing'),
  done: said(v.boolean(), 'Whether something became active by this call'),
});
export type PromotionView = v.InferOutput<typeof PROMOTION_VIEW>;

/** A release that is active; `GET /releases/:digest` has its manifest. */
export const ACTIVE_RELEASE_VIEW = shape({
  project: v.string(),
  digest: DIGEST_VIEW,
  version: v.string(),
  number: said(COUNT, 'Of the deployment that made it active'),
  activated_at: AT,
});
export type ActiveReleaseView = v.InferOutput<typeof ACTIVE_RELEASE_VIEW>;

export const ACTIVE_RELEASES = shape({ releases: list(ACTIVE_RELEASE_VIEW) });
export type ActiveReleases = v.InferOutput<typeof ACTIVE_RELEASES>;

/** What a rollback did, or would do. */
export const ROLLBACK_VIEW = shape({
  deployment: said(
    v.nullable(DEPLOYMENT_VIEW),
    'The new entry; null with `dry_run`, and when the release is active already',
  ),
  done: said(v.boolean(), 'Whether something became active by this call'),
  /** The entry that is gone back to. */
  to: DEPLOYMENT_VIEW,
  from: DEPLOYMENT_VIEW,
  diff: RELEASE_DIFF,
  in_flight: said(
    list(shape({ release: DIGEST_VIEW, version: v.string(), runs: COUNT })),
    'What does not go back: runs that have not ended, by version of their release',
  ),
  problems: list(FINDING),
  warnings: list(FINDING),
});
export type RollbackView = v.InferOutput<typeof ROLLBACK_VIEW>;
