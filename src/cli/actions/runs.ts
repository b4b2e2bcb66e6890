import type { RunWait } from '../../core/api/run.ts';
import { fail } from '../../core/errors.ts';
import type { RunStatus } from '../../core/run.ts';
import { systemClock } from '../../hosts/node/clock.ts';
import { listRuns } from '../../hosts/node/runs/list.ts';
import type { RunSummary } from '../../hosts/node/runs/record.ts';
import { commandLine } from '../usage.ts';
import { openHome } from './run/home.ts';
import { sinceOf } from './since.ts';

/** A run as `fm runs list` shows it. */
export interface ListedRun {
  readonly run_id: string;
  readonly pipeline: string;
  readonly version: string;
  /** `interrupted`: its process died or was killed; it can be resumed. */
  readonly status: RunStatus | 'interrupted';
  readonly started_at: string;
  readonly duration_ms: number | null;
  /** What a waiting run waits for. */
  readonly waiting?: readonly RunWait[];
}

export interface ListOptions {
  readonly pipeline?: string | undefined;
  readonly status?: string | undefined;
  readonly since?: string | undefined;
  /** Of what is deployed. */
  readonly release?: string | undefined;
  readonly limit: number;
}

/** Throws FlowMasonError `USAGE` for what only runs of releases can be asked by. */
export function checkListed({ release }: Pick<ListOptions, 'release'>): void {
  if (release === undefined) return;
  fail('USAGE', 'The runs of this project are runs of files; only what is deployed has a --release', {
    hint: commandLine('runs:list', ['--release', release, '--env', 'staging']),
  });
}

/** The project's recorded runs, newest first. Throws FlowMasonError `NOT_FOUND` outside of a project. */
export function recordedRuns(options: ListOptions): ListedRun[] {
  const { home } = openHome();
  const { pipeline, status, limit } = options;
  const since = options.since === undefined ? 0 : sinceOf(options.since, systemClock.now());
  return listRuns(home)
    .filter(({ started_at }) => started_at >= since)
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
