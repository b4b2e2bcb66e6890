import type { Dispatcher, Job } from '../../control/control.ts';
import type { EnqueuedJob } from '../../store/dialects/dialect.ts';
import type { Store } from '../../store/store.ts';

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
    enqueue: async (job) => queue.queue.enqueue(toJob(job)),
    ...(queue === store ? inOne(store, toJob) : {}),
  };
}

/** Where runs and queue are in one database, they are written in one transaction. */
function inOne({ queue }: Store, toJob: (job: Job) => EnqueuedJob): Required<Pick<Dispatcher, 'enqueueIn' | 'accept'>> {
  return {
    enqueueIn: async (tx, job) => tx.queue.enqueue(toJob(job)),
    accept: (run) => queue.accept(run, toJob({ run: run.id, segment: 1, priority: 0 })),
  };
}
