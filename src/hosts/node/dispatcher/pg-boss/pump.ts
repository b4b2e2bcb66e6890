import { FlowMasonError } from '../../../../core/errors.ts';
import type { Clock } from '../../../../core/ports.ts';
import { together } from '../../../../core/together.ts';
import type { ClaimedJob, JobQueue, PutBack } from './job-queue.ts';

/** What is to become of a job: `again` uses up one of its tries. */
export type Settled = 'done' | { readonly again: string } | { readonly back: PutBack };

export interface PumpOptions {
  readonly queue: Pick<JobQueue, 'lease' | 'fetch' | 'touch' | 'complete' | 'fail' | 'putBack'>;
  readonly clock: Clock;
  /** Jobs that are held at a time. */
  readonly concurrency: number;
  /** How often it looks for jobs that nobody told of, milliseconds: retries, and those whose time has come. */
  readonly pollEvery: number;
  /** Executes a job; `lost` aborts when it is not this process's any more. What it throws uses up a try. */
  readonly execute: (job: ClaimedJob, lost: AbortSignal) => Promise<Settled>;
  readonly onError: (error: unknown) => void;
}

interface Held {
  readonly job: ClaimedJob;
  readonly lost: AbortController;
  /** Epoch milliseconds at which it was known to be this process's. */
  seen: number;
}

/** How often in the time of a lease it says that what it holds is alive. */
const TOUCHES = 10 / 3;

/** Claims as many jobs as there is room for, keeps them alive while they are executed, and settles them. */
export class Pump {
  readonly #options: PumpOptions;
  readonly #held = new Map<string, Held>();
  readonly #working = new Set<Promise<void>>();
  readonly #complete: (job: ClaimedJob) => Promise<void>;
  #filling: Promise<void> | undefined;
  #more = false;
  #closed = false;
  #stopPoll: (() => void) | undefined;
  #stopTouch: (() => void) | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
    const { queue, clock } = options;
    this.#complete = together(clock, async (jobs) => {
      await queue.complete(jobs);
      return jobs.map(() => undefined);
    });
  }

  start(): void {
    this.#poll();
    this.#keepAlive();
  }

  /** Jobs that are being executed. */
  get held(): number {
    return this.#held.size;
  }

  /** There may be something to do. */
  wake(): void {
    this.#more = true;
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
      // Somebody woke it when it had just looked.
      if (this.#more && !this.#closed && this.#held.size < this.#options.concurrency) this.wake();
    });
  }

  /** Claims no more; resolves when all that it holds is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopPoll?.();
    await this.#filling;
    while (this.#working.size > 0) await Promise.all(this.#working);
    this.#stopTouch?.();
  }

  /** Gives up what it holds, as if it were somebody else's now. */
  abandon(): void {
    for (const { lost } of this.#held.values()) lost.abort(lostError());
  }

  /** Resolves when nothing is due and nothing is being executed. */
  async idle(): Promise<void> {
    for (;;) {
      this.wake();
      await this.#filling;
      if (this.#working.size === 0) return;
      await Promise.race(this.#working);
    }
  }

  #poll(): void {
    if (this.#closed) return;
    this.wake();
    this.#stopPoll = this.#options.clock.after(this.#options.pollEvery, () => this.#poll());
  }

  async #fill(): Promise<void> {
    const { queue, clock, concurrency, onError } = this.#options;
    while (this.#more && !this.#closed) {
      // Several may end in one turn.
      await new Promise<void>((resolve) => clock.after(0, resolve));
      if (this.#closed) return;
      this.#more = false;
      const room = concurrency - this.#held.size;
      if (room <= 0) return;
      let jobs: ClaimedJob[];
      try {
        jobs = await queue.fetch(room);
      } catch (error) {
        return onError(error);
      }
      for (const job of jobs) this.#take(job);
      if (jobs.length === room) this.#more = true;
    }
  }

  #take(job: ClaimedJob): void {
    const held: Held = { job, lost: new AbortController(), seen: this.#options.clock.now() };
    this.#held.set(job.id, held);
    const work = this.#work(held).finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  async #work(held: Held): Promise<void> {
    const { queue, execute, onError } = this.#options;
    const { job, lost } = held;
    try {
      const settled = await execute(job, lost.signal).catch((error: unknown) => {
        onError(error);
        return { again: error instanceof Error ? error.message : String(error) };
      });
      if (settled === 'done') return await this.#complete(job);
      if ('back' in settled) await queue.putBack(job, settled.back);
      else await queue.fail(job, settled.again);
    } catch (error) {
      // Nobody touches it any more, so it comes again by itself.
      onError(error);
    } finally {
      this.#held.delete(job.id);
      this.wake();
    }
  }

  #keepAlive(): void {
    if (this.#closed && this.#working.size === 0) return;
    this.#stopTouch = this.#options.clock.after(this.#options.queue.lease / TOUCHES, () => {
      void this.#touch().then(() => this.#keepAlive());
    });
  }

  async #touch(): Promise<void> {
    const { queue, clock, onError } = this.#options;
    const asked = [...this.#held.values()];
    const at = clock.now();
    try {
      const mine = asked.length === 0 ? new Set() : await queue.touch(asked.map(({ job }) => job));
      for (const held of asked) {
        if (mine.has(held.job.id)) held.seen = at;
        // One that ended meanwhile is not active any more, either.
        else if (this.#held.has(held.job.id)) held.lost.abort(lostError());
      }
    } catch (error) {
      onError(error);
    }
    for (const held of asked) if (clock.now() - held.seen > queue.lease) held.lost.abort(lostError());
  }
}

function lostError(): FlowMasonError {
  return new FlowMasonError('RUN_SUPERSEDED', 'The job is no longer this worker’s, or it cannot tell');
}
