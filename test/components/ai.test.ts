import { describe, expect, test } from 'vitest';
import { PROVIDERS } from '../../src/components/ai/providers.ts';
import type { Json, JsonObject, JsonSchema } from '../../src/core/json.ts';
import type { Failure } from '../../src/core/run.ts';
import { compileSchema } from '../../src/core/schema/validate.ts';
import fc from '../setup/property.ts';
import { runStages, type World } from './run-stages.ts';

/** The output of one AI stage, or the failure of its run. */
async function stage(
  component: string,
  config: JsonObject,
  world: World = {},
): Promise<{ output: JsonObject; error: Failure | null; usage: Json }> {
  const { outcome, outputs } = await runStages(
    { stages: [{ id: 'ai', component, config, retry: { max_attempts: 1 } }] },
    world,
  );
  return { output: outputs.get('ai') as JsonObject, error: outcome.error, usage: outcome.usage as unknown as Json };
}

const model = 'mock/demo';

describe('the mock provider', () => {
  test('answers the same question alike, another one otherwise, and says that it made it up', async () => {
    const ask = async (prompt: string) => (await stage('generator', { model, prompt })).output.text;
    const answer = await ask('What is a pipeline?');
    expect(answer).toContain('made-up answer of the mock model "demo"');
    expect(answer).toContain('What is a pipeline?');
    expect(await ask('What is a pipeline?')).toBe(answer);
    expect(await ask('What is a stage?')).not.toBe(answer);
  });

  test('counts tokens from lengths, and the run adds them up', async () => {
    const { output, usage } = await stage('generator', { model, prompt: 'a'.repeat(40), system_prompt: 'b'.repeat(8) });
    const length = String(output.text).length;
    const expected = {
      input_tokens: 12,
      output_tokens: Math.ceil(length / 4),
      total_tokens: 12 + Math.ceil(length / 4),
    };
    expect(output.usage).toEqual(expected);
    expect(usage).toEqual(expected);
    expect(output).toMatchObject({ model, finish_reason: 'stop' });
  });

  test('ends before a stop text, and at the longest length', async () => {
    const stopped = await stage('generator', { model, prompt: 'x', stop: ['never there', ' mock'] });
    expect(stopped.output.text).toBe('This is a made-up answer of the');
    expect(stopped.output.finish_reason).toBe('stop');
    const cut = await stage('generator', { model, prompt: 'x', max_tokens: 2 });
    expect(cut.output).toMatchObject({ text: 'This is ', finish_reason: 'length', usage: { output_tokens: 2 } });
  });

  test('makes up data that conforms to a schema', async () => {
    const schema = {
      type: 'object',
      required: ['id', 'lines', 'contact'],
      additionalProperties: false,
      properties: {
        id: { type: 'string', pattern: '^[A-Z]{2}-\\d{4}$' },
        total: { type: 'number', exclusiveMinimum: 0, maximum: 1, multipleOf: 0.25 },
        state: { enum: ['open', 'paid'] },
        contact: { $ref: '#/$defs/contact' },
        lines: {
          type: 'array',
          minItems: 2,
          items: { allOf: [{ required: ['sku'] }, { properties: { sku: { type: 'string', minLength: 40 } } }] },
        },
        paid: { anyOf: [{ type: 'null' }, { type: 'string', format: 'date-time' }] },
      },
      $defs: {
        contact: {
          type: 'object',
          properties: { mail: { type: 'string', format: 'email' }, boss: { $ref: '#/$defs/contact' } },
          required: ['mail'],
        },
      },
    };
    const { output, error } = await stage('generator', { model, prompt: 'An order', schema });
    expect(error).toBeNull();
    expect(compileSchema(schema).validate(output.object as Json).errors).toEqual([]);
    expect(output.text).toBe(JSON.stringify(output.object));
  });

  test('says so when it can not make data up', async () => {
    const { error } = await stage('generator', { model, prompt: 'x', schema: { not: {} } });
    expect(error).toMatchObject({ type: 'CONFIGURATION', code: 'mock_no_sample' });
  });

  test('conforms to schemas of the common kinds, whatever they are', async () => {
    const { schema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom<JsonObject[]>(
          { type: 'boolean' },
          { type: 'null' },
          { enum: ['a', 1, null] },
          { const: { a: 1 } },
        ),
        fc
          .record({
            type: fc.constant('string'),
            minLength: fc.nat(60),
            format: fc.constantFrom('note', 'uri', 'uuid', 'date'),
          })
          .map(({ minLength, ...rest }) => (rest.format === 'note' ? { ...rest, minLength } : rest)),
        fc
          .constantFrom('^\\w{3,5}$', '^(a|bc)+-[^a-y]?$', '^v\\d+\\.\\d+$')
          .map((pattern) => ({ type: 'string', pattern })),
        fc.record({ type: fc.constantFrom('integer', 'number'), minimum: fc.integer({ min: -50, max: 50 }) }),
        fc.record({
          type: fc.constant('integer'),
          exclusiveMaximum: fc.integer({ min: -50, max: 50 }),
          multipleOf: fc.integer({ min: 1, max: 9 }),
        }),
        fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) }),
        fc.record({ oneOf: fc.tuple(fc.constant({ type: 'string' }), fc.constant({ type: 'number' })) }),
        fc
          .dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), tie('schema'), {
            maxKeys: 3,
            noNullPrototype: true,
          })
          .map((properties) => ({ type: 'object', properties, required: Object.keys(properties) })),
      ) as fc.Arbitrary<JsonObject>,
    }));
    await fc.assert(
      fc.asyncProperty(schema, fc.string(), async (made: JsonSchema, prompt) => {
        const { mock } = await import('../../src/components/ai/providers/mock.ts');
        const signal = new AbortController().signal;
        const call = {
          model: 'demo',
          system: undefined,
          prompt,
          schema: made,
          stop: [],
          temperature: 1,
          maxTokens: 9,
          signal,
        };
        const { object } = await mock.generate(call);
        expect(compileSchema(made).validate(object ?? null).errors).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a stage without a model that can answer', () => {
  test.each(Object.entries(PROVIDERS).filter(([, { load }]) => !load))(
    '%s is not available, and never replaced silently',
    async (name, { variable }) => {
      const { error } = await stage('generator', { model: `${name}/m-1`, prompt: 'x' });
      expect(error).toMatchObject({
        type: 'CONFIGURATION',
        code: 'provider_unavailable',
        message: `provider ${name} is not available in this version; use model mock/m-1`,
      });
      expect(error?.hint).toContain(variable);
    },
  );

  test.each<[string, JsonObject, string, string]>([
    ['none', {}, 'model_missing', 'no model is named'],
    ['no provider', { model: 'gpt' }, 'model_unknown', 'a model is written provider/model, found "gpt"'],
    ['no name', { model: 'mock/' }, 'model_unknown', 'a model is written provider/model, found "mock/"'],
    ['a misspelt provider', { model: 'mokc/x' }, 'model_unknown', 'there is no provider "mokc"'],
    ['a name of Object.prototype', { model: 'constructor/x' }, 'model_unknown', 'there is no provider "constructor"'],
  ])('%s', async (_name, config, code, message) => {
    const { error } = await stage('generator', { ...config, prompt: 'x' });
    expect(error).toMatchObject({ type: 'CONFIGURATION', code });
    expect(error?.message).toContain(message);
  });

  test('says which variables there are, and what works offline', async () => {
    const { error } = await stage('improver', { content: 'a', feedback: 'b' });
    expect(error?.hint).toContain('mock/demo');
    expect(error?.hint).toContain('OPENAI_API_KEY');
  });

  test('takes the model of the project', async () => {
    const { output } = await stage('generator', { prompt: 'x' }, { defaultModel: 'mock/project' });
    expect(output.model).toBe('mock/project');
    expect((await stage('generator', { model, prompt: 'x' }, { defaultModel: 'openai/x' })).output.model).toBe(model);
  });
});

describe('critic', () => {
  test('gives a score within the scale for each criterion, and their weighted mean', async () => {
    const criteria = ['clarity', { name: 'use', description: 'One can act on it.', weight: 3 }];
    const { output } = await stage('critic', { model, content: 'text', criteria, scale: [0, 5], rubric: '5 is best' });
    const { clarity = -1, use = -1 } = output.scores as Record<string, number>;
    for (const score of [clarity, use]) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(5);
    }
    expect(output.score).toBe(Math.round(((clarity + use * 3) / 4) * 100) / 100);
    expect(output.feedback).toContain('mock');
  });

  test('judges from 1 to 10 unless it is told otherwise, and takes data as content', async () => {
    const { output, error } = await stage('critic', { model, content: { a: [1] }, criteria: ['order'] });
    expect(error).toBeNull();
    expect(output.score).toBeGreaterThanOrEqual(1);
    expect(output.score).toBeLessThanOrEqual(10);
  });

  test('needs a scale that goes up, and a criterion', async () => {
    expect(
      (await stage('critic', { model, content: 'x', criteria: ['a'], scale: [5, 1] }).catch((error) => ({ error })))
        .error,
    ).toBeTruthy();
    expect(
      (await stage('critic', { model, content: 'x', criteria: [] }).catch((error) => ({ error }))).error,
    ).toBeTruthy();
  });
});

describe('selector', () => {
  test('chooses one of the options, the same one each time', async () => {
    const options = [{ id: 1 }, { id: 2 }, 'three'];
    const choose = async () => (await stage('selector', { model, options, criteria: 'the best' })).output;
    const choice = await choose();
    expect(choice.selected).toEqual(options[Number(choice.index)]);
    expect(choice.reasoning).toBeNull();
    expect(await choose()).toEqual(choice);
  });

  test('explains itself when that is wanted', async () => {
    const { output } = await stage('selector', { model, options: ['a', 'b'], criteria: 'x', reasoning: true });
    expect(output.reasoning).toContain('mock');
  });
});

test('improver and synthesizer give text', async () => {
  const improved = await stage('improver', {
    model,
    content: 'long',
    feedback: { too: 'long' },
    instructions: 'keep it',
  });
  expect(improved.output.text).toContain('mock');
  const made = await stage('synthesizer', { model, sources: ['a', { b: 1 }] });
  expect(made.output.text).toContain('mock');
});
