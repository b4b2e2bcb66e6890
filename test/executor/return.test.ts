import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { run } from './harness.ts';

const leave = (config: object = {}, extra: Partial<StageDefinition> = {}): StageDefinition => ({
  id: 'leave',
  component: 'return',
  config: { value: 'left', ...config } as { value: string },
  ...extra,
});
const long: StageDefinition = { id: 'long', component: 'slow', config: { ms: 10_000 } };
const wait: StageDefinition = { id: 'wait', component: 'slow', config: { ms: 10 } };

describe('return', () => {
  it('ends the run with its value: what runs is cancelled, nothing new starts', async () => {
    const { outcome, status, world, clock } = await run({
      stages: [
        wait,
        leave({}, { depends_on: ['wait'] }),
        long,
        { id: 'after', component: 'echo', depends_on: ['leave'] },
      ],
    });
    expect(outcome).toMatchObject({ status: 'succeeded', result: 'left', error: null });
    expect([status('leave'), status('long')]).toEqual(['succeeded', 'cancelled']);
    expect(world.of('long')).toMatchObject([{ end: 'aborted', ended: 10 }]);
    expect(world.of('after')).toEqual([]);
    expect(clock.elapsed).toBe(10);
  });

  it('wins over `result`', async () => {
    const { outcome } = await run({ result: 'whole', stages: [leave()] });
    expect(outcome.result).toBe('left');
  });

  it('gives null when it has no value', async () => {
    const { outcome } = await run({ stages: [{ id: 'leave', component: 'return' }, wait] });
    expect(outcome).toMatchObject({ status: 'succeeded', result: null });
  });

  it('gives any JSON', async () => {
    const { outcome } = await run(
      { stages: [leave({ value: { n: '{{ input.n }}', list: [null] } })] },
      { input: { n: 1 } },
    );
    expect(outcome.result).toEqual({ n: 1, list: [null] });
  });

  it('false gives {returned: false} and its dependants go on', async () => {
    const { outcome, output, world } = await run(
      {
        stages: [
          leave({ condition: 'input.stop == true' }),
          { id: 'after', component: 'echo', depends_on: ['leave'], config: { value: 'after' } },
        ],
      },
      { input: { stop: false } },
    );
    expect(output('leave')).toEqual({ returned: false });
    expect(world.of('after')).toHaveLength(1);
    expect(outcome.result).toBe('after');
  });

  it('takes its condition as an expression', async () => {
    const stages = [
      leave({ condition: 'input.stop' }),
      { id: 'after', component: 'echo', depends_on: ['leave'], config: { value: 1 } },
    ];
    expect((await run({ stages }, { input: { stop: true } })).outcome.result).toBe('left');
    expect((await run({ stages }, { input: { stop: 'yes' } })).outcome.error?.type).toBe('EXPRESSION');
  });

  it('is checked against `output`', async () => {
    const { outcome } = await run({ output: { type: 'number' }, stages: [leave()] });
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'VALIDATION' } });
  });

  it('is skipped like any stage', async () => {
    const { outcome } = await run({
      stages: [leave({}, { when: false }), { id: 'a', component: 'echo', config: { value: 1 } }],
    });
    expect(outcome.result).toBe(1);
  });
});

