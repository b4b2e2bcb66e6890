import type { BulkView } from '../../core/api/run.ts';
import { FlowMasonError, fail } from '../../core/errors.ts';
import type { RunStatus } from '../../core/run.ts';
import type { RunFilter, RunRow } from '../../store/runs.ts';
import type { ControlPlane } from '../control.ts';

type Filter = Omit<RunFilter, 'environment'>;

/** The runs that a bulk call is about. */
export interface Selected {
  readonly runs: readonly RunRow[];
  readonly more: boolean;
}

/**
 * Selects runs, the newest first, of those states that the call can do something about. Throws FlowMasonError
 * `REQUEST_INVALID` for a filter that says nothing: nobody means every run by that.
 */
export async function selectRuns(
  { store, environment }: ControlPlane,
  filter: Filter,
  possible: readonly RunStatus[],
  limit: number,
): Promise<Selected> {
  if (Object.values(filter).every((value) => value === undefined)) {
    fail('REQUEST_INVALID', 'filter: Expected at least one of pipeline, status, release, version');
  }
  const status = (filter.status ?? possible).filter((each) => possible.includes(each));
  if (status.length === 0) {
    fail(
      'REQUEST_INVALID',
      `filter.status: Expected one of ${possible.join(', ')}, found ${filter.status?.join(', ')}`,
    );
  }
  const { runs, next } = await store.runs.list({ environment, ...filter, status }, { limit });
  return { runs, more: next !== undefined };
}

export type BulkRun = BulkView['runs'][number];

/** Does something to one run; a refusal of that one is told and keeps nobody else from it. */
export async function attempt(run: RunRow, work: () => Promise<RunStatus>): Promise<BulkRun> {
  const { id: run_id, pipeline } = run;
  try {
    return { run_id, pipeline, status: await work() };
  } catch (error) {
    if (!(error instanceof FlowMasonError) || /^(DATABASE_|TRANSACTION_|INTERNAL)/.test(error.code)) throw error;
    const { code, message } = error;
    return { run_id, pipeline, status: run.status, refused: { code, message } };
  }
}
