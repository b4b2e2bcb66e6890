import type { Json } from '../core/json.ts';
import { DATA_DEPTH, TooLarge, toJson } from '../core/measure.ts';
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
    input = await acceptInput(run, plan, place.input);
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

/** The input with its defaults filled. Throws VALIDATION for a mismatch, QUOTA for too much. */
async function acceptInput(run: Run, plan: Plan, input: Json): Promise<Json> {
  const limit = run.runtime.limits.input_bytes;
  try {
    toJson(input, limit);
  } catch (error) {
    if (error instanceof TooLarge)
      throw new StageError(
        'QUOTA',
        'input_too_large',
        `The input is ${error.message} (limits: ${limit} bytes, ${DATA_DEPTH} levels)`,
      );
    throw error;
  }
  if (plan.input === undefined) {
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
    throw new StageError('VALIDATION', 'invalid_input', 'The input must be an object', {
      hint: "give it as `--input '{…}'`",
    });
  }
  const { compileSchema } = await import('../core/schema/validate.ts');
  const checked = compileSchema(plan.input).validate(input, { defaults: true });
  if (checked.valid) return checked.value;
  const list = checked.errors.map((error) => `${error.path || 'input'}: ${error.message}`);
  throw new StageError(
    'VALIDATION',
    'invalid_input',
    `The input does not fit the pipeline's schema: ${list.join('; ')}`,
    {
      hint: `\`fm show ${plan.name}\` prints the schema`,
      details: { errors: checked.errors.map((error) => ({ ...error })) },
    },
  );
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
