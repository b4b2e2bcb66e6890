import * as v from 'valibot';
import { defineComponent } from '../executor/component.ts';
import { CONDITION } from './stages.ts';

export const loop = defineComponent({
  name: 'loop',
  version: '1.0.0',
  summary: 'Repeats its stages until a condition holds.',
  category: 'control',
  effects: false,
  timeout: null,
  config: v.strictObject({
    loop_stages: v.pipe(v.array(v.string()), v.description('The stages that are repeated; nobody else can read them.')),
    until: v.pipe(CONDITION, v.description('Tested after each iteration, in its scope.')),
    max_iterations: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.maxValue(10_000),
        v.description('The cap; 100 when it is not written.'),
      ),
    ),
    initial: v.optional(v.pipe(v.any(), v.description('What `context.previous` is at first.'))),
    result: v.optional(
      v.pipe(v.any(), v.description('What each iteration gives; default: the output of its final stage.')),
    ),
    on_limit: v.optional(
      v.pipe(
        v.picklist(['continue', 'fail']),
        v.description('What happens at the cap; `continue` when `max_iterations` is written, else `fail`.'),
      ),
    ),
  }),
  output: v.strictObject({
    results: v.pipe(v.array(v.any()), v.description('What each iteration gave.')),
    last: v.pipe(v.any(), v.description('What the last one gave.')),
    iterations: v.pipe(v.number(), v.description('How many there were.')),
    exhausted: v.pipe(v.boolean(), v.description('Whether the cap ended it.')),
  }),
  fields: {
    loop_stages: { kind: 'stages', role: 'own' },
    until: { kind: 'expression', scope: 'body' },
    result: { kind: 'template', scope: 'body' },
    max_iterations: { kind: 'constant' },
    on_limit: { kind: 'constant' },
  },
  example: {
    description: 'Doubles a number until it is over 20.',
    input: { start: 3 },
    stages: [
      {
        id: 'grow',
        component: 'loop',
        config: {
          initial: '{{ input.start }}',
          loop_stages: ['double'],
          until: 'stages.double.output.result > 20',
          result: '{{ stages.double.output.result }}',
        },
      },
      { id: 'double', component: 'json-transform', config: { template: '{{ context.previous * 2 }}' } },
    ],
    result: { results: [6, 12, 24], last: 24, iterations: 3, exhausted: false },
  },
});
