import type { Db, PgBoss } from 'pg-boss';
import type { EnqueuedJob } from '../../../../store/dialects/dialect.ts';
import { openBoss, translated } from './open-boss.ts';
import { CHANNEL, DEAD, HEARTBEAT, RUNS, SCHEMA } from './settings.ts';

/** What a job carries: enough to find the run, and nothing of it. */
export interface JobData {
  readonly tenant: string | null;
  readonly run: string;
  readonly segment: number;
}

/** A job that this process has claimed. `id` and `retryCount` together name the claim. */
export interface ClaimedJob {
  readonly id: string;
  readonly retryCount: number;
  readonly data: JobData;
}

/** A job that was given up after all its tries. */
export interface DeadJob extends ClaimedJob {
  /** How often the run was tried again. */
  readonly tries: number;
}

/** When a job that could not begin is tried again. */
export interface PutBack {
  /** Milliseconds from now. */
  readonly delay: number;
  /** Those that wait for the same place: `next` takes one of them earlier. */
  readonly group?: string | undefined;
}

/** Where the job of a segment stands; `none`: there is none. */
export type JobState = 'none' | 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed';

export interface JobQueueOptions {
  readonly onError: (error: unknown) => void;
  /** Runs of one tenant that may be executed at a time, on all workers together. */
  readonly tenantConcurrency?: number | undefined;
}

/** Connections: one claims, one completes, one touches, one is for everything else. */
const CONNECTIONS = 4;
/** Any number will do; it is the same in every version. */
const FETCH_LOCK = 0x466c_6f78;

/**
 * The queue as a worker sees it: pg-boss' `fetch`, `touch`, `complete` and `fail`, and what it lacks. Every method throws
 * FlowMasonError `DATABASE_…`.
 */
export class JobQueue {
  readonly #boss: PgBoss;
  readonly #db: Db;
  readonly #options: JobQueueOptions;
  /** Milliseconds after which a job whose worker says nothing is somebody else's. */
  readonly lease: number;

  private constructor(boss: PgBoss, lease: number, options: JobQueueOptions) {
    this.#boss = boss;
    this.lease = lease;
    this.#db = boss.getDb();
    this.#options = options;
  }

