import * as v from 'valibot';
import { defineComponent } from '../../executor/component.ts';
import { textOf } from '../text.ts';
import { ask } from './ask.ts';
import { MODEL_OUTPUT, MODEL_SETTINGS } from './settings.ts';

export const synthesizer = defineComponent({
  name: 'synthesizer',
  version: '1.0.0',
  summary: 'Has a language model make one text of several sources.',
  category: 'ai',
  effects: true,
  maxAttempts: 3,
  config: v.strictObject({
    sources: v.pipe(v.array(v.any()), v.minLength(1), v.description('What it is made of: texts, or any JSON.')),
    instructions: v.optional(v.pipe(v.string(), v.description('What the text is to be.'))),
    ...MODEL_SETTINGS,
  }),
  output: v.strictObject({
    text: v.pipe(v.string(), v.description('The text.')),
    ...MODEL_OUTPUT,
  }),
  example: {
    description: 'Two reports become one, offline.',
    stages: [
      {
        id: 'both',
        component: 'synthesizer',
        config: { model: 'mock/demo', sources: ['Sales rose.', 'Costs fell.'], instructions: 'One sentence.' },
      },
      { id: 'done', component: 'json-transform', config: { template: '{{ len(stages.both.output.text) > 0 }}' } },
    ],
    result: { result: true },
    output: {
      text: 'Sales rose while costs fell.',
      usage: { input_tokens: 40, output_tokens: 7, total_tokens: 47 },
      model: 'mock/demo',
      finish_reason: 'stop',
    },
  },
  run: async ({ sources, instructions, ...settings }, context) => {
    const texts = sources.map((source, i) => `Source ${i + 1}:\n${textOf(source)}`);
    const prompt = [
      instructions ?? 'Make one text of the sources below: all that matters, nothing twice.',
      ...texts,
    ].join('\n\n');
    const { text, about } = await ask(settings, { prompt }, context);
    return { text, ...about };
  },
});
