import postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/hosts/node/clock.ts';
import { openDatabase } from '../../../src/hosts/node/database/open.ts';
import { executeJob } from '../../../src/hosts/node/dispatcher/pg-boss/execute-job.ts';
import { JobQueue, type JobState } from '../../../src/hosts/node/dispatcher/pg-boss/job-queue.ts';
import { Pump } from '../../../src/hosts/node/dispatcher/pg-boss/pump.ts';
import { QueueWorker, type QueueWorkerOptions } from '../../../src/hosts/node/dispatcher/pg-boss/queue-worker.ts';
import type { Executed, ExecuteOptions, Job } from '../../../src/worker/host.ts';
import { queueDatabase } from '../../setup/postgres-queue.ts';
import { JumpClock } from '../jump-clock.ts';
import type { Open, Opened } from '../open.ts';
import { WorkerWorld, type WorldOptions } from '../world.ts';

/** Workers look for dead ones every second. */
const LOOKED_FOR = { timeout: 20_000 };

/** A worker whose `execute` goes through the queue: enqueued, claimed, executed and settled. */
class QueueWorld extends WorkerWorld {
  queue: JobQueue | undefined;
  pump: Pump | undefined;
  #url = '';
  readonly #asked = new Map<string, Asked>();

  async connect(url: string): Promise<void> {
    this.#url = url;
    const queue = await JobQueue.open(url, { onError: () => {} });
    const pump = new Pump({
      queue,
      clock: systemClock,
      concurrency: 8,
      pollEvery: 1_000,
      execute: async (job, lost) => {
        const asked = this.#asked.get(job.data.run);
        // Another world of the test has asked for it.
        if (!asked) return { back: { delay: 0 } };
        this.#asked.delete(job.data.run);
        try {
          await executeJob(this.host, queue, job, { ...asked.options, lost, onExecuted: asked.resolve });
        } catch (error) {
          asked.reject(error);
        }
        // What is to be tried again is asked for by the test.
        return 'done';
      },
      onError: (error) => {
        throw error;
      },
    });
    const stop = await queue.listen(() => pump.wake());
    pump.start();
    this.queue = queue;
    this.pump = pump;
    onTestFinished(async () => {
      await stop();
      await pump.close();
      await queue.close();
    });
  }

  override async execute(run: string, options: ExecuteOptions = {}): Promise<Executed> {
    const job = await this.jobOf(run);
    const executed = new Promise<Executed>((resolve, reject) => this.#asked.set(run, { options, resolve, reject }));
    if ((await this.#state(job)) === 'active') await this.#silence(job);
    // One that was about to be settled is done by now.
    await this.queue?.again({ ...job, tenant: null, priority: 0 });
    return executed;
  }

  async #state({ run, segment }: Job): Promise<JobState | undefined> {
    return (await this.queue?.states([{ tenant: null, run, segment }]))?.[0];
  }

  /** Lets a job look as if its worker had said nothing for longer than it may, until that is noticed. */
  async #silence(job: Job): Promise<void> {
    const sql = postgres(this.#url, { max: 1 });
    const { run, segment } = job;
    await expect
      .poll(async () => {
        await sql`update pgboss.job set heartbeat_on = heartbeat_on - interval '11 seconds'
          where id = flowmason_job(null, ${run}, ${segment}) and state = 'active'`;
        return this.#state(job);
      }, LOOKED_FOR)
      .not.toBe('active');
    await sql.end();
  }
}

interface Asked {
  readonly options: ExecuteOptions;
  readonly resolve: (executed: Executed) => void;
  readonly reject: (error: unknown) => void;
}

/** As `opener` of the contract, with runs that are executed through the queue. */
export const openQueue: Open = async (options = {}) => {
  const url = await queueDatabase();
  const open = async (more: WorldOptions = {}): Promise<QueueWorld> => {
    const world = new QueueWorld(await openDatabase(url, '/'), new JumpClock(), { ...options, ...more });
    onTestFinished(async () => {
      await world.close();
      await world.store.close();
    });
    await world.connect(url);
    return world;
  };
  return { url, world: await open(), another: open } satisfies Opened;
};

/** A database with a queue, and a world on it that executes nothing by itself. */
export async function openIdle(options: WorldOptions = {}, settings?: Parameters<typeof queueDatabase>[0]) {
  const url = await queueDatabase(settings);
  const world = new WorkerWorld(await openDatabase(url, '/'), systemClock, options);
  onTestFinished(async () => {
    await world.close();
    await world.store.close();
  });
  /** Accepts a run and enqueues it, as a control plane does. */
  const start: typeof world.start = async (...args) => {
    const run = await world.start(...args);
    const { priority } = await world.row(run);
    await world.store.queue.enqueue({ tenant: null, run, segment: 1, priority });
    return run;
  };
  const worker = async (more: Partial<QueueWorkerOptions> = {}): Promise<QueueWorker> => {
    const opened = await QueueWorker.open({
      url,
      clock: systemClock,
      hosts: [world.host],
      concurrency: 8,
      onError: () => {},
      ...more,
    });
    onTestFinished(() => opened.close(0));
    return opened;
  };
  return { url, world, start, worker };
}
