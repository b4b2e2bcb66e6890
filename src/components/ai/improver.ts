import * as v from 'valibot';
import { defineComponent } from '../../executor/component.ts';
import { textOf } from '../text.ts';
import { ask } from './ask.ts';
import { MODEL_OUTPUT, MODEL_SETTINGS } from './settings.ts';

export const improver = defineComponent({
  name: 'improver',
  version: '1.0.0',
  summary: 'Has a language model revise content by feedback.',
  category: 'ai',
  effects: true,
  maxAttempts: 3,
  config: v.strictObject({
    content: v.pipe(v.any(), v.description('What is revised: text, or any JSON.')),
    feedback: v.pipe(v.any(), v.description('What could be better, such as the feedback of a critic.')),
    instructions: v.optional(v.pipe(v.string(), v.description('What else the revision must keep to.'))),
    ...MODEL_SETTINGS,
  }),
  output: v.strictObject({
    text: v.pipe(v.string(), v.description('The revised content.')),
    ...MODEL_OUTPUT,
  }),
  example: {
    description: 'A sentence is made shorter, offline.',
    stages: [
      {
        id: 'revise',
        component: 'improver',
        config: { model: 'mock/demo', content: 'It is the case that tests help.', feedback: 'Too long.' },
      },
      { id: 'done', component: 'json-transform', config: { template: '{{ len(stages.revise.output.text) > 0 }}' } },
    ],
    result: { result: true },
    output: {
      text: 'Tests help.',
      usage: { input_tokens: 40, output_tokens: 4, total_tokens: 44 },
      model: 'mock/demo',
      finish_reason: 'stop',
    },
  },
  run: async ({ content, feedback, instructions, ...settings }, context) => {
    const prompt = [
      'Revise the content below by the feedback. Answer with the revised content alone.',
      ...(instructions === undefined ? [] : [`Instructions:\n${instructions}`]),
      `Feedback:\n${textOf(feedback)}`,
      `Content:\n${textOf(content)}`,
    ].join('\n\n');
    const { text, about } = await ask(settings, { system: 'You are a careful editor.', prompt }, context);
    return { text, ...about };
  },
});
