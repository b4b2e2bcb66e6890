import { eq } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import type { RunStatus } from '../core/run.ts';
import { unpackEpoch } from './epoch.ts';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

export type Run = Tables['runs']['$inferSelect'];

/** What of a run changes while it goes on. */
export type RunState = Pick<
  Run,
  'environment' | 'pipeline' | 'version' | 'release' | 'status' | 'epoch' | 'priority' | 'waiting' | 'finished_at'
>;

export const ENDED: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled'];
export const UNFINISHED: readonly RunStatus[] = ['queued', 'running', 'waiting'];

export function hasEnded(status: RunStatus): boolean {
  return ENDED.includes(status);
}

/** Says why a write of an executor found no run to write to. Throws FlowMasonError `RUN_SUPERSEDED`, `NOT_FOUND`. */
export async function refuseStale({ db, tables }: Handle, id: string, epoch: number): Promise<never> {
  const { runs } = tables;
  const [run] = await db.select({ status: runs.status, epoch: runs.epoch }).from(runs).where(eq(runs.id, id));
  if (!run) return fail('NOT_FOUND', `There is no run ${id}`);
  const why = run.epoch === epoch ? `it is ${run.status}` : 'another worker has taken it over';
  return fail('RUN_SUPERSEDED', `Run ${id} is no longer this worker's: ${why}`, {
    details: { status: run.status, epoch: { ...unpackEpoch(run.epoch) } },
  });
}
