import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { run, type Setup } from './harness.ts';

const foreach = (config: object, extra: Partial<StageDefinition> = {}): StageDefinition => ({
  id: 'each',
  component: 'foreach',
  config: { items: '{{ input.items }}', loop_stages: ['work'], ...config },
  ...extra,
});
const work = (value: Json = '{{ context.item }}', extra: Partial<StageDefinition> = {}): StageDefinition => ({
  id: 'work',
  component: 'echo',
  config: { value },
  ...extra,
});
const items = (...list: Json[]): Setup => ({ input: { items: list } });

describe('foreach', () => {
  it('runs its stages for every item, one after the other, and gives results in item order', async () => {
    const { outcome, world } = await run(
      {
        stages: [foreach({}), work(undefined, { component: 'slow', config: { ms: 10, value: '{{ context.item }}' } })],
      },
      items('a', 'b', 'c'),
    );
    expect(outcome.result).toEqual({ results: ['a', 'b', 'c'], errors: [], count: 3 });
    expect(world.calls.map((call) => call.started)).toEqual([0, 10, 20]);
    expect(world.calls.map((call) => call.path)).toEqual(['each[0]/work', 'each[1]/work', 'each[2]/work']);
  });

  it('has context.item, context.index and context.total inside', async () => {
    const { world } = await run(
      { stages: [foreach({}), work(['{{ context.item }}', '{{ context.index }}', '{{ context.total }}'])] },
      items('a', { b: 1 }),
    );
    expect(world.seen('work')).toEqual([
      ['a', 0, 2],
      [{ b: 1 }, 1, 2],
    ]);
  });

  it('names its variables as it is told', async () => {
    const { world } = await run(
      {
        stages: [
          foreach({ item_variable: 'order', index_variable: 'n' }),
          work(['{{ context.order }}', '{{ context.n }}']),
        ],
      },
      items('a'),
    );
    expect(world.seen('work')).toEqual([['a', 0]]);
  });

  it('over nothing runs nothing and succeeds', async () => {
    const { outcome, world } = await run({ stages: [foreach({}), work()] }, items());
    expect(outcome).toMatchObject({ status: 'succeeded', result: { results: [], errors: [], count: 0 } });
    expect(world.calls).toEqual([]);
  });

  it('takes items as data: templates inside are not scanned', async () => {
    const { world } = await run({ stages: [foreach({}), work()] }, items('{{ input.secret }}'));
    expect(world.seen('work')).toEqual(['{{ input.secret }}']);
  });

  it.each(['text', 5, null, { a: 1 }])('refuses items that are no list: %j', async (value) => {
    const { outcome } = await run({ stages: [foreach({ items: '{{ input.x }}' }), work()] }, { input: { x: value } });
    expect(outcome.error).toMatchObject({ type: 'VALIDATION', stage: 'each' });
  });

  it('starts when what its body reads outside is finished', async () => {
    const { world } = await run(
      {
        stages: [
          { id: 'late', component: 'slow', config: { ms: 40, value: 'outside' } },
          foreach({}),
          work(['{{ context.item }}', '{{ stages.late.output }}']),
        ],
      },
      items(1, 2),
    );
    expect(world.seen('work')).toEqual([
      [1, 'outside'],
      [2, 'outside'],
    ]);
    expect(world.of('work')[0]?.started).toBe(40);
  });

  it('resolves its items once', async () => {
    const { outcome } = await run(
      {
        stages: [foreach({ items: '{{ input.items.map(i, {"id": uuid(), "n": i}) }}' }), work('{{ context.item.id }}')],
      },
      items(1, 2, 3),
    );
    expect(new Set((outcome.result as { results: string[] }).results).size).toBe(3);
  });
});

