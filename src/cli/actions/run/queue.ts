import { fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { type RunOutcome, StageError } from '../../../core/run.ts';
import { concurrencyKey } from '../../../executor/concurrency.ts';
import { admit } from '../../../hosts/node/runs/admit.ts';
import type { OpenRun } from '../../../hosts/node/runs/hold.ts';
import { projectHome } from './home.ts';
import type { PreparedRun } from './prepare.ts';
import type { StartOptions } from './start-options.ts';

/** What a new run is queued under; undefined when its pipeline has no `concurrency`. */
export async function queueKey(prepared: PreparedRun, input: Json, now: number): Promise<string | undefined> {
  const { loaded, runtime, vars, secrets } = prepared;
  if (!loaded.plan.concurrency) return undefined;
  const place = { runId: '', input, vars, secrets, environment: 'local', tenant: null, release: null };
  try {
    return await concurrencyKey(loaded.plan, place, runtime.limits, now);
  } catch (error) {
    // An input that does not fit is refused by the run itself, with everything that is wrong.
    if (error instanceof StageError && error.type === 'VALIDATION') return undefined;
    if (error instanceof StageError) fail(error.type, `concurrency.key: ${error.message}`, { hint: error.hint });
    throw error;
  }
}

/**
 * Waits until a queued run may begin. Answers its outcome when it was stopped before that, undefined when it begins.
 * Throws FlowMasonError `CONCURRENCY_LIMIT` when the pipeline rejects instead of queueing.
 */
export async function stoppedInQueue(
  prepared: PreparedRun,
  options: StartOptions,
  run: OpenRun,
): Promise<RunOutcome | undefined> {
  const { concurrency, name, version } = prepared.loaded.plan;
  if (run.record.status !== 'queued' || !concurrency) return undefined;
  const { now } = prepared.runtime.clock;
  const event = { type: 'run', run_id: run.id, pipeline: name, version, resumed: run.recorded !== undefined } as const;
  const { limit, on_limit } = concurrency;
  const admission = await admit(projectHome(prepared.workspace), run, {
    limit,
    onLimit: on_limit,
    signal: options.signal,
    onQueued: () => options.onEvent({ ...event, at: now(), status: 'queued' }),
  });
  if (admission === 'admitted') return undefined;
  const outcome = cancelledOutcome(prepared, run, now());
  if (admission === 'cancelled') return outcome;
  await run.finish(outcome);
  return fail(
    'CONCURRENCY_LIMIT',
    `${name} allows ${limit} ${limit === 1 ? 'run' : 'runs'} at a time, and there are as many`,
    {
      hint: `fm runs list --pipeline ${name}`,
    },
  );
}

function cancelledOutcome(prepared: PreparedRun, run: OpenRun, now: number): RunOutcome {
  const { name, version } = prepared.loaded.plan;
  const { started_at } = run.record;
  const error = { type: 'CANCELLED', code: 'run_cancelled', message: 'The run was stopped before it began' } as const;
  return {
    run_id: run.id,
    pipeline: name,
    version,
    status: 'cancelled',
    result: null,
    error,
    stages: [],
    usage: null,
    started_at,
    duration_ms: now - started_at,
  };
}
