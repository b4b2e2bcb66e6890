import * as v from 'valibot';
import { defineComponent } from '../executor/component.ts';

const NAME = v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name: letters, digits and _'));

export const foreach = defineComponent({
  name: 'foreach',
  version: '1.0.0',
  summary: 'Runs its stages once for each item of a list.',
  category: 'control',
  effects: false,
  timeout: null,
  config: v.strictObject({
    items: v.pipe(v.array(v.any()), v.description('The list, 10,000 items at most.')),
    loop_stages: v.pipe(
      v.array(v.string()),
      v.description('The stages that run for each item; nobody else can read them.'),
    ),
    item_variable: v.optional(v.pipe(NAME, v.description('`context.<name>` is the item.')), 'item'),
    index_variable: v.optional(v.pipe(NAME, v.description('`context.<name>` is its index, from 0.')), 'index'),
    parallel: v.optional(v.pipe(v.boolean(), v.description('Whether items run at the same time.')), false),
    max_parallel: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.description('How many items at a time.')),
      5,
    ),
    break_on_error: v.optional(
      v.pipe(v.boolean(), v.description('Whether the first error ends it; else errors are collected.')),
      true,
    ),
    result: v.optional(
      v.pipe(v.any(), v.description('What each iteration gives; default: the output of its final stage.')),
    ),
  }),
  output: v.strictObject({
    results: v.pipe(v.array(v.any()), v.description('In item order; null where an iteration failed or did not start.')),
    errors: v.pipe(
      v.array(v.looseObject({ index: v.number() })),
      v.description('`{index, error}` of each that failed.'),
    ),
    count: v.pipe(v.number(), v.description('How many items there were.')),
  }),
  fields: {
    loop_stages: { kind: 'stages', role: 'own' },
    item_variable: { kind: 'constant' },
    index_variable: { kind: 'constant' },
    result: { kind: 'template', scope: 'body' },
  },
  example: {
    description: 'Prices with tax, two at a time.',
    input: { prices: [10, 20, 30] },
    stages: [
      {
        id: 'all',
        component: 'foreach',
        config: {
          items: '{{ input.prices }}',
          item_variable: 'price',
          parallel: true,
          max_parallel: 2,
          loop_stages: ['tax'],
          result: '{{ stages.tax.output.result }}',
        },
      },
      {
        id: 'tax',
        component: 'json-transform',
        config: { template: '{{ round(context.price * 1.2, 2) }}' },
      },
    ],
    result: { results: [12, 24, 36], errors: [], count: 3 },
  },
});
