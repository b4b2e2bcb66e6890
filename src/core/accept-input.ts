import type { Json } from './json.ts';
import type { Limits } from './limits.ts';
import { DATA_DEPTH, TooLarge, toJson } from './measure.ts';
import type { Plan } from './plan.ts';
import { StageError } from './run.ts';
import type { CompiledSchema } from './schema/validate.ts';

/** A run's input with its defaults filled. Throws StageError `VALIDATION` for a mismatch, `QUOTA` for too much. */
export async function acceptInput(plan: Pick<Plan, 'name' | 'input'>, input: Json, limits: Limits): Promise<Json> {
  return (await inputOf(plan, limits))(input);
}

/** The same for many inputs: the pipeline's schema is compiled once, and a wrong one is told with the first input. */
export async function inputOf(plan: Pick<Plan, 'name' | 'input'>, limits: Limits): Promise<(input: Json) => Json> {
  const { compileSchema } = plan.input === undefined ? {} : await import('./schema/validate.ts');
  let compiled: CompiledSchema | undefined;
  return (input) => {
    refuseLarge(input, limits);
    if (plan.input === undefined || !compileSchema) return requireObject(input);
    compiled ??= compileSchema(plan.input);
    return checkedBy(compiled, plan.name, input);
  };
}

function refuseLarge(input: Json, { input_bytes: limit }: Limits): void {
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
}

function requireObject(input: Json): Json {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  throw new StageError('VALIDATION', 'invalid_input', 'The input must be an object', {
    hint: "give it as `--input '{…}'`",
  });
}

function checkedBy(schema: CompiledSchema, name: string, input: Json): Json {
  const checked = schema.validate(input, { defaults: true });
  if (checked.valid) return checked.value;
  const list = checked.errors.map((error) => `${error.path || 'input'}: ${error.message}`);
  throw new StageError(
    'VALIDATION',
    'invalid_input',
    `The input does not fit the pipeline's schema: ${list.join('; ')}`,
    {
      hint: `\`fm show ${name}\` prints the schema`,
      details: { errors: checked.errors.map((error) => ({ ...error })) },
    },
  );
}
