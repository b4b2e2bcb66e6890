import type { RunView } from '../../../core/api/run.ts';
import type { RunOutcome } from '../../../core/run.ts';

/** A run as `fm run` and `fm runs show` print it. */
export function outcomeOfView(view: RunView): RunOutcome {
  const { run_id, pipeline, version, status, result, error, stages, usage, failed_input } = view;
  const waiting = view.waiting.map(({ path, signal, message, until }) => ({
    path,
    ...(signal === undefined ? {} : { signal }),
    ...(message === undefined ? {} : { message }),
    ...(until === undefined ? {} : { until }),
  }));
  return {
    run_id,
    pipeline,
    version,
    status,
    result,
    error,
    stages: [...stages],
    usage,
    started_at: view.started_at ?? view.accepted_at,
    duration_ms: view.duration_ms ?? 0,
    ...(failed_input === undefined ? {} : { failed_input }),
    ...(waiting.length === 0 ? {} : { waiting }),
  };
}
