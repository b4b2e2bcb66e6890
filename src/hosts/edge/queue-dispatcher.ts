import type { Dispatcher, Job } from '../../control/control.ts';
import type { EnqueuedJob } from '../../store/dialects/dialect.ts';
import type { Store, StoreTransaction } from '../../store/store.ts';

export interface QueueDispatcherOptions {
  /** Where the runs are. */
  readonly store: Store;
  /** Where the queue is: the control database. Default: with the runs. */
  readonly queue?: Store | undefined;
  readonly tenant: string | null;
}

/** Jobs of one tenant that may be queued; the runs of all others wait in its database until there is room. */
export const MOST_QUEUED = 3_000;

/**
 * Hands runs to the workers (`fm worker`) that share the queue of a PostgreSQL database which `fm migrate` has prepared;
 * needs nothing of pg-boss.
 */
export function queueDispatcher({ store, queue = store, tenant }: QueueDispatcherOptions): Dispatcher {
  const toJob = (job: Job): EnqueuedJob => ({ ...job, tenant, most: MOST_QUEUED });
  return {
    workers: (pool) => queue.workers.taking(pool),
    enqueue: (job) => queue.queue.enqueue(toJob(job)),
    ...(queue === store ? { enqueueIn: (tx: StoreTransaction, job: Job) => tx.queue.enqueue(toJob(job)) } : {}),
  };
}
