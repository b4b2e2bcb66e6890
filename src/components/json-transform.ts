import * as v from 'valibot';
import type { Json } from '../core/json.ts';
import { StageError } from '../core/run.ts';
import { defineComponent } from '../executor/component.ts';

export const jsonTransform = defineComponent({
  name: 'json-transform',
  version: '1.0.0',
  summary: 'Makes data of data: by a JMESPath expression, or by a template.',
  effects: false,
  config: v.pipe(
    v.strictObject({
      data: v.optional(
        v.pipe(
          v.any(),
          v.description('What `expression` works on; default: the output of the only id in `depends_on`.'),
        ),
      ),
      expression: v.optional(
        v.pipe(v.string(), v.minLength(1), v.description('JMESPath (https://jmespath.site), e.g. `orders[?paid].id`.')),
      ),
      template: v.optional(v.pipe(v.any(), v.description('Any JSON; its `{{ … }}` are filled in.'))),
    }),
    v.check(
      (config) => (config.expression === undefined) !== (config.template === undefined),
      'takes either `expression` or `template`',
    ),
    v.check(
      (config) => config.template === undefined || config.data === undefined,
      '`data` belongs to `expression`; a `template` names what it needs itself',
    ),
  ),
  output: v.strictObject({ result: v.pipe(v.any(), v.description('What came out.')) }),
  fields: { expression: { kind: 'constant' } },
  example: {
    description: 'The names of the paid orders, and how many there are.',
    input: {
      orders: [
        { name: 'Ada', paid: true },
        { name: 'Bob', paid: false },
      ],
    },
    stages: [
      { id: 'paid', component: 'json-transform', config: { data: '{{ input }}', expression: 'orders[?paid].name' } },
      {
        id: 'report',
        component: 'json-transform',
        config: {
          template: { names: '{{ stages.paid.output.result }}', text: '{{ len(stages.paid.output.result) }} paid' },
        },
      },
    ],
    result: { result: { names: ['Ada'], text: '1 paid' } },
    output: { result: ['Ada'] },
  },
  run: async ({ data, expression, template }) => {
    // The executor resolves config from JSON, so data and template are JSON.
    if (expression === undefined) return { result: (template ?? null) as Json };
    const { compileJmespath } = await import('../core/jmespath/jmespath.ts');
    const compiled = compileJmespath(expression);
    if (!compiled.ok) {
      const { code, message, hint, start } = compiled.problem;
      throw new StageError('EXPRESSION', code, `config.expression, character ${start + 1}: ${message}`, { hint });
    }
    return { result: compiled.value.evaluate((data ?? null) as Json) };
  },
});
