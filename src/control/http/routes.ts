import type { AnyVerb } from '../verb.ts';
import { listAudit } from '../verbs/audit/list.ts';
import { verifyAudit } from '../verbs/audit/verify.ts';
import { exchangeToken } from '../verbs/auth/oidc.ts';
import { createDeployment } from '../verbs/deployments/create.ts';
import { listDeployments } from '../verbs/deployments/list.ts';
import { planDeployment } from '../verbs/deployments/plan.ts';
import { showDeployment } from '../verbs/deployments/show.ts';
import { changeEnvironment } from '../verbs/environment/change.ts';
import { lockEnvironment } from '../verbs/environment/lock.ts';
import { showEnvironment } from '../verbs/environment/show.ts';
import { unlockEnvironment } from '../verbs/environment/unlock.ts';
import { putEvidence } from '../verbs/evidence/put.ts';
import { showHealth } from '../verbs/health/show.ts';
import { createKey } from '../verbs/keys/create.ts';
import { listKeys } from '../verbs/keys/list.ts';
import { revokeKey } from '../verbs/keys/revoke.ts';
import { rotateKey } from '../verbs/keys/rotate.ts';
import { pipelineContent } from '../verbs/pipelines/content.ts';
import { knownPipelines } from '../verbs/pipelines/known.ts';
import { listPipelines } from '../verbs/pipelines/list.ts';
import { showPipeline } from '../verbs/pipelines/show.ts';
import { showPlan } from '../verbs/plans/show.ts';
import { createPromotion } from '../verbs/promotions/create.ts';
import { activeReleases } from '../verbs/releases/active.ts';
import { missingPipelines } from '../verbs/releases/missing.ts';
import { putRelease } from '../verbs/releases/put.ts';
import { putPipeline } from '../verbs/releases/put-pipeline.ts';
import { putPipelines } from '../verbs/releases/put-pipelines.ts';
import { showRelease } from '../verbs/releases/show.ts';
import { createRollback } from '../verbs/rollbacks/create.ts';
import { cancelRun } from '../verbs/runs/cancel.ts';
import { cancelRuns } from '../verbs/runs/cancel-many.ts';
import { runEvents } from '../verbs/runs/events.ts';
import { listRuns } from '../verbs/runs/list.ts';
import { runLogs } from '../verbs/runs/logs.ts';
import { replayRun } from '../verbs/runs/replay.ts';
import { replayRuns } from '../verbs/runs/replay-many.ts';
import { resumeRun } from '../verbs/runs/resume.ts';
import { resumeRuns } from '../verbs/runs/resume-many.ts';
import { showRun } from '../verbs/runs/show.ts';
import { signalRun } from '../verbs/runs/signal.ts';
import { runStages } from '../verbs/runs/stages.ts';
import { startRun } from '../verbs/runs/start.ts';
import { listSecrets } from '../verbs/secrets/list.ts';
import { showUsage } from '../verbs/usage/show.ts';
import { listVars } from '../verbs/vars/list.ts';
import { setVar } from '../verbs/vars/set.ts';
import { showVar } from '../verbs/vars/show.ts';
import { unsetVar } from '../verbs/vars/unset.ts';
import { listWorkers } from '../verbs/workers/list.ts';

/**
 * Every route of `/api/v1` and the verb behind it: the one table of the app, of its description and of the client. Sorted
 * by path; whatever the order, words go before placeholders (`route-table.ts`).
 */
export const ROUTES = {
  'GET /audit': listAudit,
  'GET /audit/verification': verifyAudit,
  'POST /auth/oidc': exchangeToken,
  'GET /deployments': listDeployments,
  'POST /deployments': createDeployment,
  'GET /deployments/:number': showDeployment,
  'POST /deployments/plan': planDeployment,
  'GET /environment': showEnvironment,
  'PATCH /environment': changeEnvironment,
  'DELETE /environment/lock': unlockEnvironment,
  'PUT /environment/lock': lockEnvironment,
  'PUT /evidence/:release': putEvidence,
  'GET /health/report': showHealth,
  'GET /keys': listKeys,
  'POST /keys': createKey,
  'DELETE /keys/:id': revokeKey,
  'POST /keys/:id/rotate': rotateKey,
  'GET /pipelines': listPipelines,
  'GET /pipelines/:name': showPipeline,
  'POST /pipelines/:name/runs': startRun,
  'PUT /pipelines/by-digest': putPipelines,
  'PUT /pipelines/by-digest/:digest': putPipeline,
  'POST /pipelines/content': pipelineContent,
  'POST /pipelines/known': knownPipelines,
  'GET /plans/:id': showPlan,
  'POST /promotions': createPromotion,
  'POST /releases': putRelease,
  'GET /releases/:digest': showRelease,
  'GET /releases/active': activeReleases,
  'POST /releases/missing': missingPipelines,
  'POST /rollbacks': createRollback,
  'GET /runs': listRuns,
  'GET /runs/:id': showRun,
  'POST /runs/:id/cancel': cancelRun,
  'GET /runs/:id/events': runEvents,
  'GET /runs/:id/logs': runLogs,
  'POST /runs/:id/replay': replayRun,
  'POST /runs/:id/resume': resumeRun,
  'POST /runs/:id/signals/:name': signalRun,
  'GET /runs/:id/stages': runStages,
  'POST /runs/cancel': cancelRuns,
  'POST /runs/replay': replayRuns,
  'POST /runs/resume': resumeRuns,
  'GET /secrets': listSecrets,
  'GET /usage': showUsage,
  'GET /vars': listVars,
  'DELETE /vars/:name': unsetVar,
  'GET /vars/:name': showVar,
  'PUT /vars/:name': setVar,
  'GET /workers': listWorkers,
} satisfies Readonly<Record<`${Method} /${string}`, AnyVerb>>;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
