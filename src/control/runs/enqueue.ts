import { FIRST_SEGMENT, unpackEpoch } from '../../store/epoch.ts';
import type { Run } from '../../store/run-states.ts';
import type { NewRun } from '../../store/runs.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane, Job } from '../control.ts';

/**
 * Creates a run and hands it on, where the dispatcher can do that in the transaction. Nobody waits in between: the second
 * statement follows the first one on its way. Throws as `runs.create`.
 */
export async function createAndEnqueue(
  { dispatcher }: Pick<ControlPlane, 'dispatcher'>,
  tx: StoreTransaction,
  run: NewRun,
): Promise<Run> {
  const { id, priority = 0 } = run;
  const job = { run: id, segment: FIRST_SEGMENT, priority };
  const [created] = await Promise.all([tx.runs.create(run), dispatcher.enqueueIn?.(tx, job)]);
  return created;
}

/** Hands a run on in the transaction that queues it, where the dispatcher can; one that has nothing to do is let be. */
export async function enqueueWith(
  { dispatcher }: Pick<ControlPlane, 'dispatcher'>,
  tx: StoreTransaction,
  run: string,
): Promise<void> {
  if (!dispatcher.enqueueIn) return;
  const job = await jobOf(tx.runs, run);
  if (job) await dispatcher.enqueueIn(tx, job);
}

/** The same after the transaction, where the dispatcher could not do it within. */
export async function enqueueDue(
  { store, dispatcher }: Pick<ControlPlane, 'store' | 'dispatcher'>,
  run: string,
): Promise<void> {
  const job = dispatcher.enqueueIn ? undefined : await jobOf(store.runs, run);
  if (job) await dispatcher.enqueue(job);
}

async function jobOf(runs: StoreTransaction['runs'], run: string): Promise<Job | undefined> {
  const state = await runs.state(run);
  if (state?.status !== 'queued') return undefined;
  return { run, segment: unpackEpoch(state.epoch).segment, priority: state.priority };
}
