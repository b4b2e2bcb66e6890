import { sha256Hex } from '../../../../core/sha256.ts';
import { unpackEpoch } from '../../../../store/epoch.ts';
import { executeRun } from '../../../../worker/execute-run.ts';
import type { Executed, ExecuteOptions, Job, Place, WorkerHost } from '../../../../worker/host.ts';
import type { ClaimedJob, JobData, JobQueue, PutBack } from './job-queue.ts';
import type { Settled } from './pump.ts';

/** Milliseconds: one that could not begin is tried again after a quarter of the time that it has waited, within these. */
const SOONEST = 1_000;
const LATEST = 30_000;

export interface JobOptions extends ExecuteOptions {
  readonly onExecuted?: ((executed: Executed) => void) | undefined;
}

/** Executes the segment of a claimed job and tells what is to become of the job. Throws what `executeRun` throws. */
export async function executeJob(
  host: WorkerHost,
  queue: JobQueue,
  { data, retryCount }: ClaimedJob,
  options: JobOptions,
): Promise<Settled> {
  const { run, segment } = data;
  const executed = await claimed(host, { run, segment, retry: retryCount }, options);
  options.onExecuted?.(executed);
  switch (executed.kind) {
    case 'ended':
      if (executed.freed) await queue.next(groupOf(host, executed.freed));
      return 'done';
    case 'waiting':
      if (executed.until !== undefined) await enqueueLater(host, queue, data, executed.until);
      return 'done';
    case 'no_slot':
      return { back: { ...(await pauseOf(host, run)), group: groupOf(host, executed) } };
    case 'put_back':
      return { back: await pauseOf(host, run) };
    case 'drained':
      return { back: { delay: 0 } };
    case 'superseded':
      // When it was only silent for too long, nobody may have taken the job over yet.
      return options.lost?.aborted ? { again: 'The worker was silent for too long' } : 'done';
    case 'nothing':
      return 'done';
  }
}

/** The job of a parked run is that of its next segment, so whoever comes with it wakes the run. */
async function claimed(host: WorkerHost, job: Job, options: ExecuteOptions): Promise<Executed> {
  const executed = await executeRun(host, job, options);
  if (executed.kind !== 'nothing') return executed;
  const state = await host.store.runs.state(job.run);
  if (state?.status !== 'waiting' || unpackEpoch(state.epoch).segment + 1 !== job.segment) return executed;
  // Somebody else may have woken it just now, and then this is its job.
  await host.store.runs.wake(job.run);
  return executeRun(host, job, options);
}

/** The wake-up of a run that parked. `until` in epoch milliseconds of the host's clock. */
export async function enqueueLater(
  host: WorkerHost,
  queue: Pick<JobQueue, 'enqueue'>,
  { tenant, run, segment }: JobData,
  until: number,
): Promise<void> {
  const delay = Math.max(0, until - host.runtime.clock.now());
  await queue.enqueue({ tenant, run, segment: segment + 1, priority: await priorityOf(host, run), delay });
}

export async function priorityOf({ store }: Pick<WorkerHost, 'store'>, run: string): Promise<number> {
  return (await store.runs.state(run))?.priority ?? 0;
}

async function pauseOf({ store, runtime }: WorkerHost, run: string): Promise<PutBack> {
  const now = runtime.clock.now();
  const since = (await store.runs.get(run))?.accepted_at ?? now;
  return { delay: Math.min(LATEST, Math.max(SOONEST, (now - since) / 4)) };
}

/** What all runs that want the same place have in common. */
function groupOf({ tenant, environment }: WorkerHost, { pipeline, key }: Place): string {
  return sha256Hex(JSON.stringify([tenant, environment, pipeline, key]));
}
