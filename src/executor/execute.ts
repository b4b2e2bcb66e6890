import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import { type Failure, type RunOutcome, type RunStatus, StageError } from '../core/run.ts';
import { cancelled } from './cancel.ts';
import { runGraph } from './graph.ts';
import { toFailure, type Wait } from './outcome.ts';
import { type PipelineOutcome, runPipeline } from './pipeline.ts';
import { preflight } from './preflight.ts';
import { addRecordedBelow } from './recorded-below.ts';
import { Run } from './run.ts';
import type { Execute, RunOptions, Runtime } from './types.ts';

/**
 * Runs a plan to its end, or until it parks (status `waiting`). Takes what the host gives once (`runtime`) and what
 * this run is (`options`); gives the outcome, times in epoch milliseconds. What goes wrong in a pipeline is in the
 * outcome; it rejects only when the journal cannot be written (then nothing more was started).
 */
export const execute: Execute = async (plan, runtime, options) => {
  const run = new Run(runtime, options, options.maxParallel ?? plan.maxParallel, runGraph);
  const resumed = options.recorded !== undefined && options.recorded.ends.size + options.recorded.starts.size > 0;
  emitStatus(run, plan, 'running', resumed);
  const release = connect(run, options);
  const stopTimer = startTimer(run, plan, options, runtime);
  let outcome: PipelineOutcome;
  try {
    await preflight(run, plan);
    outcome = await runPipeline(run, plan, { input: options.input, prefix: '', depth: 0 }, run.root);
  } catch (error) {
    outcome = { kind: 'failed', failure: run.mask(toFailure(error, {})) };
  } finally {
    stopTimer?.();
    release();
  }
  await run.flush();
  if (run.lost !== undefined) throw run.lost;
  const result = conclude(run, plan, outcome);
  emitStatus(run, plan, result.status, resumed);
  return result;
};

function emitStatus(run: Run, plan: Plan, status: RunStatus, resumed: boolean): void {
  const { name: pipeline, version } = plan;
  run.emit({ type: 'run', at: run.now(), run_id: run.options.runId, pipeline, version, status, resumed });
}

/** Cancels the run when the host's signal aborts, and drops it when it is somebody else's. */
function connect(run: Run, { signal, lost }: RunOptions): () => void {
  const releases = [
    onAbort(signal, () => run.root.cancel(cancelled('run_cancelled', 'The run was cancelled'))),
    onAbort(lost, () => run.lose(lost?.reason)),
  ];
  return () => {
    for (const release of releases) release();
  };
}

function onAbort(signal: AbortSignal | undefined, stop: () => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

/** The wall clock of the whole run counts from its first start, waits and crashes included. */
function startTimer(run: Run, plan: Plan, options: RunOptions, runtime: Runtime): (() => void) | undefined {
  const timeout = options.timeout ?? plan.timeout;
  if (timeout === undefined) return undefined;
  const error = new StageError('TIMEOUT', 'run_timeout', `The run did not finish within ${timeout / 1_000} s`);
  run.timeLimit = { at: run.startedAt + timeout, error };
  return runtime.clock.after(Math.max(0, run.timeLimit.at - run.now()), () => run.root.cancel(error));
}

function conclude(run: Run, plan: Plan, outcome: PipelineOutcome): RunOutcome {
  const { status, result, error } = summarize(run, outcome);
  for (const record of run.parked) {
    run.records.push(status === 'waiting' ? record : { ...record, status: 'cancelled' });
  }
  addRecordedBelow(run);
  const ended: RunOutcome = {
    run_id: run.options.runId,
    pipeline: plan.name,
    version: plan.version,
    status,
    result,
    error,
    stages: run.records,
    usage: run.usage,
    started_at: run.startedAt,
    duration_ms: run.now() - run.startedAt,
  };
  if (outcome.kind === 'failed' && outcome.input !== undefined) ended.failed_input = outcome.input;
  if (outcome.kind === 'parked') ended.waiting = outcome.waits.map((wait) => withDeadline(run, plan, wait));
  return ended;
}

/** A wait ends with the run's own timeout at the latest. */
function withDeadline(run: Run, plan: Plan, wait: Wait): Wait {
  const timeout = run.options.timeout ?? plan.timeout;
  if (timeout === undefined) return wait;
  return { ...wait, until: Math.min(wait.until ?? Number.POSITIVE_INFINITY, run.startedAt + timeout) };
}

function summarize(run: Run, outcome: PipelineOutcome): { status: RunStatus; result: Json; error: Failure | null } {
  const { reason } = run.root;
  if (outcome.kind === 'succeeded') return { status: 'succeeded', result: outcome.output, error: null };
  if (outcome.kind === 'parked') return { status: 'waiting', result: null, error: null };
  if (outcome.kind === 'failed') return { status: 'failed', result: null, error: outcome.failure };
  const error = run.mask(toFailure(reason ?? cancelled('run_cancelled', 'The run was cancelled'), {}));
  return { status: reason?.type === 'TIMEOUT' ? 'failed' : 'cancelled', result: null, error };
}
