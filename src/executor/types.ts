import type { Journal, Recorded } from '../core/journal.ts';
import type { Json } from '../core/json.ts';
import type { Limits } from '../core/limits.ts';
import type { Masker } from '../core/mask.ts';
import type { Plan } from '../core/plan.ts';
import type { Clock, Fetch, Random, Secrets, SignalSource, StageCache } from '../core/ports.ts';
import type { Failure, LogEntry, RunOutcome, RunStatus, StageStatus } from '../core/run.ts';
import type { Component } from './component.ts';
import type { SkipReason } from './outcome.ts';
import type { StandIn } from './stand-in.ts';

/** What a host gives once for all its runs. */
export interface Runtime {
  /** By canonical name. */
  readonly components: ReadonlyMap<string, Component>;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly limits: Limits;
  readonly cache?: StageCache | undefined;
  /** `ai.model` of the project: `provider/model`. */
  readonly defaultModel?: string | undefined;
}

/** One execution of a plan. */
export interface RunOptions {
  readonly runId: string;
  readonly input: Json;
  readonly vars: Readonly<Record<string, Json>>;
  readonly secrets: Secrets;
  readonly masker: Masker;
  readonly environment: string;
  readonly tenant: string | null;
  readonly release: { readonly version: string; readonly digest: string } | null;
  readonly journal: Journal;
  /** Of an earlier execution of the same run. */
  readonly recorded?: Recorded | undefined;
  /** The earlier execution came to its end, so that what failed is to be tried again; false after a crash. */
  readonly ended?: boolean;
  /** Times that the run was continued with `--from`: part of idempotency keys when above 0. */
  readonly repetition?: number;
  /** Epoch milliseconds of the run's first start, when it is resumed. */
  readonly startedAt?: number;
  readonly maxParallel?: number;
  /** Milliseconds; overrides the plan's. */
  readonly timeout?: number;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Ends this execution without another record, because somebody else goes on with the run; rejects with its reason. */
  readonly lost?: AbortSignal;
  /** The run is only to end as cancelled: nothing new starts but finally stages of what has begun. */
  readonly cancelled?: boolean;
  /** The checked plan of a subpipeline, from the same release. Throws FlowMasonError when there is none. */
  readonly pipelines: (name: string, range: string | undefined) => Plan | Promise<Plan>;
  readonly signals: SignalSource;
  /** Answers in the place of stages: for tests. */
  readonly standIn?: StandIn | undefined;
  /** A delay that still lasts longer than this parks the run (milliseconds). Default: never parks. */
  readonly parkAfter?: number;
  readonly onEvent?: (event: RunEvent) => void;
  /** Value of `traceparent` for what a stage sends. */
  readonly traceOf?: ((path: string) => string | undefined) | undefined;
}

/** What happens while a run goes on, in order. `at` in epoch milliseconds. Everything in it is masked. */
export type RunEvent =
  | {
      readonly type: 'run';
      readonly at: number;
      readonly run_id: string;
      readonly pipeline: string;
      readonly version: string;
      readonly status: RunStatus;
      readonly resumed: boolean;
    }
  | {
      readonly type: 'stage';
      readonly at: number;
      readonly id: string;
      readonly path: string;
      readonly component: string;
      readonly status: StageStatus;
      readonly attempt: number;
      /** Taken from the journal, not run again. */
      readonly recorded?: true;
      /** Taken from the cache. */
      readonly cached?: true;
      /** Why it is skipped. */
      readonly reason?: SkipReason;
      readonly duration_ms?: number;
      readonly error?: Failure;
      /** The resolved config, masked; only when failed. */
      readonly input?: Json;
      readonly output?: Json;
      /** For control stages: items or iterations when known. */
      readonly total?: number;
      readonly waiting?: { readonly signal?: string; readonly until?: number };
    }
  | {
      readonly type: 'retry';
      readonly at: number;
      readonly id: string;
      readonly path: string;
      readonly attempt: number;
      readonly max_attempts: number;
      readonly delay_ms: number;
      readonly error: Failure;
    }
  | { readonly type: 'progress'; readonly at: number; readonly path: string; readonly text: string }
  | { readonly type: 'log'; readonly entry: LogEntry };

/** Runs a plan to its end or until it parks. Never throws for what a pipeline does; a dead journal rejects. */
export type Execute = (plan: Plan, runtime: Runtime, options: RunOptions) => Promise<RunOutcome>;
