import type { Failure } from '../../../../core/run.ts';
import type { WorkerHost } from '../../../../worker/host.ts';
import { executeJob } from './execute-job.ts';
import type { JobData, JobQueue } from './job-queue.ts';

/** Ends a run whose job has used up its tries; one that has ended or goes on otherwise is let be. */
export async function giveUp(host: WorkerHost, queue: JobQueue, data: JobData, tries: number): Promise<void> {
  // Later than every try, so whatever comes of them is fenced off.
  await executeJob(host, queue, { id: '', data, retryCount: tries + 1 }, { giveUp: failure(data.run, tries + 1) });
}

function failure(run: string, times: number): Failure {
  return {
    type: 'INTERNAL',
    code: 'worker_lost',
    message: `The run was begun ${times} times, and each time its worker died, was silent for too long or lost the database`,
    hint: `Look for what ends workers, e.g. their memory limit, then: fm runs resume ${run}`,
  };
}
