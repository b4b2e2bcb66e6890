import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import type { RunOutcome } from '../core/run.ts';
import { outsideEnvironment } from './outside.ts';
import { hideSecrets } from './prepare.ts';

/**
 * The input of the pipeline that `on_failure` names: its template over `error`, `context` and `input` of the run that
 * failed (PIPELINES.md 1), or an object of those three. Throws StageError `EXPRESSION`.
 */
export function onFailureInput(
  plan: Plan,
  options: Parameters<typeof outsideEnvironment>[1],
  outcome: RunOutcome,
): Json {
  const error = outcome.error;
  const environment = outsideEnvironment(plan, options, {
    name: 'on_failure',
    startedAt: outcome.started_at,
    now: outcome.started_at + outcome.duration_ms,
    locals: { error },
  });
  const template = plan.onFailure?.input;
  if (!template) return { error, context: environment.context, input: options.input };
  return hideSecrets(template.resolve(environment)) as Json;
}
