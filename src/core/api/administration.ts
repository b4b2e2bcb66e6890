import * as v from 'valibot';
import { ANYTHING, AT, AT_OR_NULL, COUNT, list, NEXT, said, shape, TEXT_OR_NULL } from './shape.ts';

/** What crosses the wire about keys, variables, secrets and the audit (DEPLOYMENT.md 5). Times in epoch milliseconds. */

const KEY = {
  id: v.string(),
  name: said(v.string(), 'As history and audit name who calls with it'),
  scopes: list(v.string()),
  state: said(v.picklist(['live', 'expired', 'revoked']), '`live` may be used'),
  actor: said(v.string(), 'Who made it'),
  created_at: AT,
  expires_at: AT_OR_NULL,
  last_used_at: said(AT_OR_NULL, 'To the minute; null when it was never used'),
  revoked_at: AT_OR_NULL,
};

/** A key without what makes it one. */
export const KEY_VIEW = shape(KEY);
export type KeyView = v.InferOutput<typeof KEY_VIEW>;

export const KEY_LIST = shape({ keys: list(KEY_VIEW), next: NEXT });
export type KeyList = v.InferOutput<typeof KEY_LIST>;

export const REVOKED_KEY_VIEW = shape({
  ...KEY,
  revoked: said(v.boolean(), 'False: it was out of use already'),
});
export type RevokedKeyView = v.InferOutput<typeof REVOKED_KEY_VIEW>;

const NEW_KEY = {
  ...KEY,
  key: said(TEXT_OR_NULL, 'The whole key. Nobody can show it again, so a repeated call gets null'),
};

/** A key that was just made. */
export const NEW_KEY_VIEW = shape(NEW_KEY);
export type NewKeyView = v.InferOutput<typeof NEW_KEY_VIEW>;

/** A job of a provider, as its identity token says; null for what the token does not say. */
export const JOB_VIEW = shape({
  provider: v.picklist(['github', 'gitlab']),
  repository: TEXT_OR_NULL,
  branch: TEXT_OR_NULL,
  environment: said(TEXT_OR_NULL, 'The provider’s, not this control plane’s'),
  commit: TEXT_OR_NULL,
  run: TEXT_OR_NULL,
});
export type JobView = v.InferOutput<typeof JOB_VIEW>;

/** A key that a job got for its token. */
export const JOB_KEY_VIEW = shape({ ...NEW_KEY, job: JOB_VIEW });
export type JobKeyView = v.InferOutput<typeof JOB_KEY_VIEW>;

export const ROTATED_KEY_VIEW = shape({
  ...NEW_KEY,
  replaces: said(
    shape({ id: v.string(), expires_at: AT }),
    'The key that it takes the place of, which may be used until it expires',
  ),
});
export type RotatedKeyView = v.InferOutput<typeof ROTATED_KEY_VIEW>;

const REVISION = said(COUNT, 'Counts up at every change');

export const VAR_VIEW = shape({
  name: v.string(),
  value: ANYTHING,
  revision: REVISION,
  actor: v.string(),
  updated_at: AT,
});
export type VarView = v.InferOutput<typeof VAR_VIEW>;

export const VAR_LIST = shape({ vars: list(VAR_VIEW), next: NEXT });
export type VarList = v.InferOutput<typeof VAR_LIST>;

export const VAR_REVISION = shape({ name: v.string(), revision: REVISION });
export type VarRevision = v.InferOutput<typeof VAR_REVISION>;

export const REMOVED_VAR = shape({
  name: v.string(),
  removed: said(v.boolean(), 'False: there was none'),
});
export type RemovedVar = v.InferOutput<typeof REMOVED_VAR>;

/** A secret that releases which are active here name. Nobody here has its value. */
export const SECRET_VIEW = shape({
  name: v.string(),
  required: said(v.boolean(), 'Runs fail without it; else it is read where it exists'),
  projects: said(list(v.string()), 'Whose active releases name it'),
  status: v.picklist(['available', 'missing', 'unchecked']),
});
export type SecretView = v.InferOutput<typeof SECRET_VIEW>;

export const SECRET_LIST = shape({ secrets: list(SECRET_VIEW), next: NEXT });
export type SecretList = v.InferOutput<typeof SECRET_LIST>;

/** One administrative change. */
export const AUDIT_VIEW = shape({
  number: said(COUNT, 'From 1, without a gap'),
  at: AT,
  actor: v.string(),
  action: v.string(),
  target: v.string(),
  details: ANYTHING,
  hash: said(v.string(), 'Over this row and the hash of the row before'),
});
export type AuditView = v.InferOutput<typeof AUDIT_VIEW>;

export const AUDIT_PAGE = shape({
  entries: list(AUDIT_VIEW),
  next: said(TEXT_OR_NULL, '`before` of the next page; null at the end'),
});
export type AuditPage = v.InferOutput<typeof AUDIT_PAGE>;

/** Whether nobody has changed the audit itself. */
export const AUDIT_VERIFICATION = shape({
  rows: said(COUNT, 'Rows that are in order'),
  broken: said(
    v.nullable(shape({ number: COUNT, what: v.picklist(['missing', 'changed', 'cut off']) })),
    'The first row that is not',
  ),
});
export type AuditVerification = v.InferOutput<typeof AUDIT_VERIFICATION>;

/** A process that executes runs (`fm worker`). Times in epoch milliseconds. */
export const WORKER_VIEW = shape({
  id: v.string(),
  host: v.string(),
  pid: COUNT,
  version: v.string(),
  concurrency: said(COUNT, 'Runs that it executes at a time'),
  running: said(COUNT, 'Runs that it executes now'),
  pools: said(list(v.string()), 'Pools of pipelines that it takes runs of, beside those without one'),
  components: said(list(v.string()), '`name@version` of what it can execute'),
  cached: said(COUNT, 'Pipelines of releases that it keeps compiled'),
  draining: said(v.boolean(), 'It takes no more runs, because it is to end'),
  started_at: AT,
  last_seen_at: AT,
  live: said(v.boolean(), 'Whether it was heard of within the last half minute'),
});
export type WorkerView = v.InferOutput<typeof WORKER_VIEW>;

export const WORKER_LIST = shape({ workers: list(WORKER_VIEW), next: NEXT });
export type WorkerList = v.InferOutput<typeof WORKER_LIST>;

/** What an environment uses of what quotas count. */
export const USAGE_VIEW = shape({
  pipelines: said(shape({ active: COUNT }), 'Names of pipelines, over all projects'),
  executions: said(
    shape({ date: v.pipe(v.string(), v.isoDate()), accepted: COUNT, resets_at: AT }),
    'Runs of a day of UTC, however they were started',
  ),
});
export type UsageView = v.InferOutput<typeof USAGE_VIEW>;
