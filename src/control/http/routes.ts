import type { AnyVerb } from '../verb.ts';
import { createDeployment } from '../verbs/deployments/create.ts';
import { listDeployments } from '../verbs/deployments/list.ts';
import { planDeployment } from '../verbs/deployments/plan.ts';
import { showDeployment } from '../verbs/deployments/show.ts';
import { showEnvironment } from '../verbs/environment/show.ts';
import { putEvidence } from '../verbs/evidence/put.ts';
import { pipelineContent } from '../verbs/pipelines/content.ts';
import { knownPipelines } from '../verbs/pipelines/known.ts';
import { listPipelines } from '../verbs/pipelines/list.ts';
import { showPipeline } from '../verbs/pipelines/show.ts';
import { showPlan } from '../verbs/plans/show.ts';
import { createPromotion } from '../verbs/promotions/create.ts';
import { activeReleases } from '../verbs/releases/active.ts';
import { missingPipelines } from '../verbs/releases/missing.ts';
import { putRelease } from '../verbs/releases/put.ts';
import { putPipelines } from '../verbs/releases/put-pipelines.ts';
import { showRelease } from '../verbs/releases/show.ts';
import { createRollback } from '../verbs/rollbacks/create.ts';

/** Every route of `/api/v1` and the verb behind it: the one table of the app, of its description and of the client. */
export const ROUTES = {
  'GET /deployments': listDeployments,
  'POST /deployments': createDeployment,
  'GET /deployments/:number': showDeployment,
  'POST /deployments/plan': planDeployment,
  'GET /environment': showEnvironment,
  'PUT /evidence/:release': putEvidence,
  'GET /pipelines': listPipelines,
  'GET /pipelines/:name': showPipeline,
  'PUT /pipelines/by-digest': putPipelines,
  'POST /pipelines/content': pipelineContent,
  'POST /pipelines/known': knownPipelines,
  'GET /plans/:id': showPlan,
  'POST /promotions': createPromotion,
  'POST /releases': putRelease,
  // Before the next one, which would take `active` for a digest.
  'GET /releases/active': activeReleases,
  'GET /releases/:digest': showRelease,
  'POST /releases/missing': missingPipelines,
  'POST /rollbacks': createRollback,
} satisfies Readonly<Record<`${Method} /${string}`, AnyVerb>>;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
