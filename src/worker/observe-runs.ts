import type { Clock, SpanAttributes, Tracer } from '../core/ports.ts';
import { traceFields } from '../core/traceparent.ts';
import { traceStages } from '../executor/trace-stages.ts';
import type { WorkerName } from '../store/attempts.ts';
import { type Epoch, packEpoch } from '../store/epoch.ts';
import type { RunObserver, TakenRun } from './host.ts';
import type { RunMetrics } from './run-metrics.ts';

/** Lines with fields. */
export interface RunLog {
  readonly debug: (fields: object, message: string) => void;
  readonly info: (fields: object, message: string) => void;
}

export interface ObserveOptions {
  readonly clock: Clock;
  readonly log?: RunLog | undefined;
  readonly tracer?: Tracer | undefined;
  readonly metrics?: RunMetrics | undefined;
}

/** Tells log, traces and metrics of what a worker executes. */
export function observeRuns({ clock, log, tracer, metrics }: ObserveOptions): RunObserver {
  return (taken) => {
    const { run, epoch, tenant, worker } = taken;
    const attributes = attributesOf(taken);
    const span = tracer?.begin({
      name: `run ${run.pipeline}`,
      kind: 'consumer',
      at: clock.now(),
      attributes: { ...attributes, ...attemptOf(epoch, worker) },
      parent: run.traceparent ?? undefined,
      trace: run.id,
      id: spanSeed(run.id, epoch, worker),
      links: taken.earlier.map((attempt) => spanSeed(run.id, attempt, attempt)),
    });
    const stages = span && tracer && traceStages(tracer, span.traceparent, attributes);
    const fields = { run: run.id, tenant: tenant ?? undefined, ...traceFields(span?.traceparent, run.traceparent) };
    metrics?.taken(epoch);
    return {
      traceOf: (path) => stages?.traceOf(path),
      onEvent(event) {
        stages?.onEvent(event);
        if (event.type !== 'stage' || event.recorded) return;
        const { path: stage, component, status, attempt, duration_ms, error } = event;
        if (status === 'running' || status === 'waiting') {
          log?.debug({ ...fields, stage, component, attempt }, status === 'running' ? 'stage started' : 'stage waits');
          return;
        }
        if (attempt > 0) metrics?.stage(component, status, duration_ms ?? 0);
        log?.debug({ ...fields, stage, component, attempt, status, duration_ms, code: error?.code }, 'stage ended');
      },
      ended(executed) {
        const at = clock.now();
        const kind = executed?.kind ?? 'error';
        const outcome = executed && 'outcome' in executed ? executed.outcome : undefined;
        stages?.end(at);
        span?.end({
          at,
          error: executed ? outcome?.error?.type : 'host_error',
          attributes: { 'flowmason.attempt.outcome': kind, 'flowmason.run.status': outcome?.status ?? run.status },
        });
        metrics?.ended(executed);
        const { segment, retry } = epoch;
        const { pipeline, version } = run;
        const status = outcome?.status;
        log?.info(
          { ...fields, pipeline, version, segment, retry, kind, status, code: outcome?.error?.code },
          'executed',
        );
      },
    };
  };
}

/** Names and digests only: nothing of what goes in and out. */
function attributesOf({ run, tenant }: TakenRun): SpanAttributes {
  return {
    'flowmason.run.id': run.id,
    'flowmason.project.name': run.project,
    'flowmason.pipeline.name': run.pipeline,
    'flowmason.pipeline.version': run.version,
    'flowmason.release.digest': run.release,
    'deployment.environment.name': run.environment,
    ...(tenant === null ? {} : { 'flowmason.tenant': tenant }),
  };
}

function attemptOf({ segment, retry }: Epoch, worker: WorkerName | undefined): SpanAttributes {
  return {
    'flowmason.run.segment': segment,
    'flowmason.run.retry': retry,
    ...(worker ? { 'flowmason.worker.id': worker.worker, 'host.name': worker.host } : {}),
  };
}

function spanSeed(run: string, epoch: Epoch, worker: WorkerName | undefined): string {
  return `${run}/${packEpoch(epoch)}/${worker?.worker ?? ''}`;
}
