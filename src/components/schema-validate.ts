import * as v from 'valibot';
import type { Json, JsonSchema } from '../core/json.ts';
import { StageError } from '../core/run.ts';
import { defineComponent } from '../executor/component.ts';

export const schemaValidate = defineComponent({
  name: 'schema-validate',
  version: '1.0.0',
  summary: 'Checks data against a JSON Schema and fills in its defaults.',
  effects: false,
  config: v.strictObject({
    data: v.pipe(v.any(), v.description('What is checked.')),
    schema: v.pipe(
      v.union([v.boolean(), v.record(v.string(), v.any())]),
      v.description('JSON Schema, draft 2020-12; `$ref` only within it.'),
    ),
    on_invalid: v.optional(
      v.pipe(v.picklist(['fail', 'report']), v.description('`fail` ends the stage with VALIDATION; `report` goes on.')),
      'fail',
    ),
  }),
  output: v.strictObject({
    valid: v.pipe(v.boolean(), v.description('Whether the data fits.')),
    errors: v.pipe(
      v.array(v.strictObject({ path: v.string(), keyword: v.string(), message: v.string() })),
      v.description('What does not fit, where, and by which keyword; at most 100.'),
    ),
    data: v.pipe(v.any(), v.description('The data with defaults.')),
  }),
  fields: { schema: { kind: 'constant' }, on_invalid: { kind: 'constant' } },
  example: {
    description: 'A currency is filled in; a negative price is reported.',
    input: { price: -1 },
    stages: [
      {
        id: 'check',
        component: 'schema-validate',
        config: {
          data: '{{ input }}',
          on_invalid: 'report',
          schema: {
            type: 'object',
            properties: { price: { type: 'number', minimum: 0 }, currency: { type: 'string', default: 'EUR' } },
          },
        },
      },
    ],
    result: {
      valid: false,
      errors: [{ path: 'price', keyword: 'minimum', message: 'must be at least 0, found -1' }],
      data: { price: -1, currency: 'EUR' },
    },
  },
  run: async ({ data, schema, on_invalid }) => {
    const { compileSchema } = await import('../core/schema/validate.ts');
    // The executor resolves config from JSON, so data and schema are JSON.
    const { valid, value, errors } = compileSchema(schema as JsonSchema).validate((data ?? null) as Json, {
      defaults: true,
    });
    if (!valid && on_invalid === 'fail') {
      const listed = errors.slice(0, 5).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
      const more = errors.length > 5 ? `; and ${errors.length - 5} more` : '';
      throw new StageError(
        'VALIDATION',
        'data_invalid',
        `the data does not fit its schema: ${listed.join('; ')}${more}`,
        {
          hint: 'Write "on_invalid": "report" to go on and read `errors`.',
          details: errors.map((error) => ({ ...error })),
        },
      );
    }
    return { valid, errors: errors.map((error) => ({ ...error })), data: value };
  },
});
