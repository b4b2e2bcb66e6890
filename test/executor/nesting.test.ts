import { describe, expect, it } from 'vitest';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { run } from './harness.ts';

const echo = (id: string, value: string, extra: Partial<StageDefinition> = {}): StageDefinition => ({
  id,
  component: 'echo',
  config: { value },
  ...extra,
});

describe('everything nests', () => {
  it('foreach in trycatch in loop', async () => {
    const { outcome, world } = await run({
      stages: [
        {
          id: 'poll',
          component: 'loop',
          config: {
            loop_stages: ['guard'],
            until: "stages.guard.output.status == 'succeeded'",
            initial: 0,
            max_iterations: 5,
            result: '{{ context.previous + 1 }}',
          },
        },
        {
          id: 'guard',
          component: 'trycatch',
          config: { try_stages: ['each'], catch_stages: ['rescue'], finally_stages: ['tidy'] },
        },
        { id: 'each', component: 'foreach', config: { items: [0, 1, 2], loop_stages: ['check', 'work'] } },
        echo('check', '{{ context.item > context.previous ? input.missing.field : context.item }}'),
        echo('work', '{{ stages.check.output }}'),
        echo('rescue', '{{ context.error.path }}'),
        echo('tidy', '{{ context.previous }}'),
      ],
    });
    expect(outcome.result).toMatchObject({ iterations: 3, exhausted: false });
    expect(world.of('rescue')).toHaveLength(2);
    expect(world.seen('rescue').every((path) => /^poll\[\d\]\/guard\/each\[\d\]\/check$/.test(String(path)))).toBe(
      true,
    );
    expect(world.seen('tidy')).toEqual([0, 1, 2]);
    expect(world.of('work').map((call) => call.path.replace(/poll\[\d\]/, 'poll'))).toEqual([
      'poll/guard/each[0]/work',
      'poll/guard/each[0]/work',
      'poll/guard/each[1]/work',
      'poll/guard/each[0]/work',
      'poll/guard/each[1]/work',
      'poll/guard/each[2]/work',
    ]);
  });

  it('gates in bodies, and owners behind gates in bodies', async () => {
    const { outcome } = await run({
      stages: [
        {
          id: 'each',
          component: 'foreach',
          config: {
            items: [1, 2],
            loop_stages: ['gate'],
            result: '{{ default(stages.inner.output.results, stages.plain.output) }}',
          },
        },
        {
          id: 'gate',
          component: 'conditional',
          config: { condition: 'context.item == 1', true_branch: 'inner', false_branch: 'plain' },
        },
        { id: 'inner', component: 'foreach', config: { items: ['a', 'b'], loop_stages: ['deep'] } },
        echo('deep', '{{ context.item }}'),
        echo('plain', 'plain {{ context.item }}'),
      ],
    });
    expect(outcome.result).toMatchObject({ results: [['a', 'b'], 'plain 2'] });
  });

  it('a stage of a body that an owner inside reads outside is waited for by that owner', async () => {
    const { world } = await run({
      stages: [
        { id: 'each', component: 'foreach', config: { items: [1], loop_stages: ['late', 'inner'] } },
        { id: 'late', component: 'slow', config: { ms: 25, value: 'late' } },
        { id: 'inner', component: 'loop', config: { loop_stages: ['deep'], until: true } },
        echo('deep', '{{ stages.late.output }}'),
      ],
    });
    expect(world.of('deep')).toMatchObject([{ started: 25, config: { value: 'late' } }]);
  });

  it('an error deep inside reaches the outermost with its own stage and path', async () => {
    const { outcome, end } = await run({
      stages: [
        { id: 'a', component: 'foreach', config: { items: [1, 2], loop_stages: ['b'] } },
        { id: 'b', component: 'trycatch', config: { try_stages: ['c'], finally_stages: ['f'] } },
        { id: 'c', component: 'loop', config: { loop_stages: ['d'], until: true } },
        { id: 'd', component: 'boom', config: { code: 'deep' } },
        echo('f', 'x'),
      ],
    });
    expect(outcome.error).toMatchObject({
      code: 'deep',
      stage: 'd',
      path: expect.stringMatching(/^a\[0\]\/b\/c\[\d\]\/d$/),
    });
    for (const path of ['a', 'a[0]/b']) expect(end(path)).toMatchObject({ status: 'failed', error: { code: 'deep' } });
  });

  it('eight owners deep', async () => {
    const owners = Array.from({ length: 8 }, (_, i): StageDefinition => {
      const body = [i === 7 ? 'leaf' : `o${i + 1}`];
      if (i % 2 === 0) return { id: `o${i}`, component: 'foreach', config: { items: [1, 2], loop_stages: body } };
      return { id: `o${i}`, component: 'trycatch', config: { try_stages: body } };
    });
    const { world, outcome } = await run({ stages: [...owners, echo('leaf', '{{ context.item }}')] });
    expect(outcome.status).toBe('succeeded');
    expect(world.of('leaf')).toHaveLength(16);
    expect(new Set(world.of('leaf').map((call) => call.key)).size).toBe(16);
  });
});

describe('variable-set', () => {
  it('makes its value context.vars.<name>, which is a dependency', async () => {
    const { world, output } = await run({
      stages: [
        echo('use', '{{ context.vars.total }}'),
        { id: 'late', component: 'slow', config: { ms: 15, value: 4 } },
        { id: 'set', component: 'variable-set', config: { name: 'total', value: '{{ stages.late.output + 1 }}' } },
      ],
    });
    expect(world.of('use')).toMatchObject([{ started: 15, config: { value: 5 } }]);
    expect(output('set')).toEqual({ value: 5 });
  });

  it('counts in the skip rule as its output does', async () => {
    const { status } = await run({
      stages: [
        echo('use', '{{ context.vars.x }}'),
        { id: 'set', component: 'variable-set', when: false, config: { name: 'x', value: 1 } },
      ],
    });
    expect(status('use')).toBe('skipped');
  });

  it('is seen by bodies below, and an inner one hides it', async () => {
    const { world } = await run({
      stages: [
        { id: 'set', component: 'variable-set', config: { name: 'x', value: 'outer' } },
        { id: 'each', component: 'foreach', config: { items: [1], loop_stages: ['inner-set', 'see-inner'] } },
        { id: 'inner-set', component: 'variable-set', config: { name: 'x', value: 'inner' } },
        echo('see-inner', '{{ context.vars.x }}'),
        { id: 'guard', component: 'trycatch', config: { try_stages: ['see-outer'] } },
        echo('see-outer', '{{ context.vars.x }}'),
      ],
    });
    expect(world.seen('see-inner')).toEqual(['inner']);
    expect(world.seen('see-outer')).toEqual(['outer']);
  });
});
