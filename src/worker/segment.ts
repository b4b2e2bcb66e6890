import { foldJournal, type Journal } from '../core/journal.ts';
import { createMasker } from '../core/mask.ts';
import type { Plan } from '../core/plan.ts';
import { type Provided, provide } from '../core/provide.ts';
import type { Failure, RunOutcome } from '../core/run.ts';
import { execute } from '../executor/execute.ts';
import type { RunOptions } from '../executor/types.ts';
import type { Epoch } from '../store/epoch.ts';
import type { LoadedJournal } from '../store/journal.ts';
import { journalWriter } from '../store/journal-writer.ts';
import type { Run } from '../store/run-states.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { TakenRun } from '../store/take-run.ts';
import type { Executed, ExecuteOptions, WorkerHost } from './host.ts';
import type { HeldRun } from './interrupts.ts';
import { handlerOf } from './on-failure.ts';
import { CANCELLED, failureOf, unexecuted } from './outcomes.ts';
import type { LoadedPipeline } from './release-cache.ts';
import { storeSignals } from './store-signals.ts';
import { takeSlot } from './take-slot.ts';

/** A pipeline with what this run needs of it. */
interface Ready extends Provided {
  readonly loaded: LoadedPipeline;
  readonly plan: Plan;
}

/** The record of a run that was never taken before. */
const NOTHING: LoadedJournal = { entries: [], next: 1 };

/** One segment of a run that this worker has claimed. */
export class Segment {
  readonly #host: WorkerHost;
  readonly #epoch: Epoch;
  readonly #held: HeldRun;
  readonly #options: ExecuteOptions;
  readonly #isFresh: boolean;
  #run: Run;

  constructor(host: WorkerHost, run: TakenRun, epoch: Epoch, held: HeldRun, options: ExecuteOptions) {
    this.#host = host;
    this.#run = run;
    this.#isFresh = run.isFresh;
    this.#epoch = epoch;
    this.#held = held;
    this.#options = options;
  }