describe('the result of an iteration', () => {
  it('is its final stage, several by id', async () => {
    const one = await run(
      {
        stages: [
          foreach({ loop_stages: ['work', 'next'] }),
          work(),
          work('{{ stages.work.output * 10 }}', { id: 'next' }),
        ],
      },
      items(1, 2),
    );
    expect(one.outcome.result).toMatchObject({ results: [10, 20] });
    const two = await run(
      { stages: [foreach({ loop_stages: ['work', 'next'] }), work(), work('x', { id: 'next' })] },
      items(1),
    );
    expect(two.outcome.result).toMatchObject({ results: [{ work: 1, next: 'x' }] });
  });

  it('is `result`, in the scope of the iteration', async () => {
    const { outcome } = await run(
      {
        stages: [
          { id: 'outside', component: 'echo', config: { value: 'o' } },
          foreach({
            result: { i: '{{ context.index }}', w: '{{ stages.work.output }}', o: '{{ stages.outside.output }}' },
          }),
          work(),
        ],
      },
      items('a', 'b'),
    );
    expect(outcome.result).toMatchObject({
      results: [
        { i: 0, w: 'a', o: 'o' },
        { i: 1, w: 'b', o: 'o' },
      ],
    });
  });

  it('is null where the final stage was skipped', async () => {
    const { outcome } = await run(
      { stages: [foreach({}), work(undefined, { when: 'context.item != 2' })] },
      items(1, 2, 3),
    );
    expect(outcome.result).toEqual({ results: [1, null, 3], errors: [], count: 3 });
  });

  it("keeps each iteration to itself: stages.<body> is this iteration's", async () => {
    const { world } = await run(
      {
        stages: [
          foreach({ parallel: true, loop_stages: ['first', 'second'] }),
          { id: 'first', component: 'slow', config: { ms: '{{ context.item }}', value: '{{ context.item }}' } },
          { id: 'second', component: 'echo', config: { value: ['{{ context.item }}', '{{ stages.first.output }}'] } },
        ],
      },
      items(30, 10, 20),
    );
    expect(world.seen('second')).toEqual([
      [10, 10],
      [20, 20],
      [30, 30],
    ]);
  });
});

describe('foreach, parallel', () => {
  const timed = { id: 'work', component: 'slow', config: { ms: '{{ context.item }}', value: '{{ context.item }}' } };

  it('runs five at a time and keeps the order of the items', async () => {
    const list = [70, 60, 50, 40, 30, 20, 10];
    const { outcome, world } = await run({ stages: [foreach({ parallel: true }), timed] }, items(...list));
    expect(outcome.result).toMatchObject({ results: list });
    expect(world.calls.map((call) => call.started)).toEqual([0, 0, 0, 0, 0, 30, 40]);
    expect(world.widest).toBe(5);
  });

  it('runs `max_parallel` at a time', async () => {
    const { world } = await run(
      { stages: [foreach({ parallel: true, max_parallel: 2 }), timed] },
      items(10, 10, 10, 10),
    );
    expect(world.widest).toBe(2);
  });

  it('runs one at a time when it is not parallel, whatever max_parallel says', async () => {
    const { world } = await run({ stages: [foreach({ max_parallel: 4 }), timed] }, items(10, 10, 10));
    expect(world.widest).toBe(1);
  });
});

