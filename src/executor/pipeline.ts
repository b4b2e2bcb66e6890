import { acceptInput } from '../core/accept-input.ts';
import type { Json } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import { StageError } from '../core/run.ts';
import type { Cancel } from './cancel.ts';
import { StageEnvironment } from './environment.ts';
import { type Outcome, toFailure } from './outcome.ts';
import { hideSecrets } from './prepare.ts';
import type { Run } from './run.ts';
import { Scope } from './scope.ts';

/** How a pipeline ended: its result, or why there is none. */
export type PipelineOutcome = Exclude<Outcome, { kind: 'skipped' } | { kind: 'returned' }>;

/**
 * Runs one pipeline, the run's own or a subpipeline: input filled and checked, stages, result, output checked
 * (PIPELINES.md 1). `prefix` is what its stage paths begin with: empty, or ending in `/`.
 */
export async function runPipeline(
  run: Run,
  plan: Plan,
  place: { readonly input: Json; readonly prefix: string; readonly depth: number },
  cancel: Cancel,
): Promise<PipelineOutcome> {
  let input: Json;
  try {
    input = await acceptInput(plan, place.input, run.runtime.limits);
  } catch (error) {
    return { kind: 'failed', failure: run.mask(toFailure(error, {})) };
  }
  const frame = { name: plan.name, version: plan.version, input, depth: place.depth };
  const scope = new Scope(plan.main, frame, place.prefix);
  const outcome = await run.runGraph(scope, cancel);
  if (outcome.kind !== 'done' && outcome.kind !== 'returned') return outcome;
  try {
    const result = outcome.kind === 'returned' ? outcome.value : resolveResult(run, plan, scope, place.prefix);
    await checkOutput(plan, result);
    return { kind: 'succeeded', output: result };
  } catch (error) {
    return { kind: 'failed', failure: run.mask(toFailure(error, {})) };
  }
}

function resolveResult(run: Run, plan: Plan, scope: Scope, prefix: string): Json {
  if (!plan.result) return scope.finalOutput();
  const environment = new StageEnvironment(run, scope, prefix.slice(0, -1), run.startedAt, 1);
  return run.options.masker.json(hideSecrets(plan.result.resolve(environment)) as Json);
}

async function checkOutput(plan: Plan, result: Json): Promise<void> {
  if (plan.output === undefined) return;
  const { compileSchema } = await import('../core/schema/validate.ts');
  const checked = compileSchema(plan.output).validate(result);
  if (checked.valid) return;
  const list = checked.errors.map((error) => `${error.path || 'result'}: ${error.message}`);
  throw new StageError(
    'VALIDATION',
    'invalid_output',
    `The result does not fit the pipeline's output schema: ${list.join('; ')}`,
    {
      details: { errors: checked.errors.map((error) => ({ ...error })) },
    },
  );
}
