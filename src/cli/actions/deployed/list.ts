import type { RunSummary } from '../../../core/api/run.ts';
import type { TargetFlags } from '../../target.ts';
import type { ListedRun, ListOptions } from '../runs.ts';
import { onRuns, type RunsThere } from './on-runs.ts';
import { filterOf } from './run-filter.ts';

const PAGE = 200;

/** The runs of a target, the newest first. */
export function listThere(flags: TargetFlags, options: ListOptions): Promise<ListedRun[]> {
  const { pipeline, status, since, release, limit } = options;
  return onRuns(flags, async (there) => {
    const found: ListedRun[] = [];
    // Which of the running ones are interrupted is known here only.
    const asked = status === 'interrupted' ? 'running' : status;
    const filter = {
      ...(await filterOf(there, { pipeline, since, release })),
      ...(asked === undefined ? {} : { status: asked }),
    };
    for (let cursor: string | undefined; found.length < limit; ) {
      const page = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const { runs, next } = await there.target.client.call('GET /runs', { ...filter, ...page });
      found.push(
        ...runs.map((run) => listed(there, run)).filter((run) => status === undefined || run.status === status),
      );
      if (next === null) break;
      cursor = next;
    }
    return found.slice(0, limit);
  });
}

function listed({ statusOf }: RunsThere, run: RunSummary): ListedRun {
  const { run_id, pipeline, version, accepted_at, started_at, finished_at, waiting } = run;
  const began = started_at ?? accepted_at;
  return {
    run_id,
    pipeline,
    version,
    status: statusOf(run),
    started_at: new Date(began).toISOString(),
    duration_ms: finished_at === null ? null : finished_at - began,
    ...(waiting.length === 0 ? {} : { waiting }),
  };
}
