import type * as v from 'valibot';
import type { ANSWER_SCHEMAS } from './answer-schemas.ts';
import type { Api } from './app.ts';

type Schemas = typeof ANSWER_SCHEMAS;

/** What a route answers, or what its stream tells. */
type Told<Route extends keyof Api> = [Api[Route]['output']] extends [never]
  ? Api[Route]['event']
  : Api[Route]['output'];

/** The names of those schemas that say neither more nor less than a type. */
type NamesOf<T> = {
  [Name in keyof Schemas]: [v.InferOutput<Schemas[Name]>] extends [T]
    ? [T] extends [v.InferOutput<Schemas[Name]>]
      ? Name
      : never
    : never;
}[keyof Schemas];

/** How a route is called where code is generated for it, and what its answer, or each of its events, is. */
export type Operations = {
  readonly [Route in keyof Api]: { readonly id: string; readonly answer: NamesOf<Told<Route>> };
};

/** Every route of `ROUTES`. Ids never change: programs have functions of these names. */
export const OPERATIONS: Operations = {
  'GET /audit': { id: 'listAudit', answer: 'AuditPage' },
  'GET /audit/verification': { id: 'verifyAudit', answer: 'AuditVerification' },
  'POST /auth/oidc': { id: 'exchangeToken', answer: 'JobKey' },
  'GET /deployments': { id: 'listDeployments', answer: 'DeploymentList' },
  'POST /deployments': { id: 'createDeployment', answer: 'Deployed' },
  'GET /deployments/:number': { id: 'getDeployment', answer: 'Deployment' },
  'POST /deployments/plan': { id: 'planDeployment', answer: 'Plan' },
  'GET /environment': { id: 'getEnvironment', answer: 'Environment' },
  'PATCH /environment': { id: 'changeEnvironment', answer: 'Environment' },
  'DELETE /environment/lock': { id: 'unlockEnvironment', answer: 'Unlocked' },
  'PUT /environment/lock': { id: 'lockEnvironment', answer: 'Environment' },
  'PUT /evidence/:release': { id: 'putEvidence', answer: 'EvidenceStored' },
  'GET /health/report': { id: 'getHealthReport', answer: 'HealthReport' },
  'GET /keys': { id: 'listKeys', answer: 'KeyList' },
  'POST /keys': { id: 'createKey', answer: 'NewKey' },
  'DELETE /keys/:id': { id: 'revokeKey', answer: 'KeyRevoked' },
  'POST /keys/:id/rotate': { id: 'rotateKey', answer: 'KeyRotated' },
  'GET /pipelines': { id: 'listPipelines', answer: 'PipelineList' },
  'GET /pipelines/:name': { id: 'getPipeline', answer: 'PipelineWithFile' },
  'POST /pipelines/:name/runs': { id: 'startRun', answer: 'StartedRun' },
  'PUT /pipelines/by-digest': { id: 'putPipelines', answer: 'PipelinesStored' },
  'PUT /pipelines/by-digest/:digest': { id: 'putPipeline', answer: 'PipelinesStored' },
  'POST /pipelines/content': { id: 'getPipelineFiles', answer: 'PipelineContent' },
  'POST /pipelines/known': { id: 'findKnownPipelines', answer: 'KnownPipelines' },
  'GET /plans/:id': { id: 'getPlan', answer: 'Plan' },
  'POST /promotions': { id: 'createPromotion', answer: 'Promotion' },
  'POST /releases': { id: 'putRelease', answer: 'ReleaseStored' },
  'GET /releases/:digest': { id: 'getRelease', answer: 'Release' },
  'GET /releases/active': { id: 'listActiveReleases', answer: 'ActiveReleases' },
  'POST /releases/missing': { id: 'findMissingPipelines', answer: 'MissingPipelines' },
  'POST /rollbacks': { id: 'createRollback', answer: 'Rollback' },
  'GET /runs': { id: 'listRuns', answer: 'RunList' },
  'GET /runs/:id': { id: 'getRun', answer: 'Run' },
  'POST /runs/:id/cancel': { id: 'cancelRun', answer: 'RunSummary' },
  'GET /runs/:id/events': { id: 'followRun', answer: 'RunNotice' },
  'GET /runs/:id/logs': { id: 'getRunLog', answer: 'RunLog' },
  'POST /runs/:id/replay': { id: 'replayRun', answer: 'RunSummary' },
  'POST /runs/:id/resume': { id: 'resumeRun', answer: 'Resumed' },
  'POST /runs/:id/signals/:name': { id: 'signalRun', answer: 'SignalSent' },
  'GET /runs/:id/stages': { id: 'getRunStages', answer: 'RunStages' },
  'POST /runs/cancel': { id: 'cancelRuns', answer: 'Bulk' },
  'POST /runs/replay': { id: 'replayRuns', answer: 'Bulk' },
  'POST /runs/resume': { id: 'resumeRuns', answer: 'Bulk' },
  'GET /secrets': { id: 'listSecrets', answer: 'SecretList' },
  'GET /usage': { id: 'getUsage', answer: 'Usage' },
  'GET /vars': { id: 'listVars', answer: 'VariableList' },
  'DELETE /vars/:name': { id: 'unsetVar', answer: 'VariableRemoved' },
  'GET /vars/:name': { id: 'getVar', answer: 'Variable' },
  'PUT /vars/:name': { id: 'setVar', answer: 'VariableSet' },
  'GET /workers': { id: 'listWorkers', answer: 'WorkerList' },
};
