import type { ExecuteOptions, Job } from '../../../worker/host.ts';

/** What one run is executed with, beside what all have. */
export type RunExtras = Omit<ExecuteOptions, 'onEvent' | 'drain'>;

/** A job that waits for its turn. */
export interface QueuedJob {
  readonly job: Job;
  readonly priority: number;
  /** Epoch milliseconds. */
  readonly accepted_at: number;
  readonly extras?: RunExtras | undefined;
  /** Whether it was told that the run has to wait for a place. */
  readonly announced?: boolean;
}

/** Jobs by priority, then by age; one per run. */
export class RunQueue {
  readonly #jobs = new Map<string, QueuedJob>();

  has(run: string): boolean {
    return this.#jobs.has(run);
  }

  /** The latest job of a run counts, with what the run was first given. */
  add(queued: QueuedJob): void {
    const extras = queued.extras ?? this.#jobs.get(queued.job.run)?.extras;
    this.#jobs.set(queued.job.run, { ...queued, extras });
  }

  take(): QueuedJob | undefined {
    let first: QueuedJob | undefined;
    for (const queued of this.#jobs.values()) if (!first || isBefore(queued, first)) first = queued;
    if (first) this.#jobs.delete(first.job.run);
    return first;
  }

  /** Takes the job of one run. */
  remove(run: string): QueuedJob | undefined {
    const queued = this.#jobs.get(run);
    this.#jobs.delete(run);
    return queued;
  }
}

function isBefore(a: QueuedJob, b: QueuedJob): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.accepted_at !== b.accepted_at ? a.accepted_at < b.accepted_at : a.job.run < b.job.run;
}