  /** Opens the queue of a control database for a worker. Throws FlowMasonError `SCHEMA_BEHIND`, `DATABASE_…`. */
  static async open(url: string, options: JobQueueOptions): Promise<JobQueue> {
    const { onError } = options;
    const boss = await openBoss(url, { supervise: true, connections: CONNECTIONS, onError });
    try {
      const queue = await said(() => boss.getQueue(RUNS));
      return new JobQueue(boss, (queue?.heartbeatSeconds ?? HEARTBEAT) * 1_000, options);
    } catch (error) {
      await boss.stop({ graceful: false });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false });
  }

  /** Calls back whenever something was enqueued, and when calls may have been lost. Answers how to end that. */
  async listen(onWake: () => void): Promise<() => Promise<void>> {
    const listening = await said(async () => this.#db.listen?.(CHANNEL, onWake, onWake));
    return async () => listening?.close();
  }

  /** Claims jobs that are due, by priority and age. */
  async fetch(most: number): Promise<ClaimedJob[]> {
    const { tenantConcurrency } = this.#options;
    if (tenantConcurrency === undefined) return said(() => this.#boss.fetch<JobData>(RUNS, { batchSize: most }));
    // pg-boss counts and claims in one statement, and two of them at once would count the same.
    return this.#inTransaction(async (db) => {
      await db.executeSql('select pg_advisory_xact_lock($1)', [FETCH_LOCK]);
      return this.#boss.fetch<JobData>(RUNS, { batchSize: most, groupConcurrency: tenantConcurrency, db });
    });
  }

  /** Says that these are alive; answers the ids of those that still are this process's. */
  async touch(jobs: readonly ClaimedJob[]): Promise<ReadonlySet<string>> {
    // Its declaration leaves out what the statement answers beside the count.
    const answer = (await said(() => this.#boss.touch(RUNS, [...jobs]))) as { readonly settled?: readonly string[] };
    return new Set(answer.settled);
  }

  async complete(jobs: readonly ClaimedJob[]): Promise<void> {
    await said(() => this.#boss.complete(RUNS, [...jobs]));
  }

  /** Uses up one try: the job comes again after a while, or is given up after the last. */
  async fail(job: ClaimedJob, message: string): Promise<void> {
    await said(() => this.#boss.fail(RUNS, job, { message }));
  }

  /** Gives a job back without using up a try. */
  async putBack({ id, retryCount }: ClaimedJob, { delay, group }: PutBack): Promise<void> {
    await this.#run(
      `with back as (
        update ${SCHEMA}.job set state = 'created', started_on = null, heartbeat_on = null, singleton_key = $4,
          start_after = ${SCHEMA}.job_now() + $3::float8 * interval '1 millisecond'
        where name = '${RUNS}' and id = $1 and state = 'active' and retry_count = $2 returning id
      )
      select pg_notify('${CHANNEL}', '') from back where $3::float8 <= 0`,
      [id, retryCount, delay, group ?? null],
    );
  }

  /** Lets one of those that wait for a place try at once: the one of the highest priority, then the oldest. */
  async next(group: string): Promise<void> {
    await this.#run(
      `with next as (
        select id from ${SCHEMA}.job where name = '${RUNS}' and state = 'created' and singleton_key = $1
        order by priority desc, created_on limit 1 for update skip locked
      ), moved as (
        update ${SCHEMA}.job as job set start_after = least(job.start_after, ${SCHEMA}.job_now()) from next
        where job.name = '${RUNS}' and job.id = next.id returning job.id
      )
      select pg_notify('${CHANNEL}', '') from moved`,
      [group],
    );
  }

  /** Enqueues what a worker wants to go on with. */
  async enqueue({ tenant, run, segment, priority, delay = 0, retry = 0, most }: EnqueuedJob): Promise<void> {
    const values = [tenant, run, segment, priority, Math.round(delay), retry, most ?? null];
    await this.#run('select flowmason_enqueue($1, $2, $3, $4, $5, $6, $7)', values);
  }

  /** The states of the jobs of these segments, in their order. */
  async states(segments: readonly JobData[]): Promise<JobState[]> {
    const rows = await this.#run(
      `select coalesce(job.state::text, 'none') as state
      from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as asked (tenant, run, segment, place)
      left join ${SCHEMA}.job as job on job.name = '${RUNS}' and job.id = flowmason_job(asked.tenant, asked.run, asked.segment)
      order by asked.place`,
      [segments.map(({ tenant }) => tenant), segments.map(({ run }) => run), segments.map(({ segment }) => segment)],
    );
    // The names of the type `job_state`, or the word above.
    return rows.map(({ state }) => state as JobState);
  }

  /** Enqueues a segment anew whose job is done although the segment is not. */
  async again(job: EnqueuedJob): Promise<void> {
    const { tenant, run, segment } = job;
    await this.#run(
      `delete from ${SCHEMA}.job where name = '${RUNS}' and id = flowmason_job($1, $2, $3) and state in ('completed', 'cancelled')`,
      [tenant, run, segment],
    );
    await this.enqueue(job);
  }

  /** Claims jobs that were given up. */
  async fetchDead(most: number): Promise<DeadJob[]> {
    const jobs = await said(() => this.#boss.fetch<JobData>(DEAD, { batchSize: most, includeMetadata: true }));
    return jobs.map(({ id, retryCount, data, sourceRetryCount }) => ({
      id,
      retryCount,
      data,
      tries: sourceRetryCount ?? 0,
    }));
  }

  async completeDead(job: DeadJob): Promise<void> {
    await said(() => this.#boss.complete(DEAD, job));
  }

  async failDead(job: DeadJob, message: string): Promise<void> {
    await said(() => this.#boss.fail(DEAD, job, { message }));
  }

  async #run(statement: string, values: unknown[]): Promise<Record<string, unknown>[]> {
    return (await said(() => this.#db.executeSql(statement, values))).rows;
  }

  async #inTransaction<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return said(async () => {
      const transaction = await this.#db.beginTransaction?.();
      // Of the driver that pg-boss brings.
      if (!transaction) throw new Error('the driver has no transactions');
      try {
        const result = await work(transaction.db);
        await transaction.commit();
        return result;
      } catch (error) {
        await transaction.rollback();
        throw error;
      }
    });
  }
}

/** What a call answers, its failure in our words. */
async function said<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translated(error);
  }
}