describe('`break_on_error`', () => {
  const risky = { id: 'work', component: 'flaky', config: { times: '{{ context.item }}', value: 'ok', ms: 10 } };

  it('true (the default): stops at the first error and raises it', async () => {
    const { outcome, status, world } = await run({ stages: [foreach({}), risky] }, items(0, 1, 0));
    expect(outcome.error).toMatchObject({ type: 'CONNECTIVITY', stage: 'work', path: 'each[1]/work' });
    expect(status('each')).toBe('failed');
    expect(world.calls).toHaveLength(2);
  });

  it('true: cancels the other iterations', async () => {
    const { outcome, world, clock } = await run(
      {
        stages: [
          foreach({ parallel: true, max_parallel: 2, loop_stages: ['work'] }),
          { id: 'work', component: 'boom', config: { ms: '{{ context.item }}' } },
        ],
      },
      items(1_000, 10, 10),
    );
    expect(outcome.error?.path).toBe('each[1]/work');
    expect(world.calls.map(({ path, end }) => [path, end])).toEqual([
      ['each[0]/work', 'aborted'],
      ['each[1]/work', 'threw'],
    ]);
    expect(clock.elapsed).toBe(10);
  });

  it.each([true, false])('false: goes on, with null and an error where one failed (parallel: %s)', async (parallel) => {
    const { outcome } = await run({ stages: [foreach({ break_on_error: false, parallel }), risky] }, items(0, 1, 0, 2));
    expect(outcome).toMatchObject({ status: 'succeeded' });
    expect(outcome.result).toEqual({
      results: ['ok', null, 'ok', null],
      errors: [
        { index: 1, error: expect.objectContaining({ type: 'CONNECTIVITY', path: 'each[1]/work', stage: 'work' }) },
        { index: 3, error: expect.objectContaining({ type: 'CONNECTIVITY', path: 'each[3]/work' }) },
      ],
      count: 4,
    });
  });

  it('false: an error ends its own iteration at once', async () => {
    const { world } = await run(
      {
        stages: [
          foreach({ break_on_error: false, loop_stages: ['work', 'long', 'after'] }),
          risky,
          { id: 'long', component: 'slow', config: { ms: 1_000 } },
          { id: 'after', component: 'echo', depends_on: ['work'] },
        ],
      },
      items(1, 0),
    );
    expect(world.of('long')).toMatchObject([{ end: 'aborted', ended: 10 }, { end: 'answered' }]);
    expect(world.of('after').map((call) => call.path)).toEqual(['each[1]/after']);
  });

  it('a failed stage with on_error: continue is no error of the iteration', async () => {
    const { outcome } = await run(
      { stages: [foreach({ break_on_error: false }), { ...risky, on_error: 'continue' }] },
      items(0, 1),
    );
    expect(outcome.result).toEqual({ results: ['ok', null], errors: [], count: 2 });
  });
});

describe('foreach, nested', () => {
  it('inner names hide outer ones, and other names are seen through', async () => {
    const { world } = await run(
      {
        stages: [
          foreach({ item_variable: 'order', loop_stages: ['lines'] }),
          { id: 'lines', component: 'foreach', config: { items: '{{ context.order.lines }}', loop_stages: ['work'] } },
          work(['{{ context.order.id }}', '{{ context.item }}', '{{ context.index }}', '{{ context.total }}']),
        ],
      },
      items({ id: 'o1', lines: ['a', 'b'] }, { id: 'o2', lines: ['c'] }),
    );
    expect(world.seen('work')).toEqual([
      ['o1', 'a', 0, 2],
      ['o1', 'b', 1, 2],
      ['o2', 'c', 0, 1],
    ]);
  });

  it('a body reads the enclosing body', async () => {
    const { world } = await run(
      {
        stages: [
          foreach({ loop_stages: ['before', 'lines'] }),
          { id: 'before', component: 'echo', config: { value: 'b{{ context.item }}' } },
          { id: 'lines', component: 'foreach', config: { items: [1], loop_stages: ['work'] } },
          work('{{ stages.before.output }}'),
        ],
      },
      items(1, 2),
    );
    expect(world.seen('work')).toEqual(['b1', 'b2']);
  });

  it("a variable that a body sets is the iteration's", async () => {
    const { world } = await run(
      {
        stages: [
          foreach({ parallel: true, loop_stages: ['set', 'work'] }),
          { id: 'set', component: 'variable-set', config: { name: 'mine', value: '{{ context.item * 2 }}' } },
          work('{{ context.vars.mine }}'),
        ],
      },
      items(1, 2, 3),
    );
    expect(world.seen('work')).toEqual([2, 4, 6]);
  });
});
