import type { RunStatus } from '../../core/run.ts';
import { listRuns } from '../../hosts/node/runs/list.ts';
import type { RunSummary } from '../../hosts/node/runs/record.ts';
import { openHome } from './run/home.ts';

/** A run as `fm runs list` shows it. */
export interface ListedRun {
  readonly run_id: string;
  readonly pipeline: string;
  readonly version: string;
  /** `interrupted`: its process died or was killed; it can be resumed. */
  readonly status: RunStatus | 'interrupted';
  readonly started_at: string;
  readonly duration_ms: number | null;
}

export interface ListOptions {
  readonly pipeline?: string | undefined;
  readonly status?: string | undefined;
  readonly limit: number;
}

/** The project's recorded runs, newest first. Throws FlowMasonError `NOT_FOUND` outside of a project. */
export function recordedRuns(options: ListOptions): ListedRun[] {
  const { home } = openHome();
  const { pipeline, status, limit } = options;
  return listRuns(home)
    .map(listed)
    .filter(
      (run) => (pipeline === undefined || run.pipeline === pipeline) && (status === undefined || run.status === status),
    )
    .slice(0, limit);
}

function listed(run: RunSummary): ListedRun {
  const { run_id, pipeline, version, started_at, finished_at } = run;
  return {
    run_id,
    pipeline,
    version,
    status: statusOf(run),
    started_at: new Date(started_at).toISOString(),
    duration_ms: finished_at === null ? null : finished_at - started_at,
  };
}

/** What a run that says it is running really does. */
export function statusOf(run: { readonly status: RunStatus; readonly live: boolean }): RunStatus | 'interrupted' {
  return (run.status === 'running' || run.status === 'queued') && !run.live ? 'interrupted' : run.status;
}
