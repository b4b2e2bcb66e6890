import { FlowMasonError } from '../../../core/errors.ts';
import type { RunEvent } from '../../../executor/types.ts';
import { unpackEpoch } from '../../../store/epoch.ts';
import { hasEnded, type Run } from '../../../store/run-states.ts';
import { executeRun } from '../../../worker/execute-run.ts';
import type { Executed, Job, WorkerHost } from '../../../worker/host.ts';
import { watchInterrupts } from '../../../worker/interrupts.ts';
import { BlockedJobs } from './blocked-jobs.ts';
import { freePlaces } from './free-places.ts';
import type { HeldRun, Holder } from './holder.ts';
import { type QueuedJob, type RunExtras, RunQueue } from './run-queue.ts';
import { sweep } from './sweep.ts';
import { Wakes } from './wakes.ts';
import { MOST_RETRIES, workerLost } from './worker-lost.ts';

export interface InlineDispatcherOptions {
  readonly host: Omit<WorkerHost, 'enqueue' | 'interrupts'>;
  /** Runs that are executed at a time. */
  readonly concurrency: number;
  /** How often it looks for what it was not told of, milliseconds. */
  readonly pollEvery: number;
  /** How often it looks which runs were cancelled or taken over, milliseconds. */
  readonly interruptsEvery: number;
  /** Whether to execute what others have queued, too; else only what `enqueue` is given. */
  readonly sweeps: boolean;
  /** Tells which process executes a run; absent where a queue does. Runs of dead processes are taken over by it only. */
  readonly holder?: Holder | undefined;
  /** What went wrong outside of every run, e.g. a database that is away. */
  readonly onError: (error: unknown) => void;
}

export interface UntilOptions {
  /** Whether a run that waits for a signal or a time counts as done. Default false. */
  readonly parked?: boolean;
}

/** Executes runs in this process. */
export interface InlineDispatcher {
  /** Begins to look for runs. */
  start(): Promise<void>;
  /** Hands a job out as soon as there is room. */
  enqueue(job: Job, extras?: RunExtras): void;
  /**
   * How a run that was enqueued came to an end here: `ended`, or why this process does not go on with it. Rejects with
   * FlowMasonError `RUN_BUSY` when another process has it, `DATABASE_…`. Ask before the job is enqueued.
   */
  until(run: string, options?: UntilOptions): Promise<Executed>;
  /** Calls back for what happens in a run while this process executes it; the answer ends that. */
  watch(run: string, onEvent: (event: RunEvent) => void): () => void;
  /** Stops: what is being executed is given back as it is, for whoever comes next. */
  close(): Promise<void>;
}

export function inlineDispatcher(options: InlineDispatcherOptions): InlineDispatcher {
  return new Dispatcher(options);
}

interface Waiter {
  readonly parked: boolean;
  readonly resolve: (executed: Executed) => void;
  readonly reject: (error: unknown) => void;
}

class Dispatcher implements InlineDispatcher {
  readonly #options: InlineDispatcherOptions;
  readonly #host: WorkerHost;
  readonly #queue = new RunQueue();
  /** Jobs that could not begin: they are tried again when a run ends, and at each look. */
  readonly #blocked = new BlockedJobs();
  /** Jobs of runs that are still being executed. */
  readonly #later = new RunQueue();
  /** Runs that this process can never execute. */
  readonly #refused = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #admitting = new Set<Promise<void>>();
  readonly #waiters = new Map<string, Waiter[]>();
  readonly #watchers = new Map<string, Set<(event: RunEvent) => void>>();
  readonly #wakes: Wakes;
  readonly #drain = new AbortController();
  #sweeping: Promise<void> | undefined;
  #stopPoll: (() => void) | undefined;

  constructor(options: InlineDispatcherOptions) {
    this.#options = options;
    const { host, interruptsEvery } = options;
    const { clock } = host.runtime;
    const interrupts = watchInterrupts(host.store, clock, interruptsEvery);
    this.#host = { ...host, interrupts, enqueue: (job) => this.enqueue(job) };
    this.#wakes = new Wakes(clock, (run) => this.#track(this.#wake(run)));
  }

  async start(): Promise<void> {
    await this.#look();
  }

