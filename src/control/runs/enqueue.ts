import { unpackEpoch } from '../../store/epoch.ts';
import type { Run } from '../../store/run-states.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane, Job } from '../control.ts';

/** Hands a run on in the transaction that creates it, where the dispatcher can. */
export async function enqueueNew(
  { dispatcher }: ControlPlane,
  tx: StoreTransaction,
  { id: run, epoch, priority }: Pick<Run, 'id' | 'epoch' | 'priority'>,
): Promise<void> {
  await dispatcher.enqueueIn?.(tx, { run, segment: unpackEpoch(epoch).segment, priority });
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
