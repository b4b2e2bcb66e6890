import * as v from 'valibot';
import { defineComponent } from '../executor/component.ts';

export const variableSet = defineComponent({
  name: 'variable-set',
  version: '1.0.0',
  summary: 'Gives a value a name: `context.vars.<name>`.',
  effects: false,
  cacheable: false,
  config: v.strictObject({
    name: v.pipe(
      v.string(),
      v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name: letters, digits and _'),
      v.description('The name; one setter per list.'),
    ),
    value: v.pipe(v.any(), v.description('The value.')),
  }),
  output: v.strictObject({ value: v.pipe(v.any(), v.description('The value.')) }),
  fields: { name: { kind: 'constant' } },
  example: {
    description: 'A value that several stages read.',
    input: { price: 10, count: 3 },
    stages: [
      { id: 'sum', component: 'variable-set', config: { name: 'total', value: '{{ input.price * input.count }}' } },
      {
        id: 'bill',
        component: 'json-transform',
        config: { template: { total: '{{ context.vars.total }}' } },
      },
    ],
    result: { result: { total: 30 } },
  },
  run: ({ value }) => ({ value: value ?? null }),
});