describe('return, nested', () => {
  it('leaves foreach, trycatch and loop at once; finally runs; no catch sees it', async () => {
    const { outcome, world, status } = await run({
      stages: [
        {
          id: 'each',
          component: 'foreach',
          config: { items: [1, 2, 3], loop_stages: ['guard'], break_on_error: false },
        },
        {
          id: 'guard',
          component: 'trycatch',
          config: { try_stages: ['poll'], catch_stages: ['rescue'], finally_stages: ['tidy'], error_scope: 'continue' },
          on_error: 'continue',
        },
        { id: 'poll', component: 'loop', config: { loop_stages: ['work', 'leave'], until: false, max_iterations: 5 } },
        { id: 'work', component: 'slow', config: { ms: 10, value: '{{ context.item }}' } },
        leave({ condition: 'stages.work.output == 2', value: 'found {{ context.item }}' }),
        { id: 'rescue', component: 'echo' },
        { id: 'tidy', component: 'echo', config: { value: '{{ context.error }}' } },
        { id: 'after', component: 'echo', depends_on: ['each'] },
      ],
    });
    expect(outcome).toMatchObject({ status: 'succeeded', result: 'found 2', error: null });
    expect(world.of('work')).toHaveLength(6);
    expect(world.of('rescue')).toEqual([]);
    expect(world.seen('tidy')).toEqual([null, null]);
    expect(world.of('after')).toEqual([]);
    // What it passed on its way out was cut short, and gives no output.
    expect(['each', 'each[1]/guard', 'each[1]/guard/poll'].map(status)).toEqual(Array(3).fill('cancelled'));
  });

  it('from a parallel foreach cancels the other iterations', async () => {
    const { outcome, world } = await run({
      stages: [
        {
          id: 'each',
          component: 'foreach',
          config: { items: [1_000, 10, 1_000], parallel: true, loop_stages: ['work', 'leave'] },
        },
        { id: 'work', component: 'slow', config: { ms: '{{ context.item }}' } },
        leave({ value: '{{ context.index }}' }, { depends_on: ['work'] }),
      ],
    });
    expect(outcome.result).toBe(1);
    expect(world.calls.map(({ end }) => end)).toEqual(['aborted', 'answered', 'aborted']);
  });

  it('from catch ends the run, after finally', async () => {
    const { outcome, world } = await run({
      stages: [
        {
          id: 'guard',
          component: 'trycatch',
          config: { try_stages: ['bad'], catch_stages: ['leave'], finally_stages: ['tidy'] },
        },
        { id: 'bad', component: 'boom' },
        leave({ value: '{{ context.error.type }}' }),
        { id: 'tidy', component: 'slow', config: { ms: 10 } },
        long,
      ],
    });
    expect(outcome).toMatchObject({ status: 'succeeded', result: 'COMPONENT' });
    expect(world.of('tidy')).toMatchObject([{ end: 'answered' }]);
    expect(world.of('long')).toMatchObject([{ end: 'aborted' }]);
  });

  it('a finally that fails after a return wins', async () => {
    const { outcome } = await run({
      stages: [
        { id: 'guard', component: 'trycatch', config: { try_stages: ['leave'], finally_stages: ['tidy'] } },
        leave(),
        { id: 'tidy', component: 'boom', config: { message: 'not tidied' } },
      ],
    });
    expect(outcome).toMatchObject({ status: 'failed', error: { stage: 'tidy', message: 'not tidied' } });
  });

  it('in a child pipeline returns from the child', async () => {
    const { outcome, world } = await run(
      {
        stages: [
          { id: 'call', component: 'subpipeline', config: { pipeline: 'child' } },
          { id: 'after', component: 'echo', config: { value: 'got {{ stages.call.output }}' } },
          { id: 'side', component: 'slow', config: { ms: 50 } },
        ],
        result: '{{ stages.after.output }}',
      },
      { pipelines: [{ name: 'child', stages: [wait, leave({}, { depends_on: ['wait'] }), long] }] },
    );
    expect(outcome).toMatchObject({ status: 'succeeded', result: 'got left' });
    expect(world.of('side')).toMatchObject([{ end: 'answered' }]);
    expect(world.of('long')).toMatchObject([{ end: 'aborted', ended: 10 }]);
  });

  it("in a child pipeline is checked against the child's output", async () => {
    const { outcome } = await run(
      { stages: [{ id: 'call', component: 'subpipeline', config: { pipeline: 'child' } }] },
      { pipelines: [{ name: 'child', output: { type: 'number' }, stages: [leave()] }] },
    );
    expect(outcome.error?.type).toBe('VALIDATION');
  });

  it.each([true, false])('behind a gate returns only when its branch is taken (%s)', async (flag: Json) => {
    const { outcome } = await run(
      {
        result: '{{ stages.other.output }}',
        stages: [
          { id: 'gate', component: 'conditional', config: { condition: 'input.flag', true_branch: 'leave' } },
          leave(),
          { id: 'other', component: 'slow', config: { ms: 10, value: 'other' } },
        ],
      },
      { input: { flag } },
    );
    expect(outcome.result).toBe(flag ? 'left' : 'other');
  });

  it('does not wait for a stage that does not heed its signal', async () => {
    const { outcome } = await run({
      stages: [{ id: 'deaf', component: 'deaf', timeout: '7d' }, wait, leave({}, { depends_on: ['wait'] })],
    });
    expect(outcome).toMatchObject({ status: 'succeeded', result: 'left' });
  });
});
