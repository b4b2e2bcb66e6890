import type { WorkerHost } from '../../../../worker/host.ts';
import { workerLost } from '../worker-lost.ts';
import { executeJob } from './execute-job.ts';
import type { JobData, JobQueue } from './job-queue.ts';

/** Ends a run whose job has used up its tries; one that has ended or goes on otherwise is let be. */
export async function giveUp(host: WorkerHost, queue: JobQueue, data: JobData, tries: number): Promise<void> {
  // Later than every try, so whatever comes of them is fenced off.
  await executeJob(host, queue, { id: '', data, retryCount: tries + 1 }, { giveUp: workerLost(data.run, tries + 1) });
}
