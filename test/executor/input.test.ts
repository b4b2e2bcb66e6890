import { describe, expect, it } from 'vitest';
import type { Json, JsonSchema } from '../../src/core/json.ts';
import { run } from './harness.ts';

function received(input: Json, schema: JsonSchema | undefined): Promise<Json> {
  const stages = [{ id: 'a', component: 'echo', config: { value: '{{ input }}' } }];
  return run({ stages, ...(schema === undefined ? {} : { input: schema }) }, { input }).then(
    ({ outcome }) => outcome.result,
  );
}

describe('`input` defaults', () => {
  const schema = {
    type: 'object',
    properties: {
      size: { type: 'number', default: 3 },
      note: { type: ['string', 'null'], default: 'none' },
      nested: { type: 'object', properties: { deep: { type: 'boolean', default: true } } },
      withOwn: { type: 'object', default: { given: 1 }, properties: { given: { type: 'number' } } },
    },
  };

  it('fill properties that are absent', async () => {
    expect(await received({}, schema)).toEqual({ size: 3, note: 'none', withOwn: { given: 1 } });
  });

  it('leave what is there alone; null is there', async () => {
    expect(await received({ size: 0, note: null, withOwn: {} }, schema)).toEqual({ size: 0, note: null, withOwn: {} });
  });

  it('reach into nested objects that are present, and make none that are not', async () => {
    expect(await received({ nested: {} }, schema)).toMatchObject({ nested: { deep: true } });
    expect(await received({}, schema)).not.toHaveProperty('nested');
  });

  it('do not change the object that the caller gave', async () => {
    const input = { nested: {} };
    await received(input, schema);
    expect(input).toEqual({ nested: {} });
  });
});

describe('`input` validation', () => {
  const pipeline = {
    input: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } },
    stages: [{ id: 'a', component: 'echo' }],
  };

  it.each([[{}], [{ url: 1 }], [[]], [null]])('refuses %j with VALIDATION and runs no stage', async (input) => {
    const { outcome, world } = await run(pipeline, { input });
    expect(outcome).toMatchObject({ status: 'failed', result: null, error: { type: 'VALIDATION' } });
    expect(world.calls).toEqual([]);
  });

  it('names what is wrong', async () => {
    const { outcome } = await run(pipeline, { input: { url: 1 } });
    expect(outcome.error?.message).toMatch(/url/);
    expect(outcome.error?.message).toMatch(/string/);
  });

  it('takes any object when the pipeline says nothing, and nothing else', async () => {
    const stages = [{ id: 'a', component: 'echo', config: { value: 1 } }];
    expect((await run({ stages }, { input: { any: ['thing'] } })).outcome.status).toBe('succeeded');
    expect((await run({ stages }, { input: 'text' })).outcome.error?.type).toBe('VALIDATION');
    expect((await run({ stages }, { input: [1] })).outcome.error?.type).toBe('VALIDATION');
  });

  it('checks what the defaults made', async () => {
    const input = { type: 'object', properties: { n: { type: 'number', default: 'not a number' } } };
    const { outcome } = await run({ input, stages: [{ id: 'a', component: 'echo' }] });
    expect(outcome.error?.type).toBe('VALIDATION');
  });

  it('does not let `__proto__` in the input change anything', async () => {
    const input = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
    const { outcome } = await run(
      { stages: [{ id: 'a', component: 'echo', config: { value: '{{ input.a }}' } }] },
      { input },
    );
    expect(outcome.result).toBe(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('vars and secrets that the file names', () => {
  const stages = [
    { id: 'a', component: 'echo', config: { value: '{{ vars.region }}' } },
    { id: 'b', component: 'echo', when: 'vars.other == 1' },
    { id: 'c', component: 'leak', config: { token: '{{ secrets.API_KEY }}', where: 'log' } },
  ];

  it('must all exist before the first stage, else CONFIGURATION lists every one that does not', async () => {
    const { outcome, world } = await run({ stages });
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'CONFIGURATION' } });
    for (const name of ['region', 'other', 'API_KEY']) expect(outcome.error?.message).toContain(name);
    expect(world.calls).toEqual([]);
  });

  it('are read when they exist', async () => {
    const { outcome, world } = await run(
      { stages, result: '{{ stages.a.output }}' },
      { vars: { region: { id: 'eu' }, other: 2 }, secrets: { API_KEY: 'sk-123456' } },
    );
    expect(outcome).toMatchObject({ status: 'succeeded', result: { id: 'eu' } });
    expect(world.of('b')).toEqual([]);
  });

  it('may be missing where they are read as optional', async () => {
    const { outcome } = await run({
      stages: [{ id: 'a', component: 'echo', config: { value: "{{ vars.?region.orValue('none') }}" } }],
    });
    expect(outcome.result).toBe('none');
  });
});

describe('`context`', () => {
  it('tells what runs where', async () => {
    const { outcome } = await run(
      {
        name: 'orders.import',
        version: '2.1.0',
        stages: [
          {
            id: 'a',
            component: 'echo',
            config: {
              value: {
                run: '{{ context.run_id }}',
                pipeline: '{{ context.pipeline }}',
                version: '{{ context.version }}',
                environment: '{{ context.environment }}',
                release: '{{ context.release.digest }}',
                tenant: '{{ context.tenant }}',
                attempt: '{{ context.attempt }}',
              },
            },
          },
        ],
      },
      {
        runId: 'r9',
        options: { environment: 'staging', tenant: 'acme', release: { version: '3.0.0', digest: 'sha256:abc' } },
      },
    );
    expect(outcome.result).toEqual({
      run: 'r9',
      pipeline: 'orders.import',
      version: '2.1.0',
      environment: 'staging',
      release: 'sha256:abc',
      tenant: 'acme',
      attempt: 1,
    });
  });

  it('tells when the run started, the same to every stage', async () => {
    const { world, clock } = await run({
      stages: [
        { id: 'wait', component: 'slow', config: { ms: 5_000 } },
        { id: 'a', component: 'echo', depends_on: ['wait'], config: { value: '{{ timestamp(context.started_at) }}' } },
        { id: 'b', component: 'echo', config: { value: '{{ timestamp(context.started_at) }}' } },
      ],
    });
    const started = new Date(clock.start).toISOString().replace('.000', '');
    for (const value of [...world.seen('a'), ...world.seen('b')]) {
      expect(new Date(String(value)).toISOString().replace('.000', '')).toBe(started);
    }
  });
});
