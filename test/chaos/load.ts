import postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import type { PipelineDefinition } from '../../src/core/pipeline.ts';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { EffectServer } from '../worker/effect-server.ts';
import { startWorker, type WorkerProcess } from '../worker/queue/worker-process.ts';
import { WorkerWorld } from '../worker/world.ts';
import { readEvidence } from './evidence.ts';
import { type Expected, type Violation, violations } from './invariants.ts';
import { conclude } from './report.ts';
import type { Chance } from './seeded.ts';
import { installWitness } from './witness.ts';

/** Stages with effects by pipeline, and the recorded ones that each depends on. */
export const SHAPES: Expected['pipelines'] = {
  chain: { a: [], b: ['a'], c: ['b'], d: ['c'], e: ['d'] },
  diamond: { top: [], left: ['top'], right: ['top'], bottom: ['left', 'right'] },
  approve: { before: [], after: ['go'] },
  few: { first: [], second: ['first'] },
};
/** Runs of the pipeline `few` at a time. */
export const FEW = 3;
/** Milliseconds after the last fault at which whatever has not ended is stuck. */
const STUCK = 60_000;

export interface LoadOptions {
  /** The database as the test reaches it, whatever becomes of the others' way to it. */
  readonly url: string;
  /** What workers, and whoever accepts runs, are given; default: the same. */
  readonly through?: string;
  readonly chance: Chance;
  /** Runs that are under way at a time. */
  readonly atOnce: number;
  /** Milliseconds that the answer to an effect takes at most. */
  readonly slow?: number;
  /** Where the receiver of effects listens. Default: the loopback. */
  readonly host?: string;
}

export type Accept = (pipeline: string) => Promise<string>;

/** Runs that keep coming, workers that execute them, and what can be told of all of it afterwards. */
export class Load {
  readonly server = new EffectServer();
  readonly accepted: string[] = [];
  readonly workers: WorkerProcess[] = [];
  /** Accepts a run; replaced where a server does. */
  accept: Accept = (pipeline) => this.#accept(pipeline);
  readonly #options: LoadOptions;
  readonly #world: WorkerWorld<typeof systemClock>;
  readonly #sql: postgres.Sql;
  readonly #more = new Set<Promise<void>>();
  readonly #began = performance.now();
  #isOpen = true;

  private constructor(options: LoadOptions, world: WorkerWorld<typeof systemClock>) {
    this.#options = options;
    this.#world = world;
    this.#sql = postgres(options.url, { max: 2, onnotice() {} });
    const { chance, slow = 40 } = options;
    this.server.pause = () => chance.below(slow + 1);
  }

