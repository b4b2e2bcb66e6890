import { FlowMasonError } from '../../../../core/errors.ts';
import type { Clock } from '../../../../core/ports.ts';
import type { Executed, WorkerHost } from '../../../../worker/host.ts';
import { type Interrupts, watchInterrupts } from '../../../../worker/interrupts.ts';
import { MOST_QUEUED } from '../../../edge/queue-dispatcher.ts';
import { executeJob, priorityOf } from './execute-job.ts';
import { giveUp } from './give-up.ts';
import { type ClaimedJob, JobQueue, type JobQueueOptions } from './job-queue.ts';
import { Pump, type Settled } from './pump.ts';
import { reconcile } from './reconcile.ts';

/** What one tenant's runs are executed with. */
export type TenantHost = Omit<WorkerHost, 'enqueue' | 'interrupts'>;

export interface QueueWorkerOptions extends JobQueueOptions {
  /** The control database: `postgresql://…`. */
  readonly url: string;
  readonly clock: Clock;
  /** One per tenant; a job of another one is left to other workers. */
  readonly hosts: readonly TenantHost[];
  /** Runs that are executed at a time. */
  readonly concurrency: number;
  /** Jobs of one tenant that may be queued. Default 3000. */
  readonly mostQueued?: number | undefined;
  /** Told what came of each job. */
  readonly onExecuted?: ((run: string, executed: Executed) => void) | undefined;
}

/** Milliseconds. */
const POLL_EVERY = 1_000;
const INTERRUPTS_EVERY = 500;
const BURY_EVERY = 2_000;
/** How long a tenant's job waits for a worker that knows the tenant. */
const STRANGE = 2_000;

/** Executes runs that workers share by a queue in PostgreSQL. */
export class QueueWorker {
  readonly #options: QueueWorkerOptions;
  readonly #queue: JobQueue;
  readonly #hosts: ReadonlyMap<string | null, WorkerHost>;
  readonly #interrupts: readonly Interrupts[];
  readonly #pump: Pump;
  readonly #drain = new AbortController();
  #stopListening: (() => Promise<void>) | undefined;
  #stopBury: (() => void) | undefined;
  #burying: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(queue: JobQueue, options: QueueWorkerOptions) {
    this.#options = options;
    this.#queue = queue;
    const { clock, concurrency, onError } = options;
    const hosts = options.hosts.map((host) => hostOf(host, queue, clock, options.mostQueued ?? MOST_QUEUED));
    this.#hosts = new Map(hosts.map((host) => [host.tenant, host]));
    this.#interrupts = hosts.map(({ interrupts }) => interrupts);
    this.#pump = new Pump({
      queue,
      clock,
      concurrency,
      pollEvery: POLL_EVERY,
      execute: (job, lost) => this.#execute(job, lost),
      onError,
    });
  }

  /** Connects to the queue; takes nothing yet. Throws FlowMasonError `SCHEMA_BEHIND`, `DATABASE_…`. */
  static async open(options: QueueWorkerOptions): Promise<QueueWorker> {
    return new QueueWorker(await JobQueue.open(options.url, options), options);
  }

  /** Runs that it executes now. */
  get running(): number {
    return this.#pump.held;
  }

  /** Begins to take jobs, as they come. */
  async start(): Promise<void> {
    this.#stopListening = await this.#queue.listen(() => this.#pump.wake());
    this.#pump.start();
    this.#bury();
  }

  /** Takes all that is due, and resolves when it is done and nothing more is due. */
  async once(): Promise<void> {
    await this.reconcile();
    await this.#buryAll();
    this.#pump.start();
    await this.#pump.idle();
  }

  /** Looks for runs without a job and for jobs that were given up. One worker at a time is enough. */
  async reconcile(): Promise<void> {
    const { mostQueued: most = MOST_QUEUED } = this.#options;
    for (const host of this.#hosts.values()) await reconcile(host, this.#queue, { most });
  }

  /**
   * Takes no more jobs. What is being executed may end within `limit` milliseconds; then it is given back as it is, for
   * other workers.
   */
  close(limit: number): Promise<void> {
    this.#closing ??= this.#close(limit);
    return this.#closing;
  }

  async #close(limit: number): Promise<void> {
    const { clock } = this.#options;
    const settled = this.#pump.close();
    this.#stopBury?.();
    const stop = clock.after(limit, () => this.#drain.abort(new FlowMasonError('CANCELLED', 'The process is to end')));
    await this.#stopListening?.();
    await settled;
    stop();
    await this.#burying;
    for (const interrupts of this.#interrupts) interrupts.close();
    await this.#queue.close();
  }

  async #execute(job: ClaimedJob, lost: AbortSignal): Promise<Settled> {
    const host = this.#hosts.get(job.data.tenant);
    if (!host) return { back: { delay: STRANGE } };
    return executeJob(host, this.#queue, job, {
      lost,
      drain: this.#drain.signal,
      onExecuted: (executed) => this.#options.onExecuted?.(job.data.run, executed),
    });
  }

  #bury(): void {
    this.#burying = this.#buryAll();
    void this.#burying.then(() => {
      if (!this.#closing) this.#stopBury = this.#options.clock.after(BURY_EVERY, () => this.#bury());
    });
  }

  /** Ends runs whose jobs have used up their tries. */
  async #buryAll(): Promise<void> {
    const { onError } = this.#options;
    try {
      for (const job of await this.#queue.fetchDead(100)) {
        const host = this.#hosts.get(job.data.tenant);
        try {
          if (!host) throw new Error(`no worker of tenant ${job.data.tenant}`);
          await giveUp(host, this.#queue, job.data, job.tries);
          await this.#queue.completeDead(job);
        } catch (error) {
          onError(error);
          await this.#queue.failDead(job, String(error));
        }
      }
    } catch (error) {
      onError(error);
    }
  }
}

function hostOf(host: TenantHost, queue: JobQueue, clock: Clock, most: number): WorkerHost {
  const { store, tenant } = host;
  return {
    ...host,
    interrupts: watchInterrupts(store, clock, INTERRUPTS_EVERY),
    enqueue: async (job) => queue.enqueue({ ...job, tenant, priority: await priorityOf(host, job.run), most }),
  };
}
