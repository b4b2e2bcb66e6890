import { describe, expect, it } from 'vitest';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { compile, type Pipeline, run } from './harness.ts';

const call = (config: object = {}, extra: Partial<StageDefinition> = {}): StageDefinition => ({
  id: 'call',
  component: 'subpipeline',
  config: { pipeline: 'child', ...config },
  ...extra,
});

const child = (parts: Partial<Pipeline> = {}): Pipeline => ({
  name: 'child',
  stages: [{ id: 'work', component: 'send', config: { value: '{{ input }}' } }],
  ...parts,
});

describe('subpipeline', () => {
  it('gives the result of the child, at paths below its own', async () => {
    const { outcome, world } = await run(
      { stages: [call({ input: { n: '{{ input.n + 1 }}' } })] },
      { input: { n: 1 }, pipelines: [child({ result: { got: '{{ stages.work.output }}' } })] },
    );
    expect(outcome.result).toEqual({ got: { n: 2 } });
    expect(world.calls.map((c) => c.key)).toEqual(['r1/call/work']);
  });

  it('gives the child an empty object when no input is written', async () => {
    const { outcome } = await run({ stages: [call()] }, { input: { n: 1 }, pipelines: [child()] });
    expect(outcome.result).toEqual({});
  });

  it('has its own ids, input and variables: nothing leaks in or out', async () => {
    const { world, outcome } = await run(
      {
        stages: [
          { id: 'work', component: 'echo', config: { value: 'outer' } },
          { id: 'set', component: 'variable-set', config: { name: 'x', value: 'outer' } },
          call({ input: { from: '{{ stages.work.output }}' } }, { depends_on: ['set'] }),
          { id: 'after', component: 'echo', depends_on: ['call'], config: { value: '{{ context.vars.x }}' } },
        ],
      },
      {
        pipelines: [
          child({
            stages: [
              { id: 'set', component: 'variable-set', config: { name: 'x', value: 'inner' } },
              { id: 'work', component: 'echo', config: { value: ['{{ input.from }}', '{{ context.vars.x }}'] } },
            ],
          }),
        ],
      },
    );
    expect(world.of('call/work')).toMatchObject([{ config: { value: ['outer', 'inner'] } }]);
    expect(outcome.result).toBe('outer');
  });

  it("runs inside the same run: run_id is the run's, pipeline and version are the child's", async () => {
    const { outcome } = await run(
      { name: 'parent', stages: [call()] },
      {
        pipelines: [
          child({
            version: '1.4.0',
            result: ['{{ context.run_id }}', '{{ context.pipeline }}', '{{ context.version }}'],
          }),
        ],
      },
    );
    expect(outcome.result).toEqual(['r1', 'child', '1.4.0']);
    expect(outcome.pipeline).toBe('parent');
  });

  it('asks for the version that is written', async () => {
    const asked: unknown[] = [];
    const plan = compile(child());
    await run(
      { stages: [call({ version: '^1.2.0' })] },
      {
        options: {
          pipelines: (name, range) => {
            asked.push([name, range]);
            return plan;
          },
        },
      },
    );
    expect(new Set(asked.map(String))).toEqual(new Set(['child,^1.2.0']));
  });

  it("checks the child's input, with its defaults", async () => {
    const input = { type: 'object', required: ['n'], properties: { n: { type: 'number' }, size: { default: 3 } } };
    const pipelines = [child({ input })];
    const good = await run({ stages: [call({ input: { n: 1 } })] }, { pipelines });
    expect(good.outcome.result).toEqual({ n: 1, size: 3 });
    const bad = await run({ stages: [call({ input: { n: 'one' } })] }, { pipelines });
    expect(bad.outcome.error).toMatchObject({ type: 'VALIDATION' });
    expect(bad.world.calls).toEqual([]);
  });

  it("checks the child's output", async () => {
    const { outcome } = await run({ stages: [call()] }, { pipelines: [child({ output: { type: 'string' } })] });
    expect(outcome.error).toMatchObject({ type: 'VALIDATION' });
  });

  it("fails with the type of the child's failure, its stage and path, and a cause", async () => {
    const { outcome, end } = await run(
      { stages: [call()] },
      {
        pipelines: [
          child({ stages: [{ id: 'bad', component: 'boom', config: { type: 'PROVIDER', message: 'no luck' } }] }),
        ],
      },
    );
    expect(outcome.error?.type).toBe('PROVIDER');
    const causes = [outcome.error, outcome.error?.cause, outcome.error?.cause?.cause];
    expect(
      causes.some((cause) => cause?.stage === 'bad' && cause.path === 'call/bad' && cause.message === 'no luck'),
    ).toBe(true);
    expect(end('call')?.error?.cause).toBeDefined();
  });

  it('is retried as a whole', async () => {
    const { stage, world } = await run(
      { stages: [call({}, { retry: { max_attempts: 3, delay: '1s', jitter: false, factor: 1 } })] },
      { pipelines: [child({ stages: [{ id: 'bad', component: 'boom', config: { type: 'PROVIDER', ms: 10 } }] })] },
    );
    expect(stage('call')).toMatchObject({ status: 'failed', attempts: 3 });
    expect(world.of('bad').map((c) => c.started)).toEqual([0, 1_010, 2_020]);
  });

  it('runs all its stages again when it is retried', async () => {
    const { world, outcome } = await run(
      { stages: [call({}, { retry: { max_attempts: 2 } })] },
      {
        pipelines: [
          child({
            stages: [
              { id: 'first', component: 'send', config: { value: 1 } },
              { id: 'second', component: 'boom', config: { type: 'PROVIDER' }, depends_on: ['first'] },
            ],
          }),
        ],
      },
    );
    expect(outcome.status).toBe('failed');
    expect(world.of('first').map((c) => c.key)).toEqual(['r1/call/first', 'r1/call/first']);
  });

  it("ends with the child's timeout, and with its own", async () => {
    const slow = { id: 'slow', component: 'slow', config: { ms: 10_000 } };
    const own = await run({ stages: [call()] }, { pipelines: [child({ timeout: '2s', stages: [slow] })] });
    expect(own.outcome.error?.type).toBe('TIMEOUT');
    expect(own.clock.elapsed).toBe(2_000);
    const outer = await run(
      { stages: [call({}, { timeout: '1s' })] },
      { pipelines: [child({ timeout: '2s', stages: [slow] })] },
    );
    expect(outer.outcome.error).toMatchObject({ type: 'TIMEOUT', stage: 'call' });
    expect(outer.clock.elapsed).toBe(1_000);
  });

  it('is caught like any failing stage', async () => {
    const { outcome } = await run(
      {
        stages: [
          { id: 'guard', component: 'trycatch', config: { try_stages: ['call'], catch_stages: ['rescue'] } },
          call(),
          { id: 'rescue', component: 'echo', config: { value: '{{ context.error.type }}' } },
        ],
      },
      { pipelines: [child({ stages: [{ id: 'bad', component: 'boom', config: { type: 'PROVIDER' } }] })] },
    );
    expect(outcome.result).toMatchObject({ status: 'recovered', result: 'PROVIDER' });
  });

  it('sees the vars of the run and not the loop variables around it', async () => {
    const { outcome } = await run(
      {
        stages: [
          { id: 'each', component: 'foreach', config: { items: [1, 2], loop_stages: ['call'] } },
          call({ input: { item: '{{ context.item }}' } }),
        ],
      },
      {
        vars: { region: 'eu' },
        pipelines: [child({ result: '{{ vars.region + string(input.item) }}' })],
      },
    );
    expect(outcome.result).toMatchObject({ results: ['eu1', 'eu2'] });
  });

  it('needs the vars that the child names', async () => {
    const { outcome, world } = await run({ stages: [call()] }, { pipelines: [child({ result: '{{ vars.region }}' })] });
    expect(outcome.error).toMatchObject({ type: 'CONFIGURATION' });
    expect(outcome.error?.message).toContain('region');
    expect(world.calls).toEqual([]);
  });
});
