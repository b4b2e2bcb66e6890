import { describe, expect, test } from 'vitest';
import { BUILT_INS } from '../../../src/components/index.ts';
import { pipelineJsonSchema } from '../../../src/core/compile/editor-schema.ts';
import type { Json, JsonObject } from '../../../src/core/json.ts';
import { checkSchema } from '../../../src/core/schema/check.ts';
import { compileSchema } from '../../../src/core/schema/validate.ts';
import { DESCRIPTORS, pipeline, problemsOf, problemsWithRules } from './checked.ts';

const SCHEMA = pipelineJsonSchema(DESCRIPTORS);
const compiled = compileSchema(SCHEMA);

/** Paths of what an editor would underline. */
function underlined(value: unknown): string[] {
  // What tests write is JSON.
  const { errors } = compiled.validate(value as Json);
  return errors.map(({ path }) => path);
}

const stage = (fields: object) => ({ name: 'demo', stages: [{ id: 'a', ...fields }] });

describe('the schema for editors', () => {
  test('is JSON Schema 2020-12', () => {
    expect(SCHEMA.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(checkSchema(SCHEMA)).toEqual([]);
  });

  test('accepts the example of every component', () => {
    for (const component of BUILT_INS) {
      const { example } = DESCRIPTORS.get(component.name) ?? {};
      const definition = { name: 'example', stages: example?.stages ?? [] };
      expect([component.name, underlined(definition)]).toEqual([component.name, []]);
    }
  });

  test('knows the components with their summaries', () => {
    const { stage: schema } = SCHEMA.$defs as { stage: { properties: { component: { anyOf: Json[] } } } };
    const { summary } = DESCRIPTORS.get('http-request') ?? {};
    expect(schema.properties.component.anyOf).toContainEqual({ const: 'http-request', description: summary });
    expect(underlined(stage({ component: 'http-reqest' }))).toContain('stages[0].component');
  });

  test('knows the config of each component, with its descriptions', () => {
    expect(
      underlined(stage({ component: 'http-request', config: { url: 'https://example.com', mehtod: 'GET' } })),
    ).not.toEqual([]);
    expect(
      underlined(stage({ component: 'http-request', config: { url: 'https://example.com', method: 'GETT' } })),
    ).not.toEqual([]);
    expect(underlined(stage({ component: 'http-request' }))).not.toEqual([]);
    expect(underlined(stage({ component: 'delay', config: { duration: '5s' } }))).toEqual([]);
    const config = (SCHEMA.$defs as JsonObject)['config of http-request'] as {
      properties: Record<string, { description?: string }>;
    };
    expect(config.properties.url?.description).toMatch(/\w/);
  });

  test('lets a template stand for any value, but not in constants', () => {
    const request = (config: object) => stage({ component: 'http-request', config });
    expect(
      underlined(
        request({
          url: '{{ vars.HOST }}',
          method: '{{ input.m }}',
          headers: { a: '{{ input.a }}' },
          follow_redirects: '{{ input.f }}',
          auth: { type: 'bearer', token: '{{ secrets.T }}' },
        }),
      ),
    ).toEqual([]);
    expect(underlined(request({ url: 'https://example.com', follow_redirects: 'yes' }))).not.toEqual([]);
    const each = { component: 'foreach', config: { items: '{{ input.x }}', loop_stages: '{{ input.y }}' } };
    expect(underlined(stage(each))).not.toEqual([]);
  });

  test('knows fields, durations and words of the fixed part', () => {
    expect(underlined(stage({ component: 'delay', config: { duration: 1 }, timeout: '5 minutes' }))).not.toEqual([]);
    expect(underlined(stage({ component: 'delay', config: { duration: 1 }, retry: { on: ['QUOTA'] } }))).not.toEqual(
      [],
    );
    expect(underlined(stage({ component: 'delay', config: { duration: 1 }, depend_on: [] }))).not.toEqual([]);
    expect(underlined({ name: 'Not A Name', stages: [{ id: 'in', component: 'delay' }] }).sort()).toEqual(
      expect.arrayContaining(['name', 'stages[0].id']),
    );
  });

  test('refuses nothing of its fixed part that the compiler accepts', () => {
    const text = pipeline(
      [
        '{ "id": "a", "component": "delay", "config": { "duration": "{{ input.d }}" }, "timeout": 1.5, "when": true, "join": "any" }',
      ],
      `"$schema": "x", "version": "1.2.3-beta.1+5", "tags": ["t"], "input": { "type": "object" }, "output": true, "result": null,
       "concurrency": { "limit": 2, "key": "input.user" }, "priority": 0, "on_failure": { "pipeline": "alert" },
       "triggers": [{ "type": "schedule", "id": "s", "cron": "0 6 * * *" },
         { "type": "webhook", "id": "w", "path": "x", "signature": { "scheme": "none" }, "dedupe": { "key": "{{ trigger.body.id }}" } }]`,
    );
    expect(problemsOf(text)).toEqual([]);
    expect(underlined(JSON.parse(text))).toEqual([]);
  });
});

describe('examples of components', () => {
  test.each(BUILT_INS.map(({ name }) => name))('%s compiles without a warning', async (name) => {
    const { example } = DESCRIPTORS.get(name) ?? {};
    expect(await problemsWithRules(JSON.stringify({ name: 'example', stages: example?.stages }))).toEqual([]);
  });
});
