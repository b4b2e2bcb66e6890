import * as v from 'valibot';
import type { JsonSchema } from '../../core/json.ts';
import { defineComponent } from '../../executor/component.ts';
import { ask } from './ask.ts';
import { MODEL_OUTPUT, MODEL_SETTINGS } from './settings.ts';

export const generator = defineComponent({
  name: 'generator',
  version: '1.0.0',
  summary: 'Asks a language model for text, or for data that fits a schema.',
  category: 'ai',
  effects: true,
  maxAttempts: 3,
  config: v.strictObject({
    prompt: v.pipe(v.string(), v.minLength(1), v.description('What is asked.')),
    system_prompt: v.optional(v.pipe(v.string(), v.description('Who the model is to be, and what always holds.'))),
    schema: v.optional(
      v.pipe(
        v.union([v.boolean(), v.record(v.string(), v.any())]),
        v.description('JSON Schema: the answer is data that conforms to it, in `object`.'),
      ),
    ),
    stop: v.optional(v.pipe(v.array(v.string()), v.description('Texts before which the answer ends.'))),
    ...MODEL_SETTINGS,
  }),
  output: v.strictObject({
    text: v.pipe(v.string(), v.description('The answer.')),
    object: v.optional(v.pipe(v.any(), v.description('The answer as data, where a `schema` was given.'))),
    ...MODEL_OUTPUT,
  }),
  fields: { prompt: { kind: 'template', secret: true }, schema: { kind: 'constant' } },
  example: {
    description: 'Takes an address apart, offline.',
    input: { address: 'Ada Lovelace, 12 Byron Street' },
    stages: [
      {
        id: 'read',
        component: 'generator',
        config: {
          model: 'mock/demo',
          prompt: 'Take this address apart: {{ input.address }}',
          schema: { type: 'object', required: ['country'], properties: { country: { enum: ['GB'] } } },
        },
      },
      { id: 'country', component: 'json-transform', config: { template: '{{ stages.read.output.object.country }}' } },
    ],
    result: { result: 'GB' },
    output: {
      text: '{"country":"GB"}',
      object: { country: 'GB' },
      usage: { input_tokens: 42, output_tokens: 4, total_tokens: 46 },
      model: 'mock/demo',
      finish_reason: 'stop',
    },
  },
  run: async ({ prompt, system_prompt, schema, stop, ...settings }, context) => {
    const question = { system: system_prompt, prompt, schema: schema as JsonSchema | undefined, stop };
    const { text, object, about } = await ask(settings, question, context);
    return schema === undefined ? { text, ...about } : { text, object, ...about };
  },
});
