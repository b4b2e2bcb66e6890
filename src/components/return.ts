import * as v from 'valibot';
import { defineComponent } from '../executor/component.ts';
import { CONDITION } from './stages.ts';

export const returnStage = defineComponent({
  name: 'return',
  version: '1.0.0',
  summary: 'Ends the pipeline early with a value.',
  category: 'control',
  effects: false,
  timeout: null,
  config: v.strictObject({
    condition: v.optional(v.pipe(CONDITION, v.description('Whether it returns; else dependants go on.')), true),
    value: v.optional(v.pipe(v.any(), v.description('What the pipeline returns, checked against its `output`.')), null),
    message: v.optional(v.pipe(v.string(), v.description('A line for the log.'))),
  }),
  output: v.looseObject({ returned: v.pipe(v.boolean(), v.description('Whether the pipeline ended here.')) }),
  fields: { condition: { kind: 'expression', scope: 'stage' } },
  example: {
    description: 'Nothing to do for an empty list.',
    input: { items: [] },
    stages: [
      { id: 'empty', component: 'return', config: { condition: 'len(input.items) == 0', value: { done: 0 } } },
      {
        id: 'work',
        component: 'json-transform',
        depends_on: ['empty'],
        config: { template: { done: '{{ len(input.items) }}' } },
      },
    ],
    result: { done: 0 },
  },
});
