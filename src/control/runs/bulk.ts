import type { BulkView } from '../../core/api/run.ts';
import { FlowMasonError, fail } from '../../core/errors.ts';
import type { RunStatus } from '../../core/run.ts';
import type { RunFilter, RunRow } from '../../store/run-list.ts';
import type { ControlPlane } from '../control.ts';

type Filter = Omit<RunFilter, 'environment' | 'notBy'>;

/** A page of what a bulk call is about. */
export interface BulkPage {
  readonly filter: Filter;
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly dry_run: boolean;
}

/** Which runs a bulk call can do something about. */
export interface Possible {
  readonly status: readonly RunStatus[];
  /** What is meant where the filter names no state. Default: all that are possible. */
  readonly usual?: readonly RunStatus[] | undefined;
  /** Leaves out what was started by a trigger whose id begins so. */
  readonly notBy?: string | undefined;
}

/** The runs of one page. */
export interface Selected {
  readonly runs: readonly RunRow[];
  readonly next: string | null;
  /** Of a dry run: how many there are on all pages. */
  readonly total?: number | undefined;
}

/**
 * Selects runs, the newest first, of those states that the call can do something about. Throws FlowMasonError
 * `REQUEST_INVALID` for a filter that says nothing: nobody means every run by that.
 */
export async function selectRuns(
  { store, environment }: ControlPlane,
  { filter, cursor, limit, dry_run }: BulkPage,
  { status: possible, usual = possible, notBy }: Possible,
): Promise<Selected> {
  if (Object.values(filter).every((value) => value === undefined)) {
    fail('REQUEST_INVALID', 'filter: Expected at least one of pipeline, status, release, version, since');
  }
  const status = (filter.status ?? usual).filter((each) => possible.includes(each));
  if (status.length === 0) {
    fail(
      'REQUEST_INVALID',
      `filter.status: Expected one of ${possible.join(', ')}, found ${filter.status?.join(', ')}`,
    );
  }
  const selected = { environment, ...filter, status, notBy };
  const { runs, next = null } = await store.runs.list(selected, { after: cursor, limit });
  return { runs, next, ...(dry_run ? { total: await store.runs.number(selected) } : undefined) };
}

export type BulkRun = BulkView['runs'][number];

/** Does something to one run; a refusal of that one is told and keeps nobody else from it. */
export async function attempt(
  { id: run_id, pipeline, status }: RunRow,
  work: () => Promise<Pick<BulkRun, 'status' | 'replay'>>,
): Promise<BulkRun> {
  try {
    return { run_id, pipeline, ...(await work()) };
  } catch (error) {
    const { code, message } = refusal(error);
    return { run_id, pipeline, status, refused: { code, message } };
  }
}

/** Why one run is refused. Throws what is no refusal: a database that is away, a bug. */
export function refusal(error: unknown): FlowMasonError {
  if (error instanceof FlowMasonError && !/^(DATABASE_|TRANSACTION_|INTERNAL)/.test(error.code)) return error;
  throw error;
}
