import type { Json, JsonSchema } from '../../core/json.ts';
import { StageError } from '../../core/run.ts';
import { announce } from '../announce.ts';
import { Cancel, cancelled } from '../cancel.ts';
import { CANCELLED, type Outcome } from '../outcome.ts';
import { begin } from './begin.ts';
import type { Control, ControlContext } from './control.ts';

/** Waits for data that somebody sends; its deadline is recorded when it starts. */
export const signal: Control = async (context): Promise<Outcome> => {
  const { stageRun } = context;
  const { run, stage, path, startedAt } = stageRun;
  const { deadline } = begin(stageRun, () => ({
    deadline: stage.timeout === undefined ? null : startedAt + stage.timeout,
  }));
  // Whoever asks a person must not show a question that the journal does not know yet.
  if (!(await run.flush())) return CANCELLED;
  const until = deadline === null ? undefined : { until: deadline };
  const name = String(context.config.name);
  const message =
    context.config.message === undefined
      ? undefined
      : { message: run.options.masker.text(String(context.config.message)) };
  announce(stageRun, 'waiting', { waiting: { signal: name, ...until } });

  const answer = await ask(context, name, deadline, await checker(context.config.schema));
  if (answer === 'cancelled') return CANCELLED;
  if (answer === 'timeout' || (answer === 'park' && deadline !== null && deadline <= run.now())) {
    throw new StageError(
      'TIMEOUT',
      'signal_timeout',
      `Nobody sent the signal ${name} within ${(stage.timeout ?? 0) / 1_000} s`,
    );
  }
  if (answer === 'park') return { kind: 'parked', waits: [{ path, signal: name, ...message, ...until }] };
  return { kind: 'succeeded', output: run.options.masker.json(answer.data) };
};

type Answer = { readonly data: Json } | 'park' | 'timeout' | 'cancelled';

/** What is wrong with the data, undefined when it fits the stage's schema. */
async function checker(schema: Json | undefined): Promise<(data: Json) => string | undefined> {
  if (schema === undefined) return () => undefined;
  const { compileSchema } = await import('../../core/schema/validate.ts');
  const compiled = compileSchema(schema as JsonSchema);
  return (data) => {
    const { valid, errors } = compiled.validate(data);
    return valid ? undefined : errors.map((error) => `${error.path || 'data'}: ${error.message}`).join('; ');
  };
}

/** Data that is already there counts even after the deadline; otherwise the deadline ends the asking. */
function ask(
  context: ControlContext,
  name: string,
  deadline: number | null,
  check: (data: Json) => string | undefined,
): Promise<Answer> {
  const { config, stageRun, cancel } = context;
  const { run, path } = stageRun;
  const { runId } = run.options;
  const message = config.message === undefined ? undefined : run.options.masker.text(String(config.message));
  const left = deadline === null ? undefined : Math.max(0, deadline - run.now());
  return new Promise((resolve, reject) => {
    // Whoever asks is told to stop as soon as there is an answer from elsewhere.
    const asking = new Cancel(cancel);
    let stop: (() => void) | undefined;
    const finish = (answer: Answer): void => {
      stop?.();
      release();
      asking.cancel(cancelled('run_cancelled', 'The question is answered'));
      asking.dispose();
      resolve(answer);
    };
    const release = cancel.onCancel(() => finish('cancelled'));
    if (left !== undefined && left > 0) stop = run.runtime.clock.after(left, () => finish('timeout'));
    const request = { run_id: runId, path, name, message, signal: asking.signal, check };
    run.options.signals(request).then(
      // Data that does not fit leaves the stage waiting (PIPELINES.md 5).
      (answer) => finish(answer !== 'park' && check(answer.data) !== undefined ? 'park' : answer),
      (error) => {
        if (error instanceof StageError) return reject(error);
        // The host could not ask, e.g. for want of its database, and that is no failure of the pipeline.
        run.lose(error);
        finish('cancelled');
      },
    );
  });
}
