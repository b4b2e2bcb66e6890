import type { Json } from './json.ts';
import type { Limits } from './limits.ts';
import { DATA_DEPTH, TooLarge, toJson } from './measure.ts';
import type { Plan } from './plan.ts';
import { StageError } from './run.ts';

/** A run's input with its defaults filled. Throws StageError `VALIDATION` for a mismatch, `QUOTA` for too much. */
export async function acceptInput(plan: Pick<Plan, 'name' | 'input'>, input: Json, limits: Limits): Promise<Json> {
  const limit = limits.input_bytes;
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
  const { compileSchema } = await import('./schema/validate.ts');
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
