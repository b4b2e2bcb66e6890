import type { Json } from '../../core/json.ts';
import { TooLarge, toJson } from '../../core/measure.ts';
import { StageError } from '../../core/run.ts';
import type { StageEnvironment } from '../environment.ts';
import { type Outcome, toFailure } from '../outcome.ts';
import { hideSecrets } from '../prepare.ts';
import type { Scope } from '../scope.ts';
import type { StageRun } from '../stage-run.ts';

/** What one iteration of foreach or loop gives: its `result` template, else the output of its final stage. */
export function iterationResult(
  stageRun: StageRun,
  inner: Scope,
  environment: StageEnvironment,
  path: string,
): { kind: 'value'; value: Json } | Extract<Outcome, { kind: 'failed' }> {
  const { run, stage } = stageRun;
  const template = stage.lateTemplates.result;
  if (!template) return { kind: 'value', value: inner.finalOutput() };
  try {
    return { kind: 'value', value: run.options.masker.json(hideSecrets(template.resolve(environment)) as Json) };
  } catch (error) {
    return {
      kind: 'failed',
      failure: run.mask(toFailure(error, { stage: stage.id, path, attempt: stageRun.attempt })),
    };
  }
}

/** Refuses what a control stage collected when it is over the limit of outputs. */
export function bounded(stageRun: StageRun, output: Json): Json {
  const { run, stage } = stageRun;
  const limit = run.runtime.limits.output_bytes;
  try {
    toJson(output, limit);
    return output;
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    throw new StageError('QUOTA', 'output_too_large', `The output of ${stage.id} is ${error.message}`, {
      hint: 'give each iteration a smaller `result`',
    });
  }
}