  async execute(): Promise<Executed> {
    const { store } = this.#host;
    const { id } = this.#run;
    const recorded = this.#isFresh ? NOTHING : await store.journal.load(id, { segment: this.#epoch.segment });
    const begun = recorded.entries.length > 0;
    const isStopped = this.#isCancelled() || this.#options.signal?.aborted === true;
    if (isStopped && !begun) return this.#refuse('cancelled', CANCELLED);
    const { giveUp } = this.#options;
    // Another environment has other secrets, and they are not for this run. Any worker may end one that is given up.
    if (!giveUp && this.#run.environment !== this.#host.environment) {
      await store.runs.putBack(id, this.#epoch, { begun, why: 'put_back' });
      return { kind: 'put_back', unknown: [] };
    }
    let loaded: LoadedPipeline;
    try {
      loaded = await this.#host.releases.get(this.#run.release, this.#run.pipeline);
    } catch (error) {
      return this.#refuse('failed', failureOf(error));
    }
    const { plan, unknown } = loaded;
    if (!plan) {
      if (giveUp) return this.#refuse('failed', giveUp);
      await store.runs.putBack(id, this.#epoch, { begun, why: 'put_back' });
      return { kind: 'put_back', unknown };
    }
    const { pool } = plan.definition;
    if (!giveUp && pool !== undefined && this.#host.pools?.has(pool) === false) {
      await store.runs.putBack(id, this.#epoch, { begun, why: 'put_back' });
      return { kind: 'put_back', unknown: [], pool };
    }
    return this.#begin(plan, loaded, recorded);
  }

  async #begin(plan: Plan, loaded: LoadedPipeline, recorded: LoadedJournal): Promise<Executed> {
    const { store, secrets: source, setVar } = this.#host;
    let ready: Ready = { plan, loaded, secrets: new Map(), masker: createMasker() };
    try {
      ready = { ...ready, ...(await provide(loaded.needs, this.#run.vars, source, setVar)) };
      await this.#mask(ready);
      const { giveUp } = this.#options;
      if (giveUp) return this.#refuse('failed', giveUp, ready);
      const full = await takeSlot(store, this.#run, loaded, this.#place(ready));
      if (full) {
        if (plan.concurrency?.on_limit === 'reject') return this.#refuse('failed', limitReached(plan));
        await store.runs.putBack(this.#run.id, this.#epoch, { begun: recorded.entries.length > 0, why: 'put_back' });
        return { kind: 'no_slot', pipeline: plan.name, version: plan.version, ...full };
      }
    } catch (error) {
      const failure = failureOf(error);
      return this.#isCancelled() ? this.#refuse('cancelled', CANCELLED) : this.#refuse('failed', failure, ready);
    }
    return this.#untilParked(ready, recorded);
  }

  /** Executes until the run ends or really waits: what comes while it falls asleep wakes it at once. */
  async #untilParked(ready: Ready, first: LoadedJournal): Promise<Executed> {
    const { store, runtime } = this.#host;
    const { id } = this.#run;
    for (let recorded = first; ; recorded = await store.journal.load(id)) {
      const { next } = recorded;
      const journal = journalWriter(store.journal, { run: id, epoch: this.#epoch, next, clock: runtime.clock });
      const isCancelled = this.#isCancelled();
      const outcome = await this.#executeOnce(ready, recorded, journal, isCancelled);
      if (outcome === 'drained') return { kind: 'drained' };
      if (outcome.status !== 'waiting') return this.#end(outcome, ready, journal);
      if (isCancelled) {
        const cancelled = { ...outcome, status: 'cancelled', error: CANCELLED } as const;
        return this.#end(cancelled, ready, journal);
      }
      const waits = outcome.waiting ?? [];
      if ((await store.runs.park(id, this.#epoch, waits)) === 'parked') {
        const times = waits.flatMap(({ until }) => until ?? []);
        return { kind: 'waiting', outcome, until: times.length === 0 ? undefined : Math.min(...times) };
      }
      this.#run = (await store.runs.get(id)) ?? this.#run;
    }
  }

  async #executeOnce(
    ready: Ready,
    { entries }: LoadedJournal,
    journal: Journal,
    isCancelled: boolean,
  ): Promise<RunOutcome | 'drained'> {
    const { drain } = this.#options;
    const options: RunOptions = {
      ...this.#place(ready),
      masker: ready.masker,
      journal,
      recorded: foldJournal(entries.map(({ entry }) => entry)),
      repetition: this.#run.repetition,
      ...(this.#run.started_at === null ? {} : { startedAt: this.#run.started_at }),
      ...this.#signals(isCancelled),
      cancelled: isCancelled,
      pipelines: (name) => planOf(ready, name),
      signals: storeSignals(this.#host.store, {
        clock: this.#host.runtime.clock,
        masker: ready.masker,
        ask: this.#options.ask,
      }),
      parkAfter: this.#host.parkAfter,
      ...this.#limits(),
    };
    try {
      return await execute(ready.plan, ready.loaded.runtime, options);
    } catch (error) {
      if (!drain?.aborted || error !== drain.reason) throw error;
      await journal.flush();
      await this.#host.store.runs.putBack(this.#run.id, this.#epoch);
      return 'drained';
    }
  }

  /** What stops the execution. A run that is only to end is stopped by the executor itself. */
  #signals(isCancelled: boolean): Pick<RunOptions, 'signal' | 'lost'> {
    const { signal, drain, lost } = this.#options;
    const { cancelled, superseded } = this.#held;
    const cancels = [...(signal ? [signal] : []), ...(isCancelled ? [] : [cancelled])];
    const losses = [superseded, ...(drain ? [drain] : []), ...(lost ? [lost] : [])];
    return { signal: AbortSignal.any(cancels), lost: AbortSignal.any(losses) };
  }

  #limits(): Pick<RunOptions, 'maxParallel' | 'timeout' | 'onEvent' | 'traceOf'> {
    const { maxParallel, timeout, onEvent, traceOf } = this.#options;
    return {
      ...(maxParallel === undefined ? {} : { maxParallel }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(onEvent === undefined ? {} : { onEvent }),
      traceOf,
    };
  }

  #place({ loaded, secrets }: Ready) {
    const { environment, tenant } = this.#host;
    const { id: runId, input, vars } = this.#run;
    return { runId, input, vars, secrets, environment, tenant, release: loaded.release };
  }

  /** Who accepted the run knew no secrets. What is recorded is masked, and a resumed run must see what the first one saw. */
  async #mask({ masker }: Ready): Promise<void> {
    const { id, input, vars } = this.#run;
    if (masker.empty) return;
    // Masking changes texts and nothing else.
    const masked = { input: masker.json(input), vars: masker.json(vars) as Run['vars'] };
    if (masked.input === input && masked.vars === vars) return;
    await this.#host.store.runs.mask(id, this.#epoch, masked);
    this.#run = { ...this.#run, ...masked };
  }

  #isCancelled(): boolean {
    return this.#run.cancel_requested_at !== null;
  }

  /** Ends a run of which nothing was executed now. Its failure is handled like any other one where it is `ready`. */
  async #refuse(status: 'failed' | 'cancelled', error: Failure, ready?: Ready): Promise<Executed> {
    const { clock } = this.#host.runtime;
    const version = ready?.plan.version ?? this.#run.version;
    const outcome = unexecuted(this.#run, version, { status, error }, clock.now());
    const { run_id, pipeline } = outcome;
    this.#options.onEvent?.({ type: 'run', at: clock.now(), run_id, pipeline, version, status, resumed: false });
    return this.#end(outcome, ready, undefined);
  }

  /** Records the end and, in the same transaction, the run that handles a failure and the call that tells of it. */
  async #end(outcome: RunOutcome, ready: Ready | undefined, journal: Journal | undefined): Promise<Executed> {
    const { store } = this.#host;
    const { id } = this.#run;
    const { result, error, usage, status } = outcome;
    // It has ended, so its status is one of these.
    const end = { status: status as 'succeeded' | 'failed' | 'cancelled', result, error, usage };
    const handler = ready ? handlerOf(this.#run, this.#epoch, ready.plan, outcome, this.#handled(ready)) : {};
    if (handler.problem !== undefined) await this.#log(handler.problem, journal);
    const { run } = handler;
    const call = status === 'failed' ? await this.#failureCall() : undefined;
    if (!run && !call) return this.#ended(outcome, await store.runs.finish(id, this.#epoch, end));
    const key = await store.transaction(async (tx) => {
      const freed = await tx.runs.finish(id, this.#epoch, end);
      if (run) await tx.runs.create(run);
      if (call) await tx.failureCalls.add(call);
      return freed;
    });
    if (run) await this.#host.enqueue({ run: run.id, segment: 1, retry: 0 });
    return this.#ended(outcome, key);
  }

  /** What tells the environment's failure webhook; undefined without one. A run that was resumed can fail again. */
  async #failureCall(): Promise<Parameters<StoreTransaction['failureCalls']['add']>[0] | undefined> {
    const { store, environment } = this.#host;
    const found = await store.environments.get(environment);
    if (!found?.failure_webhook) return undefined;
    const { id: run } = this.#run;
    return { id: `${run}/${this.#epoch.segment}`, environment, run };
  }

  #ended(outcome: RunOutcome, key: string | null): Executed {
    return { kind: 'ended', outcome, ...(key === null ? {} : { freed: { pipeline: this.#run.pipeline, key } }) };
  }

  #handled(ready: Ready) {
    return { ...this.#place(ready), masker: ready.masker };
  }

  async #log(message: string, journal: Journal | undefined): Promise<void> {
    const at = this.#host.runtime.clock.now();
    journal?.append({ kind: 'log', entry: { at, level: 'error', path: '', message } });
    await journal?.flush();
  }
}

function planOf({ loaded }: Ready, name: string): Plan {
  const plan = loaded.plans.get(name);
  // It was compiled with all that it names.
  if (!plan) throw new Error(`the release has no pipeline ${name}`);
  return plan;
}

function limitReached({ name, concurrency }: Plan): Failure {
  const limit = concurrency?.limit ?? 0;
  return {
    type: 'QUOTA',
    code: 'concurrency_limit',
    message: `${name} allows ${limit} ${limit === 1 ? 'run' : 'runs'} at a time, and there are as many`,
    hint: `fm runs list --pipeline ${name}`,
  };
}
