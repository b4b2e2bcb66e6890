import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { dictionary } from '../../src/core/dictionary.ts';
import { asked, echo } from './ask.ts';
import { runStages } from './run-stages.ts';

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', ''];

describe('a dictionary', () => {
  test.each(NAMES)('keeps the key %j', (name) => {
    const input = JSON.parse(`{"a": 1, ${JSON.stringify(name)}: 2}`);
    const output = v.parse(dictionary(v.number()), input);
    expect(JSON.stringify(output)).toBe(JSON.stringify(input));
    expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
  });

  test.each(NAMES)('checks the value of the key %j', (name) => {
    const input = JSON.parse(`{"in": {"a": 1, ${JSON.stringify(name)}: "two"}}`);
    const result = v.safeParse(v.object({ in: dictionary(v.number()) }), input);
    expect(result.success).toBe(false);
    expect(result.issues?.map((issue) => issue.path?.map((item) => item.key))).toEqual([['in', name]]);
  });

  test('is an object', () => {
    expect(v.is(dictionary(v.number()), 'text')).toBe(false);
    expect(v.is(dictionary(v.number()), null)).toBe(false);
  });

  test('has the JSON Schema of a record', () => {
    expect(toJsonSchema(dictionary(v.number()))).toEqual(toJsonSchema(v.record(v.string(), v.number())));
  });
});

test('a router takes a route of any name', async () => {
  const stages = (value: string) => [
    { id: 'r', component: 'router', config: { value, routes: { constructor: 'a', prototype: 'a' }, default: 'b' } },
    { id: 'a', component: 'json-transform', config: { template: 'a' } },
    { id: 'b', component: 'json-transform', config: { template: 'b' } },
  ];
  for (const value of ['constructor', 'prototype']) {
    const { outputs } = await runStages({ stages: stages(value) });
    expect(outputs.get('r')).toEqual({ route_taken: value });
    expect(outputs.get('a')).toEqual({ result: 'a' });
  }
  expect((await runStages({ stages: stages('valueOf') })).outputs.get('r')).toEqual({ route_taken: 'default' });
});

test('a request sends headers and query parameters of any name', async () => {
  const sent = await asked(await echo(), {
    headers: { constructor: 'h' },
    query: { constructor: 'q', prototype: [1] },
  });
  expect(sent.url).toBe('/?constructor=q&prototype=1');
  expect(Object.entries(sent.headers)).toContainEqual(['constructor', 'h']);
});
