import type { Dispatcher, Job } from '../../control/control.ts';
import type { EnqueuedJob } from '../../store/dialects/dialect.ts';
import type { NewJob } from '../../store/queue.ts';
import type { NewRun } from '../../store/runs.ts';
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
  const place: NewJob = { tenant, most: MOST_QUEUED };
  const toJob = (job: Job): EnqueuedJob => ({ ...job, ...place });
  return {
    workers: (pool) => queue.workers.taking(pool),
    enqueue: async (job) => queue.queue.enqueue(toJob(job)),
    // Where runs and queue are in one database, they are written in one transaction.
    ...(queue === store
      ? {
          enqueueIn: async (tx: StoreTransaction, job: Job) => tx.queue.enqueue(toJob(job)),
          accept: (run: NewRun) => store.queue.accept(run, place),
        }
      : {}),
  };
}
