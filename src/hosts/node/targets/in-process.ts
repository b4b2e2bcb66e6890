import type { Transport } from '../../../client/client.ts';
import type { ControlPlane } from '../../../control/control.ts';
import { SCOPES } from '../../../control/control.ts';
import { createApp } from '../../../control/http/app.ts';
import { FlowMasonError } from '../../../core/errors.ts';

/**
 * A control plane in this process, for one person who may do everything. Errors come as they were thrown, those that
 * nobody expected with their stack: here nobody has a log to look at.
 */
export function inProcess(control: ControlPlane, actor: string): Transport {
  const scopes = new Set(SCOPES);
  const failures = new Map<string, FlowMasonError>();
  let count = 0;
  const app = createApp({
    admit: async () => ({ control, caller: { actor, scopes } }),
    requestId: () => `local-${++count}`,
    onAnswer({ request_id, error }) {
      if (error) failures.set(request_id, error);
    },
  });
  return async (request) => {
    const response = await app.fetch(request);
    const id = response.headers.get('x-request-id') ?? '';
    const failure = failures.get(id);
    failures.delete(id);
    if (failure) throw thrown(failure);
    return response;
  };
}

function thrown(error: FlowMasonError): FlowMasonError {
  const { code, cause } = error;
  if (code !== 'INTERNAL' || !(cause instanceof Error)) return error;
  return new FlowMasonError(code, cause.stack ?? cause.message, {
    hint: 'fm doctor --json, and report this bug with its output and the lines above',
    cause,
  });
}
