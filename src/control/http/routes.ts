import type { AnyVerb } from '../verb.ts';
import { listAudit } from '../verbs/audit/list.ts';
import { verifyAudit } from '../verbs/audit/verify.ts';
import { changeEnvironment } from '../verbs/environment/change.ts';
import { lockEnvironment } from '../verbs/environment/lock.ts';
import { showEnvironment } from '../verbs/environment/show.ts';
import { unlockEnvironment } from '../verbs/environment/unlock.ts';
import { createKey } from '../verbs/keys/create.ts';
import { listKeys } from '../verbs/keys/list.ts';
import { revokeKey } from '../verbs/keys/revoke.ts';
import { rotateKey } from '../verbs/keys/rotate.ts';
import { missingPipelines } from '../verbs/releases/missing.ts';
import { putPipelines } from '../verbs/releases/put-pipelines.ts';
import { listSecrets } from '../verbs/secrets/list.ts';
import { listVars } from '../verbs/vars/list.ts';
import { setVar } from '../verbs/vars/set.ts';
import { showVar } from '../verbs/vars/show.ts';
import { unsetVar } from '../verbs/vars/unset.ts';

/** Every route of `/api/v1` and the verb behind it: the one table of the app, of its description and of the client. */
export const ROUTES = {
  'GET /audit': listAudit,
  'GET /audit/verification': verifyAudit,
  'GET /environment': showEnvironment,
  'PATCH /environment': changeEnvironment,
  'DELETE /environment/lock': unlockEnvironment,
  'PUT /environment/lock': lockEnvironment,
  'GET /keys': listKeys,
  'POST /keys': createKey,
  'DELETE /keys/:id': revokeKey,
  'POST /keys/:id/rotate': rotateKey,
  'PUT /pipelines/by-digest': putPipelines,
  'POST /releases/missing': missingPipelines,
  'GET /secrets': listSecrets,
  'GET /vars': listVars,
  'DELETE /vars/:name': unsetVar,
  'GET /vars/:name': showVar,
  'PUT /vars/:name': setVar,
} satisfies Readonly<Record<`${Method} /${string}`, AnyVerb>>;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
