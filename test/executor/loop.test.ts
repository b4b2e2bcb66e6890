import { describe, expect, it } from 'vitest';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { run } from './harness.ts';

const loop = (config: object, extra: Partial<StageDefinition> = {}): StageDefinition => ({
  id: 'poll',
  component: 'loop',
  config: { loop_stages: ['step'], until: false, ...config },
  ...extra,
});
const step: StageDefinition = { id: 'step', component: 'echo', config: { value: '{{ context.previous + 1 }}' } };

describe('loop', () => {
  it('repeats until its condition holds after an iteration', async () => {
    const { outcome } = await run({ stages: [loop({ until: 'stages.step.output >= 3', initial: 0 }), step] });
    expect(outcome.result).toEqual({ results: [1, 2, 3], last: 3, iterations: 3, exhausted: false });
  });

  it('runs once even when the condition holds from the beginning', async () => {
    const { outcome } = await run({ stages: [loop({ until: true, initial: 5 }), step] });
    expect(outcome.result).toEqual({ results: [6], last: 6, iterations: 1, exhausted: false });
  });

  it('has context.previous, at first `initial`', async () => {
    const { world } = await run({
      stages: [
        loop({ initial: 'start', max_iterations: 3 }),
        { id: 'step', component: 'echo', config: { value: ['{{ context.previous }}'] } },
      ],
    });
    expect(world.seen('step')).toEqual([['start'], [['start']], [[['start']]]]);
  });

  it('begins with null when there is no `initial`', async () => {
    const { world } = await run({
      stages: [
        loop({ max_iterations: 1 }),
        { id: 'step', component: 'echo', config: { value: '{{ context.previous }}' } },
      ],
    });
    expect(world.seen('step')).toEqual([null]);
  });

  it('counts in context.iteration', async () => {
    const { world } = await run({
      stages: [
        loop({ max_iterations: 3 }),
        { id: 'step', component: 'echo', config: { value: '{{ context.iteration }}' } },
      ],
    });
    const [first, second, third] = world.seen('step').map(Number);
    expect([0, 1]).toContain(first);
    expect([second, third]).toEqual([Number(first) + 1, Number(first) + 2]);
  });

  it('runs every iteration at its own path', async () => {
    const { world } = await run({
      stages: [loop({ max_iterations: 3 }), { id: 'step', component: 'send', config: { value: 1 } }],
    });
    expect(new Set(world.calls.map((call) => call.path)).size).toBe(3);
    for (const call of world.calls) expect(call.path).toMatch(/^poll\[\d\]\/step$/);
  });

  it('tests its condition in the scope of the iteration', async () => {
    const { outcome } = await run(
      {
        stages: [
          { id: 'goal', component: 'echo', config: { value: 4 } },
          loop({
            until: 'stages.step.output == stages.goal.output && context.previous == 3 && input.on',
            initial: 0,
            max_iterations: 9,
          }),
          step,
        ],
      },
      { input: { on: true } },
    );
    expect(outcome.result).toMatchObject({ iterations: 4, exhausted: false });
  });

  it('gives `result` per iteration, which is what previous and last are', async () => {
    const { outcome, world } = await run({
      stages: [
        loop({ initial: { n: 0 }, result: { n: '{{ stages.step.output }}' }, max_iterations: 2 }),
        { id: 'step', component: 'echo', config: { value: '{{ context.previous.n + 1 }}' } },
      ],
    });
    expect(outcome.result).toEqual({ results: [{ n: 1 }, { n: 2 }], last: { n: 2 }, iterations: 2, exhausted: true });
    expect(world.seen('step')).toEqual([1, 2]);
  });

  it('runs its iterations one after the other', async () => {
    const { world } = await run({
      stages: [loop({ max_iterations: 3 }), { id: 'step', component: 'slow', config: { ms: 10 } }],
    });
    expect(world.calls.map((call) => call.started)).toEqual([0, 10, 20]);
  });

  it('must be told by a boolean', async () => {
    const { outcome } = await run({ stages: [loop({ until: 'stages.step.output', initial: 1 }), step] });
    expect(outcome.error).toMatchObject({ type: 'EXPRESSION', stage: 'poll' });
  });

  it('fails with the error of its body', async () => {
    const { outcome, status } = await run({
      stages: [loop({ max_iterations: 3 }), { id: 'step', component: 'boom', config: { type: 'PROVIDER' } }],
    });
    expect(outcome.error).toMatchObject({
      type: 'PROVIDER',
      stage: 'step',
      path: expect.stringMatching(/^poll\[\d\]\/step$/),
    });
    expect(status('poll')).toBe('failed');
  });
});

describe('the cap of a loop', () => {
  it('that is written lets the run go on, exhausted', async () => {
    const { outcome } = await run({ stages: [loop({ initial: 0, max_iterations: 2 }), step] });
    expect(outcome).toMatchObject({
      status: 'succeeded',
      result: { results: [1, 2], last: 2, iterations: 2, exhausted: true },
    });
  });

  it('is not met by a loop that holds in its last iteration', async () => {
    const { outcome } = await run({
      stages: [loop({ initial: 0, max_iterations: 2, until: 'stages.step.output == 2' }), step],
    });
    expect(outcome.result).toMatchObject({ iterations: 2, exhausted: false });
  });

  it('that is written fails with QUOTA when `on_limit` says so', async () => {
    const { outcome, world } = await run({ stages: [loop({ initial: 0, max_iterations: 2, on_limit: 'fail' }), step] });
    expect(outcome.error).toMatchObject({ type: 'QUOTA', stage: 'poll' });
    expect(world.calls).toHaveLength(2);
  });

  it('is 100 when nothing is written, and fails with QUOTA', async () => {
    const { outcome, world } = await run({ stages: [loop({ initial: 0 }), step] });
    expect(outcome.error).toMatchObject({ type: 'QUOTA', stage: 'poll' });
    expect(world.calls).toHaveLength(100);
  });

  it('is 100 when only `on_limit: continue` is written', async () => {
    const { outcome } = await run({ stages: [loop({ initial: 0, on_limit: 'continue' }), step] });
    expect(outcome.result).toMatchObject({ last: 100, iterations: 100, exhausted: true });
  });
});

describe('variable-set in a loop', () => {
  it('is seen by the condition and by the body', async () => {
    const { outcome } = await run({
      stages: [
        loop({
          loop_stages: ['set', 'step'],
          until: 'context.vars.n >= 2',
          initial: 0,
          result: '{{ context.vars.n }}',
        }),
        { id: 'set', component: 'variable-set', config: { name: 'n', value: '{{ context.previous + 1 }}' } },
        { id: 'step', component: 'echo', config: { value: '{{ context.vars.n }}' } },
      ],
    });
    expect(outcome.result).toMatchObject({ results: [1, 2], iterations: 2 });
  });
});
