import * as v from 'valibot';
import type { Json, JsonObject } from '../../core/json.ts';
import { defineComponent } from '../../executor/component.ts';
import { textOf } from '../text.ts';
import { ask } from './ask.ts';
import { MODEL_OUTPUT, MODEL_SETTINGS } from './settings.ts';

export const selector = defineComponent({
  name: 'selector',
  version: '1.0.0',
  summary: 'Has a language model choose one of several options.',
  category: 'ai',
  effects: true,
  maxAttempts: 3,
  config: v.strictObject({
    options: v.pipe(v.array(v.any()), v.minLength(1), v.description('What there is to choose from: any JSON.')),
    criteria: v.pipe(v.string(), v.minLength(1), v.description('What makes an option the right one.')),
    reasoning: v.optional(v.pipe(v.boolean(), v.description('Whether the choice is explained.')), false),
    ...MODEL_SETTINGS,
  }),
  output: v.strictObject({
    selected: v.pipe(v.any(), v.description('The option that was chosen.')),
    index: v.pipe(v.number(), v.description('Its place in `options`, from 0.')),
    reasoning: v.pipe(v.nullable(v.string()), v.description('Why, where that was asked for; else null.')),
    ...MODEL_OUTPUT,
  }),
  example: {
    description: 'One of two titles is chosen, offline.',
    input: { titles: ['Tests help', 'Why tests help'] },
    stages: [
      {
        id: 'title',
        component: 'selector',
        config: { model: 'mock/demo', options: '{{ input.titles }}', criteria: 'The one that makes curious.' },
      },
      {
        id: 'known',
        component: 'json-transform',
        config: { template: '{{ input.titles[stages.title.output.index] == stages.title.output.selected }}' },
      },
    ],
    result: { result: true },
    output: {
      selected: 'Why tests help',
      index: 1,
      reasoning: null,
      usage: { input_tokens: 60, output_tokens: 3, total_tokens: 63 },
      model: 'mock/demo',
      finish_reason: 'stop',
    },
  },
  run: async ({ options, criteria, reasoning, ...settings }, context) => {
    // The executor resolves config from JSON, so options are JSON.
    const given = options as Json[];
    const list = given.map((option, i) => `${i}: ${textOf(option)}`);
    const prompt = `Choose the option that fits best.\n\nCriteria:\n${criteria}\n\nOptions, each after its number:\n${list.join('\n')}`;
    const schema: JsonObject = {
      type: 'object',
      required: reasoning ? ['reasoning', 'index'] : ['index'],
      additionalProperties: false,
      properties: {
        ...(reasoning ? { reasoning: { type: 'string', description: 'Why this option fits best.' } } : {}),
        index: { type: 'integer', minimum: 0, maximum: given.length - 1, description: 'The number of the option.' },
      },
    };
    const { object, about } = await ask(settings, { prompt, schema }, context);
    // Guaranteed by `ask`: the object conforms to the schema above.
    const choice = object as { index: number; reasoning?: string };
    return {
      selected: given[choice.index] ?? null,
      index: choice.index,
      reasoning: choice.reasoning ?? null,
      ...about,
    };
  },
});
