import { type QueuedJob, RunQueue } from './run-queue.ts';

/** Runs of which so many may be under way at a time. */
export interface Group {
  readonly pipeline: string;
  /** Value of `concurrency.key`. */
  readonly key: string;
  readonly limit: number;
}

/** Jobs that could not begin. Of a group only as many are tried again at a time as could find a place at all. */
export class BlockedJobs {
  readonly #groups = new Map<string, { readonly limit: number; readonly jobs: RunQueue }>();

  has(run: string): boolean {
    return [...this.#groups.values()].some(({ jobs }) => jobs.has(run));
  }

  /** Without a group it is tried again with all others. */
  add(job: QueuedJob, group?: Group): void {
    const name = group ? JSON.stringify([group.pipeline, group.key]) : '';
    const { jobs } = this.#groups.get(name) ?? { jobs: new RunQueue() };
    jobs.add(job);
    this.#groups.set(name, { jobs, limit: group?.limit ?? Number.POSITIVE_INFINITY });
  }

  /** Takes the job of one run. */
  remove(run: string): QueuedJob | undefined {
    for (const { jobs } of this.#groups.values()) if (jobs.has(run)) return jobs.remove(run);
    return undefined;
  }

  /** Takes out what is to be tried again. */
  retry(): QueuedJob[] {
    const tried: QueuedJob[] = [];
    for (const [name, { limit, jobs }] of this.#groups) {
      for (let left = limit; left > 0; left--) {
        const job = jobs.take();
        if (!job) {
          this.#groups.delete(name);
          break;
        }
        tried.push(job);
      }
    }
    return tried;
  }
}
