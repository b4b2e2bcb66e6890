import * as v from 'valibot';

/** What every AI component takes beside its own config (PIPELINES.md 5). */
export const MODEL_SETTINGS = {
  model: v.optional(
    v.pipe(v.string(), v.minLength(1), v.description('`provider/model`; default: `ai.model` of the project.')),
  ),
  temperature: v.optional(
    v.pipe(v.number(), v.minValue(0), v.maxValue(2), v.description('From 0 (always alike) to 2 (surprising).')),
  ),
  max_tokens: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.description('The longest answer, in tokens.')),
  ),
};

/** What every AI component gives beside its own output. */
export const MODEL_OUTPUT = {
  usage: v.pipe(
    v.strictObject({
      input_tokens: v.number(),
      output_tokens: v.number(),
      total_tokens: v.number(),
      cost_usd: v.optional(v.number()),
    }),
    v.description('Tokens that were used, and what they cost where that is known.'),
  ),
  model: v.pipe(v.string(), v.description('`provider/model` that answered.')),
  finish_reason: v.pipe(v.string(), v.description('`stop`, or `length` when `max_tokens` cut it.')),
};
