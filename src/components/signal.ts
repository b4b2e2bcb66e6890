import * as v from 'valibot';
import { defineComponent } from '../executor/component.ts';

export const signal = defineComponent({
  name: 'signal',
  version: '1.0.0',
  summary: 'Waits until somebody sends data: an approval, an external event.',
  category: 'control',
  effects: false,
  timeout: null,
  config: v.strictObject({
    name: v.pipe(v.string(), v.minLength(1), v.description('What `fm runs signal RUN NAME` calls it.')),
    schema: v.optional(
      v.pipe(v.union([v.boolean(), v.record(v.string(), v.any())]), v.description('JSON Schema of the data.')),
    ),
    message: v.optional(v.pipe(v.string(), v.description('What whoever is asked reads.'))),
  }),
  output: v.any(),
  fields: { name: { kind: 'constant' }, schema: { kind: 'constant' } },
  example: {
    description: 'A person approves.',
    stages: [
      {
        id: 'approval',
        component: 'signal',
        timeout: '2d',
        config: {
          name: 'approval',
          message: 'Publish it?',
          schema: { type: 'object', required: ['approved'], properties: { approved: { type: 'boolean' } } },
        },
      },
    ],
    signals: { approval: { approved: true } },
    result: { approved: true },
  },
});
