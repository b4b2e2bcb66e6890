import type { Tracer } from '../../../core/ports.ts';
import type { Store } from '../../../store/store.ts';
import { observeRuns, type RunLog } from '../../../worker/observe-runs.ts';
import { runMetrics } from '../../../worker/run-metrics.ts';
import { systemClock } from '../clock.ts';
import { QueueWorker } from '../dispatcher/pg-boss/queue-worker.ts';
import type { NodeRuntime } from '../runtime.ts';
import { executionHost } from '../server/runtime.ts';
import { identity, workerName } from './identity.ts';
import { keepPresence } from './presence.ts';

export interface WorkerOptions {
  /** Where the runs are. */
  readonly store: Store;
  readonly runtime: NodeRuntime;
  /** The control database, which has the queue: `postgresql://…`. */
  readonly url: string;
  readonly environment: string;
  /** FlowMason's. */
  readonly version: string;
  /** Runs at a time. */
  readonly concurrency: number;
  /** Pools of pipelines that it takes runs of, beside those without a pool. */
  readonly pools: readonly string[];
  /** Takes what is due and then stops, instead of waiting for more. */
  readonly once?: boolean | undefined;
  readonly log: RunLog;
  readonly tracer?: Tracer | undefined;
  readonly onError: (error: unknown) => void;
}

/** A worker that takes runs. */
export interface Working {
  readonly id: string;
  /** Prometheus text of what it does, line by line. */
  metricLines(): string[];
  /** With `once`: all that was due is done. Else it never resolves. */
  readonly done: Promise<void>;
  /** Takes no more; what it executes may end within `limit` milliseconds, then it is given back for other workers. */
  stop(limit: number): Promise<void>;
}

/** Takes runs from a queue in this process, and says that it does. Throws FlowMasonError `SCHEMA_BEHIND`, `DATABASE_…`. */
export async function joinWorkers(options: WorkerOptions): Promise<Working> {
  const { store, runtime, url, environment, version, concurrency, pools, once = false, log, tracer, onError } = options;
  const me = identity(store.clock);
  const metrics = runMetrics();
  const observe = observeRuns({ clock: systemClock, log, tracer, metrics });
  const host = {
    ...executionHost(store, runtime, { environment, worker: workerName(me), observe }),
    pools: new Set(pools),
  };
  const worker = await QueueWorker.open({ url, clock: systemClock, hosts: [host], concurrency, onError });
  const components = [...runtime.descriptors.values()].map(({ name, version }) => `${name}@${version}`);
  let draining = false;
  const row = () => ({
    ...me,
    version,
    concurrency,
    running: worker.running,
    pools: [...pools],
    components,
    cached: host.releases.size,
    draining,
  });
  try {
    const whenFirst = () => worker.reconcile();
    const leave = await keepPresence({ store, clock: systemClock, worker: row, whenFirst, onError });
    if (!once) await worker.start();
    return {
      id: me.id,
      metricLines: () => metrics.lines(concurrency),
      done: once ? worker.once() : new Promise<void>(() => {}),
      async stop(limit) {
        draining = true;
        const closed = worker.close(limit);
        await store.workers.beat(row()).catch(onError);
        await closed;
        await leave();
      },
    };
  } catch (error) {
    await worker.close(0);
    throw error;
  }
}
