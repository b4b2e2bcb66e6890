import type { Environment } from '../core/expression/types.ts';
import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import type { RunOutcome } from '../core/run.ts';
import { hideSecrets } from './prepare.ts';
import type { RunOptions } from './types.ts';

/**
 * The input of the pipeline that `on_failure` names: its template over `error`, `context` and `input` of the run that
 * failed (PIPELINES.md 1), or an object of those three. Throws StageError `EXPRESSION`.
 */
export function onFailureInput(plan: Plan, options: RunOptions, outcome: RunOutcome): Json {
  const context = {
    run_id: options.runId,
    pipeline: plan.name,
    version: plan.version,
    release: options.release,
    environment: options.environment,
    tenant: options.tenant,
    attempt: 1,
    started_at: new Date(outcome.started_at).toISOString(),
    vars: {},
  };
  const template = plan.onFailure?.input;
  const error = outcome.error as unknown as Json;
  if (!template) return { error, context: context as unknown as Json, input: options.input };
  const environment: Environment = {
    input: options.input,
    context,
    vars: options.vars,
    secrets: options.secrets,
    stage: () => undefined,
    locals: { error },
    now: outcome.started_at + outcome.duration_ms,
    uuids: { seed: `${options.runId}/on_failure`, count: 0 },
  };
  return hideSecrets(template.resolve(environment)) as Json;
}
