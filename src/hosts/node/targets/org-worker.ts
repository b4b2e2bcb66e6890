import type { Dispatcher } from '../../../control/control.ts';
import { fail } from '../../../core/errors.ts';
import type { Tracer } from '../../../core/ports.ts';
import { quoteList } from '../../../core/quote.ts';
import type { Plans } from '../../../core/rewind/select.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { unpackEpoch } from '../../../store/epoch.ts';
import { hasEnded } from '../../../store/run-states.ts';
import type { Store } from '../../../store/store.ts';
import type { Executed, ExecuteOptions } from '../../../worker/host.ts';
import { observeRuns } from '../../../worker/observe-runs.ts';
import { handlerId } from '../../../worker/on-failure.ts';
import { releaseCache } from '../../../worker/release-cache.ts';
import { systemClock } from '../clock.ts';
import { lockHolder } from '../dispatcher/holder.ts';
import { type InlineDispatcher, inlineDispatcher } from '../dispatcher/inline-dispatcher.ts';
import type { NodeRuntime } from '../runtime.ts';
import { identity, workerName } from '../work/identity.ts';
import { type OrgPlace, runLocks } from './org-place.ts';
import { ORG_ENVIRONMENT } from './target.ts';

/** How often it looks whether somebody has cancelled a run, milliseconds. */
const LOOK = 500;
/** How often a run that waits for its turn is tried, milliseconds. */
const TURN = 1_000;
const RUNS_AT_A_TIME = 4;
const MOST_PIPELINES = 100;

export interface OrgWorkerOptions {
  readonly runtime: NodeRuntime;
  readonly place: OrgPlace;
  readonly tracer?: Tracer | undefined;
  /** How to set a variable, for the error that lists what is missing. */
  readonly setVar: (name: string) => string;
  /** What went wrong outside of every run. */
  readonly onError: (error: unknown) => void;
}

/** What a run is executed with. */
export type OrgRunOptions = Pick<ExecuteOptions, 'onEvent' | 'ask' | 'maxParallel' | 'timeout' | 'signal'>;

/** Executes runs of an org in this process, those that it is told to and what they start. */
export interface OrgWorker {
  /** For the control plane: what is to be done is kept in its database until somebody does it. */
  readonly dispatcher: Dispatcher;
  /** The pipeline of a run with all that it calls. Throws FlowMasonError `COMPONENT_MISSING`, `NOT_FOUND`. */
  plans(run: string): Promise<Plans>;
  /**
   * Goes on with a run until it ends or waits; undefined when there was nothing to do, because it has ended. Throws
   * FlowMasonError `RUN_BUSY` when another process executes it, `RUN_SUPERSEDED`, `COMPONENT_MISSING`, `DATABASE_…`.
   */
  execute(run: string, options: OrgRunOptions): Promise<RunOutcome | undefined>;
  /** The run that the failure of another one has started. */
  handler(run: string): Promise<string | undefined>;
  /** Gives what is being executed back, for whoever goes on with it. */
  close(): Promise<void>;
}

export function orgWorker(store: Store, options: OrgWorkerOptions): OrgWorker {
  const { runtime, place, tracer, setVar, onError } = options;
  const { descriptors, secrets } = runtime;
  const releases = releaseCache(store, { runtime, descriptors, most: MOST_PIPELINES });
  const inline = inlineDispatcher({
    host: {
      store,
      runtime,
      secrets,
      environment: ORG_ENVIRONMENT,
      tenant: null,
      worker: workerName(identity(systemClock)),
      releases,
      observe: tracer && observeRuns({ clock: systemClock, tracer }),
      // Nobody would wake it but this process.
      parkAfter: Number.MAX_SAFE_INTEGER,
      setVar,
    },
    concurrency: RUNS_AT_A_TIME,
    pollEvery: TURN,
    interruptsEvery: LOOK,
    sweeps: false,
    holder: lockHolder(runLocks(place)),
    onError,
  });
  let started: Promise<void> | undefined;
  return {
    dispatcher: { enqueue: async () => {} },
    async plans(id) {
      const { release, pipeline } = await requireRow(store, id);
      const { plans, unknown } = await releases.get(release, pipeline);
      if (unknown.length > 0) lacking(id, unknown);
      return { main: pipeline, plans };
    },
    async execute(id, { onEvent, ...extras }) {
      started ??= inline.start();
      await started;
      const stop = onEvent ? inline.watch(id, onEvent) : () => {};
      try {
        return outcomeOf(id, await executed(store, inline, id, extras));
      } finally {
        stop();
      }
    },
    async handler(id) {
      const { epoch } = await requireRow(store, id);
      const handler = handlerId(id, unpackEpoch(epoch));
      return (await store.runs.state(handler)) && handler;
    },
    close: () => inline.close(),
  };
}

async function requireRow(store: Store, id: string) {
  return (await store.runs.get(id)) ?? fail('NOT_FOUND', `There is no run ${id}`, { hint: 'fm runs list' });
}

/** Hands a run out and waits for what comes of it; one that waits in its turn is given up when it is cancelled. */
async function executed(
  store: Store,
  inline: InlineDispatcher,
  id: string,
  extras: Omit<OrgRunOptions, 'onEvent'>,
): Promise<Executed> {
  // One that waits for a signal or a time looks whether that has come.
  await store.runs.wake(id);
  const { status, epoch } = await requireRow(store, id);
  if (hasEnded(status)) return { kind: 'nothing' };
  const done = inline.until(id, { parked: true });
  inline.enqueue({ run: id, ...unpackEpoch(epoch) }, extras);
  const { signal } = extras;
  if (!signal) return done;
  return Promise.race([done, stopped(store, id, signal)]);
}

/** Resolves when a run that has not begun is cancelled; one that is being executed ends by itself. */
function stopped(store: Store, id: string, signal: AbortSignal): Promise<Executed> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      store.runs.cancel(id).then(({ status }) => {
        if (status === 'cancelled') resolve({ kind: 'nothing' });
      }, reject);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}

function outcomeOf(id: string, executed: Executed): RunOutcome | undefined {
  switch (executed.kind) {
    case 'ended':
    case 'waiting':
      return executed.outcome;
    case 'put_back':
      return lacking(id, executed.unknown);
    case 'superseded':
      return fail('RUN_SUPERSEDED', `Run ${id} is executed by another process now`, { hint: `fm runs show ${id}` });
    case 'drained':
    case 'no_slot':
    case 'nothing':
      return undefined;
  }
}

function lacking(id: string, unknown: readonly string[]): never {
  fail('COMPONENT_MISSING', `Run ${id} needs components that are not here: ${quoteList(unknown)}`, {
    hint: 'fm components',
  });
}
