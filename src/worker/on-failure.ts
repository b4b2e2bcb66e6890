import type { Json } from '../core/json.ts';
import type { Masker } from '../core/mask.ts';
import type { Plan } from '../core/plan.ts';
import { type RunOutcome, StageError } from '../core/run.ts';
import { sha256Hex } from '../core/sha256.ts';
import { onFailureInput } from '../executor/on-failure.ts';
import type { Epoch } from '../store/epoch.ts';
import type { Run } from '../store/run-states.ts';
import type { NewRun } from '../store/runs.ts';

/** What `runs.trigger` begins with for a run that was started because another one failed; that run's id follows. */
const TRIGGER = 'on_failure:';
/** Ids begin with the time of their making, in so many characters. */
const TIME_DIGITS = 9;
const CHANCE_DIGITS = 7;

/** Whether a run was started by the failure of another one; its own failure starts nothing (PIPELINES.md 1). */
export function isHandler({ trigger }: Pick<Run, 'trigger'>): boolean {
  return trigger?.startsWith(TRIGGER) ?? false;
}

/** The id of the run that handles a failure: the same however often it is asked for. */
export function handlerId(run: string, { segment }: Epoch): string {
  const digits = sha256Hex(`${run}/${segment}/on_failure`).slice(0, CHANCE_DIGITS);
  return `${run.slice(0, TIME_DIGITS)}${digits}`;
}

/**
 * The run that `on_failure` starts, of the same release; undefined when there is none to start. `problem` says why its
 * input could not be made.
 */
export function handlerOf(
  run: Run,
  epoch: Epoch,
  plan: Plan,
  outcome: RunOutcome,
  place: Parameters<typeof onFailureInput>[1] & { readonly masker: Masker },
): { readonly run?: NewRun; readonly problem?: string } {
  if (!plan.onFailure || outcome.status !== 'failed' || isHandler(run)) return {};
  let input: Json;
  try {
    input = place.masker.json(onFailureInput(plan, place, outcome));
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    return { problem: `on_failure.input: ${error.message}` };
  }
  const { environment, project, version, release, vars, actor, priority } = run;
  const traceparent = run.traceparent ?? undefined;
  const { pipeline } = plan.onFailure;
  const id = handlerId(run.id, epoch);
  const trigger = `${TRIGGER}${run.id}`;
  const started = { id, environment, project, pipeline, version, release };
  return { run: { ...started, input, vars, actor, priority, trigger, traceparent } };
}
