import type { AnyVerb } from '../verb.ts';
import { showEnvironment } from '../verbs/environment/show.ts';
import { missingPipelines } from '../verbs/releases/missing.ts';
import { putPipelines } from '../verbs/releases/put-pipelines.ts';
import { cancelRun } from '../verbs/runs/cancel.ts';
import { cancelRuns } from '../verbs/runs/cancel-many.ts';
import { runEvents } from '../verbs/runs/events.ts';
import { listRuns } from '../verbs/runs/list.ts';
import { runLogs } from '../verbs/runs/logs.ts';
import { replayRun } from '../verbs/runs/replay.ts';
import { resumeRun } from '../verbs/runs/resume.ts';
import { resumeRuns } from '../verbs/runs/resume-many.ts';
import { showRun } from '../verbs/runs/show.ts';
import { signalRun } from '../verbs/runs/signal.ts';
import { runStages } from '../verbs/runs/stages.ts';
import { startRun } from '../verbs/runs/start.ts';

/** Every route of `/api/v1` and the verb behind it: the one table of the app, of its description and of the client. */
export const ROUTES = {
  'GET /environment': showEnvironment,
  'PUT /pipelines/by-digest': putPipelines,
  'POST /pipelines/:name/runs': startRun,
  'POST /releases/missing': missingPipelines,
  'GET /runs': listRuns,
  'POST /runs/cancel': cancelRuns,
  'POST /runs/resume': resumeRuns,
  'GET /runs/:id': showRun,
  'POST /runs/:id/cancel': cancelRun,
  'GET /runs/:id/events': runEvents,
  'GET /runs/:id/logs': runLogs,
  'POST /runs/:id/replay': replayRun,
  'POST /runs/:id/resume': resumeRun,
  'POST /runs/:id/signals/:name': signalRun,
  'GET /runs/:id/stages': runStages,
} satisfies Readonly<Record<`${Method} /${string}`, AnyVerb>>;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