  static async open(options: LoadOptions): Promise<Load> {
    const world = new WorkerWorld(await openDatabase(options.through ?? options.url, '/'), systemClock, {
      environment: 'staging',
    });
    const load = new Load(options, world);
    onTestFinished(() => load.#close());
    await installWitness(load.#sql);
    const to = await load.server.listen(options.host);
    await world.deploy(Object.entries(SHAPES).map(([name, shape]) => pipeline(name, shape, to)));
    return load;
  }

  get sql(): postgres.Sql {
    return this.#sql;
  }

  async add(): Promise<WorkerProcess> {
    const { url, through = url } = this.#options;
    const worker = await this.addThrough(through);
    this.workers.push(worker);
    return worker;
  }

  /** A worker that reaches the database another way, and is none of those that are picked. */
  addThrough(url: string): Promise<WorkerProcess> {
    return startWorker(url, '--concurrency', '5', '--drain', '2s');
  }

  /** A worker by chance, which is none of ours from now on. */
  pick(): WorkerProcess | undefined {
    return this.workers.splice(this.#options.chance.below(this.workers.length), 1)[0];
  }

  /** Accepts runs, and answers those that ask, until `settle`. */
  begin(): void {
    const { chance, atOnce } = this.#options;
    const names = Object.keys(SHAPES);
    this.#repeat(async () => {
      const left = await this.unfinished();
      for (let n = left; n < atOnce && this.#isOpen; n++) {
        // One in ten waits for a place, else they would be all that is left.
        const name = chance.below(10) === 0 ? 'few' : names[chance.below(3)];
        this.accepted.push(await this.accept(name ?? 'chain'));
      }
    });
    this.#repeat(() => this.#answer());
  }

  async unfinished(): Promise<number> {
    const [row] = await this
      .#sql`select count(*)::int as left from runs where status in ('queued', 'running', 'waiting')`;
    return row?.left;
  }

  /** Resolves when all runs of now have ended; throws when one of them is stuck. */
  async untilEnded(): Promise<void> {
    const runs = (await this.#sql`select id from runs where status in ('queued', 'running', 'waiting')`).map(
      ({ id }) => id,
    );
    const until = Date.now() + STUCK;
    for (;;) {
      const left = await this.#sql`select id, pipeline, status from runs
        where id = any(${runs}) and status in ('queued', 'running', 'waiting')`;
      if (left.length === 0) return;
      if (Date.now() > until) throw new Error(`stuck: ${JSON.stringify([left, await this.#pending()], null, 1)}`);
      await pause(100);
    }
  }

  /** Jobs that are not done, and what the database is doing. */
  async #pending(): Promise<unknown> {
    return [
      await this.#sql`select data ->> 'run' as run, state, retry_count, heartbeat_on, start_after, now() from pgboss.job
        where state < 'completed' and name = 'runs'`,
      await this.#sql`select pid, application_name, state, wait_event, pg_blocking_pids(pid) as blocked_by,
        now() - state_change as since, left(query, 100) as query from pg_stat_activity
        where datname = current_database() and state <> 'idle'`,
    ];
  }

  /** After the last fault: all ends within a minute, and every invariant holds. Writes the report, or fails the test. */
  async conclude(
    fault: string,
    times: number,
    more: Omit<Expected, 'accepted' | 'pipelines'> = {},
    measured: Readonly<Record<string, number | string>> = {},
  ): Promise<void> {
    const from = performance.now();
    const found = await this.#settle(more);
    for (const { run } of found.slice(0, 3)) this.#tell(run);
    const settled = { settled_seconds: seconds(performance.now() - from) };
    for (const { kill } of this.workers) kill('SIGTERM');
    const codes = await Promise.all(this.workers.map(({ ended }) => ended));
    expect(new Set(codes), 'exit codes of workers after SIGTERM').toEqual(new Set(codes.map(() => 0)));
    conclude({
      fault,
      times,
      seed: this.#options.chance.seed,
      runs: this.accepted.length,
      calls: this.server.calls.length,
      seconds: seconds(performance.now() - this.#began),
      more: { ...settled, ...measured },
      violations: found,
    });
  }

  /** What the workers have to say of a run that went wrong. */
  #tell(run: string): void {
    for (const { pid, lines } of this.workers) {
      const its = lines.filter((line) => line.run === run || line.run === undefined).slice(-10);
      for (const line of its) process.stderr.write(`${pid} ${JSON.stringify(line)}\n`);
    }
  }

  /** Accepts no more, waits until all has ended, and judges what is there then. */
  async #settle(more: Omit<Expected, 'accepted' | 'pipelines'>): Promise<Violation[]> {
    this.#isOpen = false;
    const until = Date.now() + STUCK;
    const live = async (): Promise<number> => {
      await this.#answer().catch(() => {});
      const [row] = await this.#sql`select
        (select count(*) from runs where status in ('queued', 'running', 'waiting'))::int
        + (select count(*) from pgboss.job where state < 'completed' and name = 'runs')::int as live`;
      return row?.live;
    };
    await Promise.all(this.#more);
    while ((await live().catch(() => 1)) > 0 && Date.now() < until) await pause(200);
    const { calls } = this.server;
    const evidence = await this.#sql.begin('isolation level repeatable read', (tx) => readEvidence(tx, calls));
    return violations(evidence, { accepted: this.accepted, pipelines: SHAPES, ...more });
  }

  async #accept(pipeline: string): Promise<string> {
    const run = await this.#world.start(pipeline);
    await this.#world.store.queue.enqueue({ tenant: null, run, segment: 1, priority: 0 });
    return run;
  }

  async #answer(): Promise<void> {
    const waiting = await this.#sql`select id from runs where status = 'waiting'`;
    for (const { id } of waiting) {
      const { segment } = await this.#world.store.signals.send({ run: id, name: 'go', data: true, actor: 'ada' });
      if (segment === undefined) continue;
      await this.#world.store.queue.enqueue({ tenant: null, run: id, segment, priority: 0 });
    }
  }

  /** What fails is tried again: faults are the point. */
  #repeat(work: () => Promise<void>): void {
    const loop = async (): Promise<void> => {
      while (this.#isOpen) {
        await work().catch(() => {});
        await pause(100);
      }
    };
    const going = loop().finally(() => this.#more.delete(going));
    this.#more.add(going);
  }

  async #close(): Promise<void> {
    this.#isOpen = false;
    for (const { kill } of this.workers) kill('SIGKILL');
    this.server.close();
    await Promise.all(this.#more);
    await this.#world.close();
    await this.#world.store.close();
    await this.#sql.end({ timeout: 2 });
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

/** Real time, in which faults happen. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function pipeline(name: string, shape: Readonly<Record<string, readonly string[]>>, to: string): PipelineDefinition {
  const stages = Object.entries(shape).map(([id, before]) => ({
    id,
    component: 'http-request',
    config: { url: `${to}/${id}`, method: 'POST', body: { run: '{{ context.run_id }}', stage: id } },
    // What does not answer for a moment is asked again under the same key.
    retry: { max_attempts: 3, delay: '100ms' },
    ...(before.length > 0 ? { depends_on: [...before] } : {}),
  }));
  const go = { id: 'go', component: 'signal', config: { name: 'go' }, depends_on: ['before'] };
  return {
    name,
    stages: name === 'approve' ? [...stages, go] : stages,
    ...(name === 'few' ? { concurrency: { limit: FEW } } : {}),
  };
}