  enqueue(job: Job, extras?: RunExtras): void {
    this.#track(this.#admit(job, extras));
  }

  until(run: string, { parked = false }: UntilOptions = {}): Promise<Executed> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(run, [...(this.#waiters.get(run) ?? []), { parked, resolve, reject }]);
    });
  }

  watch(run: string, onEvent: (event: RunEvent) => void): () => void {
    const watchers = this.#watchers.get(run) ?? new Set();
    this.#watchers.set(run, watchers.add(onEvent));
    return () => {
      watchers.delete(onEvent);
      if (watchers.size === 0 && this.#watchers.get(run) === watchers) this.#watchers.delete(run);
    };
  }

  async close(): Promise<void> {
    this.#drain.abort(new FlowMasonError('CANCELLED', 'The process is to end'));
    this.#stopPoll?.();
    this.#wakes.close();
    await this.#sweeping;
    await Promise.all(this.#admitting);
    await Promise.all(this.#running.values());
    this.#host.interrupts.close();
    for (const run of this.#waiters.keys()) this.#tell(run, { kind: 'drained' });
  }

  get #closed(): boolean {
    return this.#drain.signal.aborted;
  }

  /** Work beside the runs: its failure is told, and `close` waits for it. */
  #track(work: Promise<void>): void {
    const tracked = work.catch(this.#options.onError).finally(() => this.#admitting.delete(tracked));
    this.#admitting.add(tracked);
  }

  async #admit(job: Job, extras: RunExtras | undefined): Promise<void> {
    try {
      const row = await this.#host.store.runs.get(job.run);
      const { priority, accepted_at } = row ?? { priority: 0, accepted_at: 0 };
      this.#queue.add({ job, priority, accepted_at, extras });
    } catch (error) {
      this.#fail(job.run, error);
      throw error;
    }
    this.#pump();
  }

  async #wake(run: string): Promise<void> {
    const woken = await this.#host.store.runs.wake(run);
    if (woken) await this.#admit({ run, segment: woken.segment, retry: 0 }, undefined);
  }

  /** Looks for what nobody told of; then again after a while. One look at a time. */
  #look(): Promise<void> {
    this.#stopPoll?.();
    this.#sweeping ??= this.#sweep()
      .catch(this.#options.onError)
      .finally(() => {
        this.#sweeping = undefined;
        if (this.#closed) return;
        this.#stopPoll = this.#host.runtime.clock.after(this.#options.pollEvery, () => void this.#look());
        this.#pump();
      });
    return this.#sweeping;
  }

  async #sweep(): Promise<void> {
    this.#unblock();
    if (!this.#options.sweeps || this.#closed) return;
    const places = [this.#running, this.#queue, this.#blocked, this.#refused];
    const isTaken = (run: string) => places.some((place) => place.has(run));
    await sweep(this.#host.store, this.#host.runtime.clock.now(), isTaken, {
      queued: (job) => this.#queue.add(job),
      running: (job) => this.#options.holder && this.#queue.add(job),
      waiting: (run, until) => this.#wakes.set(run, until),
    });
  }

  #pump(): void {
    while (!this.#closed && this.#running.size < this.#options.concurrency) {
      const next = this.#queue.take();
      if (!next) return;
      const { run } = next.job;
      if (this.#running.has(run)) this.#later.add(next);
      else
        this.#running.set(
          run,
          this.#execute(next).finally(() => this.#done(run)),
        );
    }
  }

  #done(run: string): void {
    this.#running.delete(run);
    const later = this.#later.remove(run);
    if (later) this.#queue.add(later);
    this.#pump();
  }

  #unblock(): void {
    for (const job of this.#blocked.retry()) this.#queue.add(job);
  }

