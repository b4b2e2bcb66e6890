import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { runStages } from './run-stages.ts';

/** What one stage gives: its output, else the run's failure. */
async function stage(component: string, config: JsonObject, input: Json = {}): Promise<Json> {
  const { outcome, outputs } = await runStages({ stages: [{ id: 's', component, config }], input });
  if (!outcome.error) return outputs.get('s') as Json;
  const { type, code, message, hint = null, details = null } = outcome.error;
  return { type, code, message, hint, details };
}

/** Why a pipeline of one stage is refused before it runs. */
async function refusal(component: string, config: JsonObject): Promise<string> {
  return stage(component, config).then(
    () => 'not refused',
    (error: Error) => error.message,
  );
}

describe('json-transform', () => {
  test('evaluates JMESPath over data', async () => {
    const input = { orders: [{ id: 1, paid: true }, { id: 2 }] };
    expect(await stage('json-transform', { data: '{{ input.orders }}', expression: '[?paid].id' }, input)).toEqual({
      result: [1],
    });
  });

  test('takes the output of the only stage that it depends on when no data is written', async () => {
    const { outcome } = await runStages({
      stages: [
        { id: 'a', component: 'json-transform', config: { template: [1, 2, 3] } },
        { id: 'b', component: 'json-transform', depends_on: ['a'], config: { expression: 'sum(result)' } },
      ],
    });
    expect(outcome.result).toEqual({ result: 6 });
  });

  test('fills a template; data that looks like one stays as it is', async () => {
    const config = { template: { a: '{{ input.x }}', b: 'x = {{ input.x }}', c: ['\\{{ input.x }}'] } };
    expect(await stage('json-transform', config, { x: '{{ 1 + 1 }}' })).toEqual({
      result: { a: '{{ 1 + 1 }}', b: 'x = {{ 1 + 1 }}', c: ['{{ input.x }}'] },
    });
    expect(await stage('json-transform', { template: null })).toEqual({ result: null });
  });

  test('fails with EXPRESSION for what an expression meets, within its limits', async () => {
    expect(await stage('json-transform', { data: 'x', expression: 'sum(@)' })).toMatchObject({
      type: 'EXPRESSION',
      code: 'jmespath_type',
    });
    const expression = Array(30).fill('[@,@][]').join(' | ');
    expect(await stage('json-transform', { data: 1, expression })).toMatchObject({
      type: 'EXPRESSION',
      code: 'limit_exceeded',
    });
  });

  test('takes either an expression or a template, and data only for an expression', async () => {
    for (const config of [{ data: 1 }, { data: 1, expression: '@', template: 1 }, { data: 1, template: 1 }]) {
      const answer = await stage('json-transform', config).catch((error: Error) => error.message);
      expect(JSON.stringify(answer)).toMatch(/expression|template/);
      expect(answer).not.toHaveProperty('result');
    }
  });
});

describe('schema-validate', () => {
  const schema = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'integer' }, size: { default: 'M', enum: ['S', 'M'] } },
  };

  test('gives the data with its defaults', async () => {
    expect(await stage('schema-validate', { data: { id: 1 }, schema })).toEqual({
      valid: true,
      errors: [],
      data: { id: 1, size: 'M' },
    });
  });

  test('fails with every mismatch', async () => {
    expect(await stage('schema-validate', { data: { size: 'X' }, schema })).toEqual({
      type: 'VALIDATION',
      code: 'data_invalid',
      message: 'the data does not fit its schema: size: expected "S" or "M", found "X"; id: is required',
      hint: 'Write "on_invalid": "report" to go on and read `errors`.',
      details: [
        { path: 'size', keyword: 'enum', message: 'expected "S" or "M", found "X"' },
        { path: 'id', keyword: 'required', message: 'is required' },
      ],
    });
  });

  test('reports instead when it is told to', async () => {
    expect(await stage('schema-validate', { data: 1, schema, on_invalid: 'report' })).toEqual({
      valid: false,
      errors: [{ path: '', keyword: 'type', message: 'expected an object, found a number (1)' }],
      data: 1,
    });
  });

  test('is refused with a schema that is none, or that leads elsewhere', async () => {
    expect(await refusal('schema-validate', { data: 1, schema: { type: 'strin' } })).toContain('"type" must be');
    expect(await refusal('schema-validate', { data: 1, schema: { $ref: 'https://example.com/x' } })).toContain(
      'leads out of the schema',
    );
  });

  test('can not be kept busy by its schema', async () => {
    const $defs: JsonObject = { d50: { type: 'string' } };
    for (let i = 0; i < 50; i++)
      $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] };
    expect(await stage('schema-validate', { data: 'x', schema: { $ref: '#/$defs/d0', $defs } })).toMatchObject({
      type: 'QUOTA',
      code: 'schema_limit',
    });
  });
});

describe('filter', () => {
  const items = [{ n: 1 }, { n: 5 }, { n: 3 }];

  test('keeps what its condition holds for, over item, index and the roots', async () => {
    const config = { items: '{{ input.items }}', condition: 'item.n > input.least || index == 0' };
    expect(await stage('filter', config, { items, least: 3 })).toEqual({
      items: [{ n: 1 }, { n: 5 }],
      count: 2,
      removed: 1,
    });
    expect(await stage('filter', { ...config, invert: true }, { items, least: 3 })).toEqual({
      items: [{ n: 3 }],
      count: 1,
      removed: 2,
    });
  });

  test('takes true and false as conditions', async () => {
    expect(await stage('filter', { items, condition: false })).toEqual({ items: [], count: 0, removed: 3 });
  });

  test('fails for a condition that gives something else', async () => {
    expect(await stage('filter', { items, condition: 'item.n' })).toMatchObject({
      type: 'EXPRESSION',
      code: 'not_boolean',
    });
    expect(await stage('filter', { items, condition: 'item.missing > 1' })).toMatchObject({ type: 'EXPRESSION' });
  });
});

describe('logger', () => {
  test('writes an entry of its level with its data, and gives the text', async () => {
    const config = { message: 'n is {{ input.n }}', level: 'warn', data: { n: '{{ input.n }}' } };
    const { logs, outcome } = await runStages({ stages: [{ id: 's', component: 'logger', config }], input: { n: 1 } });
    expect(outcome.result).toEqual({ message: 'n is 1' });
    expect(logs).toMatchObject([{ level: 'warn', message: 'n is 1', path: 's', data: { n: 1 } }]);
  });

  test('shows data as JSON', async () => {
    expect(await stage('logger', { message: '{{ input }}' }, { a: [1] })).toEqual({ message: '{"a":[1]}' });
  });
});

test('variable-set gives its value and its variable', async () => {
  const { outcome } = await runStages({
    stages: [
      { id: 'set', component: 'variable-set', config: { name: 'n', value: '{{ input.n }}' } },
      {
        id: 'get',
        component: 'json-transform',
        config: { template: ['{{ context.vars.n }}', '{{ stages.set.output.value }}'] },
      },
    ],
    input: { n: null },
  });
  expect(outcome.result).toEqual({ result: [null, null] });
});
