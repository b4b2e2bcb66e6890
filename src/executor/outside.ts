import type { Environment } from '../core/expression/types.ts';
import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import type { RunOptions } from './types.ts';

/** What expressions outside of the stages see: no stage, and `context` without variables. Times in epoch milliseconds. */
export function outsideEnvironment(
  plan: Plan,
  options: Pick<RunOptions, 'runId' | 'input' | 'vars' | 'secrets' | 'environment' | 'tenant' | 'release'>,
  place: {
    readonly name: string;
    readonly startedAt: number;
    readonly now: number;
    readonly locals?: Record<string, unknown>;
  },
): Environment & { readonly context: Record<string, Json> } {
  return {
    input: options.input,
    context: {
      run_id: options.runId,
      pipeline: plan.name,
      version: plan.version,
      release: options.release,
      environment: options.environment,
      tenant: options.tenant,
      attempt: 1,
      started_at: new Date(place.startedAt).toISOString(),
      vars: {},
    },
    vars: options.vars,
    secrets: options.secrets,
    stage: () => undefined,
    locals: place.locals,
    now: place.now,
    uuids: { seed: `${options.runId}/${place.name}`, count: 0 },
  };
}
