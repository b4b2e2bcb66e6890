import { counter, gauge, histogram, WORK_BUCKETS } from '../core/prometheus.ts';
import type { StageStatus } from '../core/run.ts';
import type { Epoch } from '../store/epoch.ts';
import type { Executed } from './host.ts';

/** What only the process knows that executes runs. */
export interface RunMetrics {
  taken(epoch: Epoch): void;
  stage(component: string, status: StageStatus, milliseconds: number): void;
  /** Undefined: an error of the host ended the attempt. */
  ended(executed: Executed | undefined): void;
  /** Prometheus text format, line by line. `capacity`: runs that it executes at a time. */
  lines(capacity: number): string[];
}

/** Counters of this process. Labels are components and states, of which there are only so many. */
export function runMetrics(): RunMetrics {
  const stages = histogram('flowmason_stage_duration_seconds', 'Time from a stage’s start to its end.', WORK_BUCKETS);
  const attempts = counter('flowmason_run_attempts_total', 'Attempts to execute runs, by what came of them.');
  const finished = counter('flowmason_runs_finished_total', 'Runs that this process brought to their end, by state.');
  const takeovers = counter('flowmason_run_takeovers_total', 'Runs taken over from a worker that was lost.');
  const fences = counter(
    'flowmason_fence_rejections_total',
    'Writes refused because another worker had taken the run.',
  );
  let executing = 0;
  takeovers.add({}, 0);
  fences.add({}, 0);
  return {
    taken({ retry }) {
      executing++;
      if (retry > 0) takeovers.add({});
    },
    stage: (component, status, milliseconds) => stages.observe({ component, status }, milliseconds / 1_000),
    ended(executed) {
      executing--;
      attempts.add({ outcome: executed?.kind ?? 'error' });
      if (executed?.kind === 'ended') finished.add({ status: executed.outcome.status });
      if (executed?.kind === 'superseded') fences.add({});
    },
    lines: (capacity) => [
      ...gauge('flowmason_worker_runs_executing', 'Runs that this process executes now.', [{ value: executing }]),
      ...gauge('flowmason_worker_runs_capacity', 'Runs that this process executes at a time.', [{ value: capacity }]),
      ...[stages, attempts, finished, takeovers, fences].flatMap((metric) => metric.lines()),
    ],
  };
}
