import { safeParse } from 'valibot';
import type { Environment } from '../core/expression/types.ts';
import type { Json } from '../core/json.ts';
import { StageError } from '../core/run.ts';
import { bounded } from './bounded.ts';
import type { Cancel } from './cancel.ts';
import type { Component } from './component.ts';
import { AttemptContext } from './context.ts';
import { isForeign, type Prepared } from './prepare.ts';
import type { StageRun } from './stage-run.ts';

/**
 * Calls a component once and gives its output as masked JSON. Throws what the component throws; StageError `TIMEOUT`
 * after the stage's timeout; the reason of `cancel` when it is stopped, without waiting for a component that does not
 * listen; `QUOTA` for an output over the limit; `COMPONENT` for one that does not fit its own schema.
 */
export function invoke(
  stageRun: StageRun,
  prepared: Prepared,
  environment: Environment,
  cancel: Cancel,
): Json | Promise<Json> {
  const { component, config } = prepared;
  if (!component.run) {
    throw new StageError('INTERNAL', 'component_without_run', `Component ${component.name} cannot be run`);
  }
  const context = new AttemptContext(stageRun, environment, cancel);
  const result = component.run(config, context);
  if (!isPromise(result)) {
    context.close();
    return accept(stageRun, component, result);
  }
  return withTimeout(stageRun, result, cancel)
    .finally(() => context.close())
    .then((value) => accept(stageRun, component, value));
}

/** The output as it is recorded: checked, bounded, masked. */
function accept(stageRun: StageRun, component: Component, output: unknown): Json {
  const { run, stage } = stageRun;
  let result = output;
  if (isForeign(stage)) {
    const checked = safeParse(component.output, output);
    if (!checked.success) {
      const why = checked.issues.map((issue) => issue.message).join('; ');
      throw new StageError(
        'COMPONENT',
        'invalid_output',
        `The output of ${component.name} does not fit its own schema: ${why}`,
      );
    }
    result = checked.output;
  }
  const json = bounded(result, run.runtime.limits.output_bytes, component.name);
  return run.options.masker.json(isForeign(stage) ? structuredClone(json) : json);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function withTimeout(stageRun: StageRun, work: Promise<unknown>, cancel: Cancel): Promise<unknown> {
  const { run, stage } = stageRun;
  return new Promise((resolve, reject) => {
    const { timeout } = stage;
    const stop =
      timeout === undefined
        ? undefined
        : run.runtime.clock.after(timeout, () => {
            cancel.cancel(
              new StageError(
                'TIMEOUT',
                'stage_timeout',
                `Stage ${stage.id} did not finish within ${timeout / 1_000} s`,
              ),
            );
          });
    const release = cancel.onCancel((reason) => {
      stop?.();
      reject(reason);
    });
    work.then(
      (value) => {
        stop?.();
        release();
        resolve(value);
      },
      (error) => {
        stop?.();
        release();
        reject(error);
      },
    );
  });
}
