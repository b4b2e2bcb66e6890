import type { AnyVerb } from '../verb.ts';
import { showEnvironment } from '../verbs/environment/show.ts';
import { missingPipelines } from '../verbs/releases/missing.ts';
import { putPipelines } from '../verbs/releases/put-pipelines.ts';

/** Every route of `/api/v1` and the verb behind it: the one table of the app, of its description and of the client. */
export const ROUTES = {
  'GET /environment': showEnvironment,
  'POST /releases/missing': missingPipelines,
  'PUT /pipelines/by-digest': putPipelines,
} satisfies Readonly<Record<`${Method} /${string}`, AnyVerb>>;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
