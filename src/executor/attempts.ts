import type { Json } from '../core/json.ts';
import { type Failure, StageError } from '../core/run.ts';
import { announce } from './announce.ts';
import { cached, store } from './cache.ts';
import { Cancel } from './cancel.ts';
import { CONTROLS } from './control/index.ts';
import { StageEnvironment } from './environment.ts';
import { invoke } from './invoke.ts';
import { CANCELLED, type Outcome, toFailure } from './outcome.ts';
import { type Prepared, prepare } from './prepare.ts';
import { nextAttempt } from './retry.ts';
import type { StageRun } from './stage-run.ts';
import { standFor } from './stand-for.ts';
import { wait } from './wait.ts';

/** Attempts a stage until it ends or its retry policy does. */
export async function runAttempts(stageRun: StageRun, cancel: Cancel): Promise<Outcome> {
  const { run, stage, path } = stageRun;
  for (let attempt = 1; ; attempt++) {
    stageRun.attempt = attempt;
    const { outcome, maxAttempts } = await runAttempt(stageRun, cancel);
    if (outcome.kind !== 'failed') {
      releaseSlot(stageRun);
      return outcome;
    }
    const { failure, retryAfter } = outcome;
    const fraction = run.runtime.random.fraction();
    const delay = nextAttempt(stage.retry, maxAttempts, attempt, { type: failure.type, retryAfter }, fraction);
    if (delay === undefined || cancel.cancelled) {
      void whenPropagated(stageRun).then(() => releaseSlot(stageRun));
      return outcome;
    }
    releaseSlot(stageRun);
    const error = run.mask(failure);
    run.emit({
      type: 'retry',
      at: run.now(),
      id: stage.id,
      path,
      attempt,
      max_attempts: maxAttempts,
      delay_ms: delay,
      error,
    });
    if (!(await wait(stageRun, delay, cancel))) return CANCELLED;
    if (stage.component.name === 'subpipeline') run.forget([path]);
  }
}

function releaseSlot(stageRun: StageRun): void {
  if (stageRun.holdsSlot) stageRun.run.slots.release();
  stageRun.holdsSlot = false;
}

/** Turns of the microtask queue that a failure takes at most from a graph to the one around it. */
const TURNS_PER_LEVEL = 24;

/** After a failure no new stage may start, so its slot is kept until every owner around the stage has heard of it. */
async function whenPropagated({ path }: StageRun): Promise<void> {
  const levels = path.split('/').length;
  for (let turn = 0; turn < levels * TURNS_PER_LEVEL; turn++) await undefined;
}

const NOT_CACHED: Awaited<ReturnType<typeof cached>> = {};

async function runAttempt(stageRun: StageRun, parent: Cancel): Promise<{ outcome: Outcome; maxAttempts: number }> {
  const { run, stage, scope, path, attempt } = stageRun;
  const control = CONTROLS[stage.component.name];
  const cancel = new Cancel(parent);
  let stopTimer: (() => void) | undefined;
  let prepared: Prepared | undefined;
  try {
    if (!control) {
      const free = run.slots.acquire();
      if (free) {
        await free;
        if (attempt === 1 && !run.options.recorded?.starts.has(path)) stageRun.startedAt = run.now();
      }
      stageRun.holdsSlot = true;
    }
    if (cancel.cancelled) return { outcome: CANCELLED, maxAttempts: 1 };
    announce(stageRun, 'running');
    const environment = new StageEnvironment(run, scope, path, stageRun.startedAt, attempt);
    prepared = prepare(stageRun, environment);
    const { maxAttempts } = prepared;
    const stood = standFor(stageRun, prepared);
    if (stood !== undefined) return { outcome: { kind: 'succeeded', output: stood }, maxAttempts };
    if (control) {
      stopTimer = startTimer(stageRun, cancel);
      const outcome = await control({ ...prepared, stageRun, environment, cancel });
      return { outcome: settle(stageRun, outcome, cancel, parent, prepared), maxAttempts };
    }
    const hit = stage.cache ? await cached(stageRun, prepared, environment) : NOT_CACHED;
    if (hit.output !== undefined) {
      return { outcome: { kind: 'succeeded', output: hit.output, cached: true }, maxAttempts };
    }
    if (stage.component.effects) {
      run.append({ kind: 'start', path, started_at: stageRun.startedAt });
      if (!(await run.flush())) return { outcome: CANCELLED, maxAttempts };
    }
    const given = invoke(stageRun, prepared, environment, cancel);
    const output = given instanceof Promise ? await given : given;
    if (hit.key !== undefined) await store(stageRun, hit.key, output);
    return { outcome: { kind: 'succeeded', output }, maxAttempts };
  } catch (error) {
    // Stopped from outside: whatever the component made of its signal is not a failure of its own.
    if (parent.cancelled) return { outcome: CANCELLED, maxAttempts: 1 };
    return { outcome: failed(stageRun, error, prepared), maxAttempts: prepared?.maxAttempts ?? 1 };
  } finally {
    stopTimer?.();
    cancel.dispose();
  }
}

function failed(stageRun: StageRun, error: unknown, prepared: Prepared | undefined): Outcome {
  const { stage, path, attempt } = stageRun;
  const failure: Failure = toFailure(error, { stage: stage.id, path, attempt });
  const retryAfter = error instanceof StageError ? error.retryAfter : undefined;
  // A config that could not be resolved is shown as it is written.
  const input: Json | undefined =
    prepared?.shown() ?? (error as { input?: Json } | null)?.input ?? stage.definition.config;
  return { kind: 'failed', failure, input, retryAfter };
}

/** A control stage whose body was stopped by the stage's own timeout failed; by anything above, it was cancelled. */
function settle(stageRun: StageRun, outcome: Outcome, cancel: Cancel, parent: Cancel, prepared: Prepared): Outcome {
  if (parent.cancelled && outcome.kind === 'cancelled') return CANCELLED;
  if (outcome.kind === 'cancelled' && cancel.reason) return failed(stageRun, cancel.reason, prepared);
  return outcome;
}

/**
 * Stops a control stage at its deadline. It counts from the stage's first start, also over a crash; further attempts (of
 * a subpipeline) have one of their own.
 */
function startTimer(stageRun: StageRun, cancel: Cancel): (() => void) | undefined {
  const { run, stage, attempt, startedAt } = stageRun;
  const { timeout } = stage;
  if (timeout === undefined || stage.component.name === 'signal') return undefined;
  const error = new StageError(
    'TIMEOUT',
    'stage_timeout',
    `Stage ${stage.id} did not finish within ${timeout / 1_000} s`,
  );
  const from = attempt === 1 ? startedAt : run.now();
  return run.runtime.clock.after(Math.max(0, from + timeout - run.now()), () => cancel.cancel(error));
}
