import * as v from 'valibot';
import { StageError } from '../core/run.ts';
import { defineComponent } from '../executor/component.ts';
import { CONDITION } from './stages.ts';

export const filter = defineComponent({
  name: 'filter',
  version: '1.0.0',
  summary: 'Keeps the items of a list for which a condition holds.',
  effects: false,
  config: v.strictObject({
    items: v.pipe(v.array(v.any()), v.description('The list.')),
    condition: v.pipe(
      CONDITION,
      v.description('An expression over `item`, `index` and the roots that gives true or false.'),
    ),
    invert: v.optional(v.pipe(v.boolean(), v.description('Keep those for which it does not hold.')), false),
  }),
  output: v.strictObject({
    items: v.pipe(v.array(v.any()), v.description('What was kept, in order.')),
    count: v.pipe(v.number(), v.description('How many were kept.')),
    removed: v.pipe(v.number(), v.description('How many were not.')),
  }),
  fields: { condition: { kind: 'expression', scope: 'item', locals: ['item', 'index'] } },
  example: {
    description: 'Orders that are paid.',
    input: {
      orders: [
        { id: 1, paid: true },
        { id: 2, paid: false },
      ],
    },
    stages: [{ id: 'paid', component: 'filter', config: { items: '{{ input.orders }}', condition: 'item.paid' } }],
    result: { items: [{ id: 1, paid: true }], count: 1, removed: 1 },
  },
  run: ({ items, condition, invert }, { expressions }) => {
    const kept = items.filter((item, index) => {
      const holds = typeof condition === 'boolean' ? condition : expressions.condition?.evaluate({ item, index });
      if (typeof holds === 'boolean') return holds !== invert;
      throw new StageError(
        'EXPRESSION',
        'not_boolean',
        `config.condition must give true or false; for item ${index} it did not`,
        {
          hint: 'compare explicitly, such as `item.price > 0`',
        },
      );
    });
    return { items: kept, count: kept.length, removed: items.length - kept.length };
  },
});
