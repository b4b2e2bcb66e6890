import type { RunSummary } from '../../core/api/run.ts';
import type { RunRow } from '../../store/run-list.ts';

/** Waits of one run that a list shows. */
const WAITS = 10;

/** A run as lists show it. `now` in epoch milliseconds. */
export function summaryOf(run: RunRow, now: number): RunSummary {
  const { id, project, pipeline, version, release, status, actor, trigger, error, waiting } = run;
  const { accepted_at, started_at, finished_at } = run;
  const end = finished_at ?? now;
  return {
    run_id: id,
    project,
    pipeline,
    version,
    release,
    status,
    actor,
    trigger,
    accepted_at,
    started_at,
    finished_at,
    duration_ms: started_at === null ? null : Math.max(0, end - started_at),
    error,
    waiting: (waiting ?? []).slice(0, WAITS),
  };
}
