import type { WorkerHost } from '../../../../worker/host.ts';
import { sweep } from '../sweep.ts';
import { giveUp } from './give-up.ts';
import type { JobData, JobQueue, JobState } from './job-queue.ts';

/** A run that should have a job. */
interface Expected extends JobData {
  readonly retry: number;
  readonly priority: number;
  /** Milliseconds until the job is due. */
  readonly delay: number;
}

export interface ReconcileOptions {
  /** Jobs of a tenant that may be queued. */
  readonly most?: number | undefined;
}

/** Runs whose jobs are asked for in one statement. */
const PART = 500;

/**
 * Compares the runs of a database with their jobs, and enqueues what has none: the enqueuing got lost, was above the cap of
 * the tenant, or the database of the queue is an older copy. Harmless where a job is on its way just now. Runs whose job
 * was given up are ended. Throws FlowMasonError `DATABASE_…`.
 */
export async function reconcile(host: WorkerHost, queue: JobQueue, { most }: ReconcileOptions = {}): Promise<void> {
  const { store, tenant, runtime } = host;
  const now = runtime.clock.now();
  const expected: Expected[] = [];
  await sweep(store, now, () => false, {
    queued: ({ job, priority }) => expected.push({ ...job, tenant, priority, delay: 0 }),
    running: ({ job }) => expected.push({ ...job, tenant, priority: 0, delay: 0 }),
    waiting: (run, until, segment) =>
      expected.push({ tenant, run, segment: segment + 1, retry: 0, priority: 0, delay: Math.max(0, until - now) }),
  });
  for (let from = 0; from < expected.length; from += PART) {
    const part = expected.slice(from, from + PART);
    const states = await queue.states(part);
    for (const [index, job] of part.entries()) await mend(host, queue, { ...job, most }, states[index]);
  }
}

async function mend(
  host: WorkerHost,
  queue: JobQueue,
  job: Expected & { readonly most: number | undefined },
  state: JobState | undefined,
): Promise<void> {
  if (state === 'none') await queue.enqueue(job);
  else if (state === 'completed' || state === 'cancelled') await queue.again(job);
  else if (state === 'failed') await giveUp(host, queue, job, job.retry);
}
