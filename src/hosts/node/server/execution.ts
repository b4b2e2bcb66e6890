import type { Dispatcher, RunNews } from '../../../control/control.ts';
import type { Tracer } from '../../../core/ports.ts';
import type { Store } from '../../../store/store.ts';
import { observeRuns } from '../../../worker/observe-runs.ts';
import { runMetrics } from '../../../worker/run-metrics.ts';
import { queueDispatcher } from '../../edge/queue-dispatcher.ts';
import { systemClock } from '../clock.ts';
import { inlineDispatcher } from '../dispatcher/inline-dispatcher.ts';
import type { NodeRuntime } from '../runtime.ts';
import { identity, workerName } from '../work/identity.ts';
import { joinWorkers } from '../work/join-workers.ts';
import { runHolder } from './holder.ts';
import type { Log } from './log.ts';
import { executionHost } from './runtime.ts';
import type { ServerSettings } from './settings.ts';

export interface ExecutionOptions {
  readonly settings: Pick<ServerSettings, 'database' | 'environment' | 'isTrial'>;
  /** FlowMason's. */
  readonly version: string;
  /** What the file of a database is relative to. */
  readonly folder: string;
  readonly log: Log;
  /** Whether to execute runs as well; with a database file it always does. */
  readonly worker: boolean;
  readonly tracer?: Tracer | undefined;
}

/** Who executes the runs that a server accepts. */
export interface Execution {
  /** As the log says it. */
  readonly by: string;
  readonly dispatcher: Dispatcher;
  readonly news?: RunNews | undefined;
  /** Prometheus text of the runs that this process executes. */
  readonly metricLines?: (() => readonly string[]) | undefined;
  /** Begins to take runs, where this process executes them. */
  start(): Promise<void>;
  /** Takes no more, and gives back what has not ended after a while. */
  close(): Promise<void>;
}

const CONCURRENT_RUNS = 8;
const POLL_MS = 1_000;
const INTERRUPTS_MS = 1_000;
/** Milliseconds that runs may go on when the process is to end. */
const DRAIN_MS = 10_000;

/**
 * The runs of a database file are executed by the process that serves it, those of PostgreSQL by whoever shares its queue:
 * `fm worker`, and this process with `worker`.
 */
export function executionOf(options: ExecutionOptions, runtime: NodeRuntime, store: Store): Execution {
  if (options.settings.isTrial) return byThisProcess(options, runtime, store);
  const dispatcher = queueDispatcher({ store, tenant: null });
  return options.worker ? { ...asWorker(options, runtime, store), dispatcher } : { ...byOthers(store), dispatcher };
}

function byOthers(store: Store): Omit<Execution, 'dispatcher'> {
  return { by: 'fm worker', start: () => store.queue.require(), close: async () => {} };
}

function byThisProcess(options: ExecutionOptions, runtime: NodeRuntime, store: Store): Execution {
  const { settings, folder, log, tracer } = options;
  const metrics = runMetrics();
  const observe = observeRuns({ clock: systemClock, log, tracer, metrics });
  const inline = inlineDispatcher({
    host: executionHost(store, runtime, { ...settings, worker: workerName(identity(systemClock)), observe }),
    concurrency: CONCURRENT_RUNS,
    pollEvery: POLL_MS,
    interruptsEvery: INTERRUPTS_MS,
    sweeps: true,
    holder: runHolder(settings.database, folder),
    onError: (error) => log.error({ err: error }, 'could not execute runs'),
  });
  return {
    by: 'this process',
    metricLines: () => metrics.lines(CONCURRENT_RUNS),
    dispatcher: { enqueue: async (job) => inline.enqueue({ ...job, retry: 0 }) },
    news: { subscribe: (run, onNews) => inline.watch(run, onNews) },
    start: () => inline.start(),
    close: () => inline.close(),
  };
}

function asWorker(options: ExecutionOptions, runtime: NodeRuntime, store: Store): Omit<Execution, 'dispatcher'> {
  const { settings, version, log, tracer } = options;
  let leave = async (): Promise<void> => {};
  let metricLines = (): string[] => [];
  return {
    by: 'this process and fm worker',
    metricLines: () => metricLines(),
    async start() {
      const working = await joinWorkers({
        store,
        runtime,
        url: settings.database,
        environment: settings.environment,
        version,
        concurrency: CONCURRENT_RUNS,
        pools: [],
        log,
        tracer,
        onError: (error) => log.error({ err: error }, 'something went wrong beside the runs'),
      });
      leave = () => working.stop(DRAIN_MS);
      metricLines = working.metricLines;
    },
    close: () => leave(),
  };
}