  async #execute(queued: QueuedJob): Promise<void> {
    const { run } = queued.job;
    let held: HeldRun | undefined;
    let executed: Executed | undefined;
    try {
      held = this.#options.holder?.take(run);
      const job = held ? await this.#current(run) : queued.job;
      const { signal: drain } = this.#drain;
      const onEvent = (event: RunEvent): void => this.#emit(run, event);
      const lost = held !== undefined && job !== undefined && job.retry > MOST_RETRIES;
      const giveUp = lost ? { giveUp: workerLost(run, job.retry) } : {};
      const extras = { ...queued.extras, ...giveUp, onEvent, drain };
      executed = job ? await executeRun(this.#host, job, extras) : { kind: 'nothing' };
    } catch (error) {
      this.#fail(run, error);
      const isBusy = error instanceof FlowMasonError && error.code === 'RUN_BUSY';
      if (isBusy) return;
      this.#options.onError(error);
      const { segment, retry } = queued.job;
      this.#blocked.add({ ...queued, job: { run, segment, retry: retry + 1 } });
    } finally {
      held?.release(executed?.kind === 'ended');
    }
    if (executed?.kind === 'no_slot' && (await this.#freed(executed))) this.#queue.add(queued);
    else if (executed && !(await this.#goesOn(run, executed))) this.#settle(queued, executed);
  }

  /** Whether a place was free in truth: where nobody goes on with the runs of dead processes, they keep none from others. */
  async #freed({ pipeline, key }: Extract<Executed, { kind: 'no_slot' }>): Promise<boolean> {
    const { holder, sweeps } = this.#options;
    if (!holder || sweeps) return false;
    const { store, environment } = this.#host;
    return freePlaces(store, holder, { environment, pipeline, key });
  }

  /** A job came late, and the run goes on with another one. */
  async #goesOn(run: string, { kind }: Executed): Promise<boolean> {
    if (kind !== 'nothing' || !this.#waiters.has(run)) return false;
    const row = await this.#host.store.runs.get(run);
    return row !== undefined && !hasEnded(row.status);
  }

  /** What is to be done with a run that this process holds: nobody else executes it, whatever its state says. */
  async #current(run: string): Promise<Job | undefined> {
    const row = await this.#host.store.runs.get(run);
    return row && jobOf(row);
  }

  #settle(queued: QueuedJob, executed: Executed): void {
    const { run } = queued.job;
    if (executed.kind === 'no_slot') {
      this.#block(queued, executed);
      return;
    }
    if (executed.kind === 'waiting' && executed.until !== undefined && !this.#closed) {
      this.#wakes.set(run, executed.until);
    }
    if (executed.kind === 'put_back') this.#refused.add(run);
    // Its end makes room for others.
    if (executed.kind === 'ended') this.#unblock();
    this.#tell(run, executed);
  }

  #block(queued: QueuedJob, { pipeline, version, key, limit }: Extract<Executed, { kind: 'no_slot' }>): void {
    const { run } = queued.job;
    const at = this.#host.runtime.clock.now();
    const event = { type: 'run', at, run_id: run, pipeline, version, status: 'queued', resumed: false } as const;
    if (!queued.announced) this.#emit(run, event);
    this.#blocked.add({ ...queued, announced: true }, { pipeline, key, limit });
    const signal = queued.extras?.signal;
    signal?.addEventListener('abort', () => this.#stopWaiting(run), { once: true });
    if (signal?.aborted) this.#stopWaiting(run);
  }

  /** A run that waits for a place and is cancelled here needs none to end. */
  #stopWaiting(run: string): void {
    const job = this.#blocked.remove(run);
    if (job) this.#queue.add(job);
    this.#pump();
  }

  #tell(run: string, executed: Executed): void {
    const waiters = this.#waiters.get(run) ?? [];
    const stay = executed.kind === 'waiting' ? waiters.filter(({ parked }) => !parked) : [];
    for (const waiter of waiters) if (!stay.includes(waiter)) waiter.resolve(executed);
    this.#keep(run, stay);
  }

  #fail(run: string, error: unknown): void {
    for (const { reject } of this.#waiters.get(run) ?? []) reject(error);
    this.#keep(run, []);
  }

  #keep(run: string, waiters: Waiter[]): void {
    if (waiters.length > 0) this.#waiters.set(run, waiters);
    else this.#waiters.delete(run);
  }

  #emit(run: string, event: RunEvent): void {
    for (const watcher of this.#watchers.get(run) ?? []) watcher(event);
  }
}

/** The next try of a run, when it is to be executed at all. */
function jobOf({ id: run, status, epoch }: Run): Job | undefined {
  const { segment, retry } = unpackEpoch(epoch);
  if (status === 'queued') return { run, segment, retry };
  return status === 'running' ? { run, segment, retry: retry + 1 } : undefined;
}
