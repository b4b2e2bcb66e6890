import type { RunView } from '../../../core/api/run.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { leadThere } from '../../../hosts/node/targets/lead-there.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { targetFlags } from './place.ts';

/** A run of a target as `fm run` and `fm runs show` print it, with commands that lead there. */
export function outcomeOfView(view: RunView, target: Pick<Target, 'kind' | 'name'>): RunOutcome {
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
    error: error?.hint === undefined ? error : { ...error, hint: leadThere(error.hint, targetFlags(target).join(' ')) },
    stages: [...stages],
    usage,
    started_at: view.started_at ?? view.accepted_at,
    duration_ms: view.duration_ms ?? 0,
    ...(failed_input === undefined ? {} : { failed_input }),
    ...(waiting.length === 0 ? {} : { waiting }),
  };
}
