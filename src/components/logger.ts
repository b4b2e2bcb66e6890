import * as v from 'valibot';
import type { Json } from '../core/json.ts';
import { defineComponent } from '../executor/component.ts';
import { textOf } from './text.ts';

export const logger = defineComponent({
  name: 'logger',
  version: '1.0.0',
  summary: "Writes an entry into the run's log.",
  effects: false,
  cacheable: false,
  config: v.strictObject({
    message: v.pipe(v.any(), v.description('The text; anything else is shown as JSON.')),
    level: v.optional(
      v.pipe(v.picklist(['debug', 'info', 'warn', 'error']), v.description('How much it matters.')),
      'info',
    ),
    data: v.optional(v.pipe(v.any(), v.description('Anything that belongs to it.'))),
  }),
  output: v.strictObject({ message: v.pipe(v.string(), v.description('The text.')) }),
  example: {
    description: 'Says what came in.',
    input: { name: 'Ada' },
    stages: [{ id: 'hello', component: 'logger', config: { message: 'Hello {{ input.name }}' } }],
    result: { message: 'Hello Ada' },
  },
  run: ({ message, level, data }, context) => {
    const text = textOf(message);
    // The executor resolves config from JSON, so data is JSON.
    context.log(level, text, data as Json | undefined);
    return { message: text };
  },
});
