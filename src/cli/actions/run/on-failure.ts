import { FlowMasonError } from '../../../core/errors.ts';
import { type RunOutcome, StageError } from '../../../core/run.ts';
import { onFailureInput } from '../../../executor/on-failure.ts';
import type { PreparedRun } from './prepare.ts';
import { type Executed, startRun } from './start.ts';
import type { StartOptions } from './start-options.ts';

/** What came of the pipeline that a failure started: how it ended, or why it could not be started. */
export interface FailureHandling {
  readonly pipeline: string;
  readonly outcome?: RunOutcome;
  readonly error?: FlowMasonError;
}

/**
 * Starts what `on_failure` names, once, as a run of its own (PIPELINES.md 1). `show` runs it where it can be watched.
 * Undefined when there is nothing to start. What goes wrong here never hides why the first run failed.
 */
export async function handleFailure(
  prepared: PreparedRun,
  failed: Executed,
  show: (handler: PreparedRun, start: (options: StartOptions) => Promise<Executed>) => Promise<Executed>,
): Promise<FailureHandling | undefined> {
  const { loaded, secrets, vars } = prepared;
  const { outcome } = failed;
  const { onFailure } = loaded.plan;
  const handler = onFailure && loaded.all.get(onFailure.pipeline);
  if (outcome.status !== 'failed' || !handler) return undefined;
  const pipeline = handler.plan.name;
  const own: PreparedRun = { ...prepared, loaded: { ...loaded, ...handler } };
  const place = { runId: outcome.run_id, vars, secrets, environment: 'local', tenant: null, release: null };
  try {
    const input = onFailureInput(loaded.plan, { ...place, input: failed.input }, outcome);
    return { pipeline, outcome: (await show(own, (options) => startRun(own, input, options))).outcome };
  } catch (error) {
    if (error instanceof FlowMasonError) return { pipeline, error };
    if (!(error instanceof StageError)) throw error;
    return {
      pipeline,
      error: new FlowMasonError(error.type, `on_failure.input: ${error.message}`, { hint: error.hint }),
    };
  }
}
