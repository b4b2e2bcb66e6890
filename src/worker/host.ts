import type { SecretSource, SignalSource } from '../core/ports.ts';
import type { Failure, RunOutcome } from '../core/run.ts';
import type { RunEvent, Runtime } from '../executor/types.ts';
import type { Attempt, WorkerName } from '../store/attempts.ts';
import type { Epoch } from '../store/epoch.ts';
import type { Run } from '../store/run-states.ts';
import type { Store } from '../store/store.ts';
import type { Interrupts } from './interrupts.ts';
import type { ReleaseCache } from './release-cache.ts';

/** One segment of a run, and how often it was tried before: what a dispatcher hands out. */
export interface Job {
  readonly run: string;
  /** From 1. */
  readonly segment: number;
  /** From 0: another worker died with it. */
  readonly retry: number;
}

/** What a host gives once for all runs that it executes. */
export interface WorkerHost {
  readonly store: Store;
  /** Its clock is the store's. */
  readonly runtime: Runtime;
  readonly secrets: SecretSource;
  /** The environment's name, as expressions see it. */
  readonly environment: string;
  readonly tenant: string | null;
  /** Who this is, in the list of a run's attempts. */
  readonly worker?: WorkerName | undefined;
  readonly releases: ReleaseCache;
  readonly interrupts: Interrupts;
  /** Of runs whose pipeline names a `pool` only these are executed here; absent: all. */
  readonly pools?: ReadonlySet<string> | undefined;
  /** Delays that last longer than this park the run, milliseconds. */
  readonly parkAfter: number;
  /** How to set a variable, for the error that lists what is missing. */
  readonly setVar: (name: string) => string;
  /** Is told of every attempt. */
  readonly observe?: RunObserver | undefined;
  /** Hands on what a run starts. It is stored already, so one that gets lost is found by who looks for queued runs. */
  readonly enqueue: (job: Job) => void | Promise<void>;
}

/** What one execution is given beside the host and its job. */
export interface ExecuteOptions {
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Value of `traceparent` for what a stage sends. */
  readonly traceOf?: ((path: string) => string | undefined) | undefined;
  /** Asks whoever sits at the terminal; absent where nobody does. */
  readonly ask?: SignalSource | undefined;
  readonly maxParallel?: number | undefined;
  /** Milliseconds; instead of the pipeline's. */
  readonly timeout?: number | undefined;
  /** Cancels the run. */
  readonly signal?: AbortSignal | undefined;
  /** Stops executing and gives the run back as it is, for a process that is to end. */
  readonly drain?: AbortSignal | undefined;
  /** The host cannot tell any more that the run is its own; the reason is a FlowMasonError `RUN_SUPERSEDED`. */
  readonly lost?: AbortSignal | undefined;
  /** Ends the run with this failure instead of executing it. */
  readonly giveUp?: Failure | undefined;
}

/** The place of a run among those of its pipeline (`concurrency`). */
export interface Place {
  readonly pipeline: string;
  /** Value of `concurrency.key`. */
  readonly key: string;
}

/** What came of a job. */
export type Executed =
  /** `freed`: the place that another run may take now. */
  | { readonly kind: 'ended'; readonly outcome: RunOutcome; readonly freed?: Place | undefined }
  /** `until`: when it has to be woken at the latest, epoch milliseconds. */
  | { readonly kind: 'waiting'; readonly outcome: RunOutcome; readonly until: number | undefined }
  /** It is queued again: this host lacks these components, is not in the pool, or is of another environment. */
  | { readonly kind: 'put_back'; readonly unknown: readonly string[]; readonly pool?: string | undefined }
  /** It is queued again: as many runs as its pipeline allows are under way. It may begin when one of them ends. */
  | ({ readonly kind: 'no_slot'; readonly version: string; readonly limit: number } & Place)
  /** It is queued again: `ExecuteOptions.drain`. */
  | { readonly kind: 'drained' }
  /** Somebody else has taken it over, and nothing of this execution counts from then on. */
  | { readonly kind: 'superseded' }
  /** It has ended, waits, or was claimed before in this or a later epoch. */
  | { readonly kind: 'nothing' };

/** An attempt that begins. */
export interface TakenRun {
  readonly run: Run;
  readonly epoch: Epoch;
  readonly tenant: string | null;
  readonly worker: WorkerName | undefined;
  /** Those before it. */
  readonly earlier: readonly Attempt[];
}

/** Is told of one attempt. */
export interface AttemptObserver {
  onEvent(event: RunEvent): void;
  traceOf(path: string): string | undefined;
  /** Undefined when it ended with an error of the host. */
  ended(executed: Executed | undefined): void;
}

export type RunObserver = (taken: TakenRun) => AttemptObserver;
