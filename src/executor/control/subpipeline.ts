import type { Json } from '../../core/json.ts';
import type { Failure } from '../../core/run.ts';
import { StageError } from '../../core/run.ts';
import { Cancel } from '../cancel.ts';
import { CANCELLED, type Outcome } from '../outcome.ts';
import { runPipeline } from '../pipeline.ts';
import type { Control } from './control.ts';

/** Runs another pipeline of the same release inside this run, below this stage's path. */
export const subpipeline: Control = async ({ config, stageRun, cancel }): Promise<Outcome> => {
  const { run, scope, path } = stageRun;
  const name = String(config.pipeline);
  const limit = run.runtime.limits.subpipeline_depth;
  const depth = scope.frame.depth + 1;
  if (depth > limit) {
    throw new StageError('QUOTA', 'subpipeline_too_deep', `Pipelines call each other more than ${limit} deep: ${name}`);
  }
  run.append({ kind: 'start', path, started_at: stageRun.startedAt });
  const attemptStart = stageRun.attempt === 1 ? stageRun.startedAt : run.now();
  const plan = await run.pipeline(name, config.version as string | undefined);
  const child = new Cancel(cancel);
  const stop =
    plan.timeout === undefined
      ? undefined
      : run.runtime.clock.after(Math.max(0, attemptStart + plan.timeout - run.now()), () =>
          child.cancel(
            new StageError(
              'TIMEOUT',
              'run_timeout',
              `Pipeline ${name} did not finish within ${(plan.timeout ?? 0) / 1_000} s`,
            ),
          ),
        );
  const outcome = await runPipeline(
    run,
    plan,
    { input: (config.input ?? {}) as Json, prefix: `${path}/`, depth },
    child,
  );
  stop?.();
  child.dispose();
  if (outcome.kind === 'failed')
    return { ...outcome, failure: wrap(outcome.failure, name, stageRun.stage.id, path, stageRun.attempt) };
  if (outcome.kind === 'cancelled' && !cancel.cancelled && child.reason) throw child.reason;
  return outcome.kind === 'cancelled' ? CANCELLED : outcome;
};

/** A child's failure as its caller's: the same type, with the first one as cause (PIPELINES.md 4). */
function wrap(cause: Failure, name: string, stage: string, path: string, attempt: number): Failure {
  const where = cause.path === undefined ? '' : ` at ${cause.path}`;
  return {
    type: cause.type,
    code: cause.code,
    message: `Pipeline ${name} failed${where}: ${cause.message}`,
    stage,
    path,
    attempt,
    cause,
  };
}
