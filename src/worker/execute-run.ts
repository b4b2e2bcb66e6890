import { FlowMasonError } from '../core/errors.ts';
import type { Attempt } from '../store/attempts.ts';
import type { Epoch } from '../store/epoch.ts';
import type { TakenRun } from '../store/take-run.ts';
import type { AttemptObserver, Executed, ExecuteOptions, Job, WorkerHost } from './host.ts';
import type { HeldRun } from './interrupts.ts';
import { Segment } from './segment.ts';

/**
 * Executes one segment of a run: claims it, loads its release and what it has recorded, executes until it ends or parks, and
 * records how. What goes wrong in a pipeline is in the answer; throws FlowMasonError `DATABASE_…` when the database fails,
 * and then the run can be claimed again with a higher `retry`.
 */
export async function executeRun(host: WorkerHost, job: Job, options: ExecuteOptions = {}): Promise<Executed> {
  const epoch: Epoch = { segment: job.segment, retry: job.retry };
  const from = host.store.clock.now();
  const run = await host.store.runs.claim(job.run, epoch, host.worker);
  if (!run) return { kind: 'nothing' };
  const held = host.interrupts.hold(run.id, epoch);
  let seen: AttemptObserver | undefined;
  let executed: Executed | undefined;
  try {
    seen = await observed(host, run, epoch, from);
    executed = await claimed(host, run, epoch, held, seen ? { ...options, ...told(seen, options) } : options);
    return executed;
  } finally {
    held.release();
    seen?.ended(executed);
  }
}

/** The attempts before it are read only where there are any: it had begun before it was asked for, `from`. */
async function observed(
  host: WorkerHost,
  run: TakenRun,
  epoch: Epoch,
  from: number,
): Promise<AttemptObserver | undefined> {
  const { observe, store, tenant, worker } = host;
  if (!observe) return undefined;
  const isFirst = (run.started_at ?? from) >= from;
  const attempts = isFirst ? [] : await store.attempts.list(run.id);
  const isThis = (one: Attempt): boolean =>
    one.segment === epoch.segment && one.retry === epoch.retry && one.worker === (worker?.worker ?? '');
  const earlier = attempts.filter((attempt) => !isThis(attempt));
  return observe({ run, epoch, tenant, worker, earlier });
}

function told(seen: AttemptObserver, { onEvent }: ExecuteOptions): Pick<ExecuteOptions, 'onEvent' | 'traceOf'> {
  return {
    traceOf: seen.traceOf,
    onEvent(event) {
      seen.onEvent(event);
      onEvent?.(event);
    },
  };
}

async function claimed(
  host: WorkerHost,
  run: TakenRun,
  epoch: Epoch,
  held: HeldRun,
  options: ExecuteOptions,
): Promise<Executed> {
  try {
    return await new Segment(host, run, epoch, held, options).execute();
  } catch (error) {
    // A run that is gone is not ours any more, either.
    if (error instanceof FlowMasonError && (error.code === 'RUN_SUPERSEDED' || error.code === 'NOT_FOUND')) {
      // A note for people, which is not worth failing for.
      await host.store.attempts.supersede(run.id, epoch, host.worker).catch(() => {});
      return { kind: 'superseded' };
    }
    throw error;
  }
}
