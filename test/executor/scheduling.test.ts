import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/executor/types.ts';
import { run } from './harness.ts';

const slow = (id: string, ms: number, depends_on: string[] = []) => ({
  id,
  component: 'slow',
  config: { ms },
  depends_on,
});

describe('a stage starts as soon as all its dependencies are finished', () => {
  it('without waves: a slow stage delays only its dependants', async () => {
    const { world, clock } = await run({
      stages: [
        slow('quick', 10),
        slow('sluggish', 1_000),
        slow('after-quick', 10, ['quick']),
        slow('last-quick', 10, ['after-quick']),
        slow('after-both', 10, ['last-quick', 'sluggish']),
      ],
    });
    const started = Object.fromEntries(world.calls.map((call) => [call.path, call.started]));
    expect(started).toEqual({ quick: 0, sluggish: 0, 'after-quick': 10, 'last-quick': 20, 'after-both': 1_000 });
    expect(clock.elapsed).toBe(1_010);
  });

  it('takes dependencies from expressions as well as from depends_on', async () => {
    const { world } = await run({
      stages: [
        { id: 'c', component: 'echo', config: { value: 'x' }, when: "stages.b.status == 'succeeded'" },
        { id: 'b', component: 'slow', config: { ms: 5, value: '{{ stages["a"].output }}' } },
        { id: 'a', component: 'slow', config: { ms: 7, value: 1 } },
      ],
    });
    expect(world.calls.map(({ path, started }) => [path, started])).toEqual([
      ['a', 0],
      ['b', 7],
      ['c', 12],
    ]);
  });

  it('does not care about the order in the file', async () => {
    const { outcome } = await run({
      stages: [
        { id: 'z', component: 'echo', config: { value: '{{ stages.y.output + 1 }}' } },
        { id: 'y', component: 'echo', config: { value: '{{ stages.x.output + 1 }}' } },
        { id: 'x', component: 'echo', config: { value: 1 } },
      ],
    });
    expect(outcome.result).toBe(3);
  });

  it('runs a wide and a deep graph', async () => {
    const wide = Array.from({ length: 300 }, (_, i) => ({ id: `w${i}`, component: 'echo', config: { value: i } }));
    const deep = Array.from({ length: 300 }, (_, i) => ({
      id: `d${i}`,
      component: 'echo',
      config: { value: i === 0 ? 0 : `{{ stages.d${i - 1}.output + 1 }}` },
    }));
    const { outcome } = await run({ stages: [...wide, ...deep], result: '{{ stages.d299.output }}' });
    expect(outcome.result).toBe(299);
    expect(outcome.stages).toHaveLength(600);
  });

  it('gives a stage the value of an expression with its type', async () => {
    const { world } = await run(
      {
        stages: [
          { id: 'a', component: 'echo', config: { value: { list: [1, { x: null }], flag: true } } },
          {
            id: 'b',
            component: 'echo',
            config: { value: ['{{ stages.a.output.list }}', '{{ stages.a.output.flag }}', 'n={{ input.n }}'] },
          },
        ],
      },
      { input: { n: 2 } },
    );
    expect(world.seen('b')).toEqual([[[1, { x: null }], true, 'n=2']]);
  });
});

describe('`max_parallel`', () => {
  const ten = Array.from({ length: 25 }, (_, i) => slow(`s${i}`, 100));

  it('is ten stages at a time when nothing is written', async () => {
    const { world, clock } = await run({ stages: ten });
    expect(world.widest).toBe(10);
    expect(clock.elapsed).toBe(300);
  });

  it('is what the pipeline says', async () => {
    expect((await run({ max_parallel: 3, stages: ten })).world.widest).toBe(3);
    expect((await run({ max_parallel: 25, stages: ten })).world.widest).toBe(25);
  });

  it('is what the host says when it says something', async () => {
    const { world, outcome } = await run({ max_parallel: 3, stages: ten }, { options: { maxParallel: 1 } });
    expect(world.widest).toBe(1);
    expect(outcome.status).toBe('succeeded');
  });

  it('keeps the order in which stages became ready', async () => {
    const { world } = await run({ max_parallel: 1, stages: ten.slice(0, 5) });
    expect(world.calls.map((call) => call.path)).toEqual(['s0', 's1', 's2', 's3', 's4']);
  });

  it('counts no control stage: nested bodies go on with one slot', async () => {
    const { world, outcome } = await run({
      max_parallel: 1,
      stages: [
        { id: 'outer', component: 'foreach', config: { items: [1, 2], loop_stages: ['inner'], parallel: true } },
        { id: 'inner', component: 'foreach', config: { items: [1, 2], loop_stages: ['guard'], parallel: true } },
        { id: 'guard', component: 'trycatch', config: { try_stages: ['work'] } },
        slow('work', 10),
      ],
    });
    expect(outcome.status).toBe('succeeded');
    expect(world.calls).toHaveLength(4);
    expect(world.widest).toBe(1);
  });

  it('counts no wait: a delay and a signal let others run', async () => {
    const { world } = await run(
      {
        max_parallel: 1,
        stages: [
          { id: 'wait', component: 'delay', config: { duration: '1h' } },
          { id: 'approve', component: 'signal', config: { name: 'ok' }, timeout: '2h' },
          slow('work', 10),
        ],
      },
      { signals: async () => ({ data: true }) },
    );
    expect(world.of('work')[0]?.started).toBe(0);
  });

  it('counts no stage that waits for its next attempt', async () => {
    const { world } = await run({
      max_parallel: 1,
      stages: [
        { id: 'a', component: 'flaky', config: { times: 1 }, retry: { max_attempts: 2, delay: '20s', jitter: false } },
        slow('b', 10),
      ],
    });
    expect(world.of('b')[0]?.started).toBeLessThan(20_000);
  });

  it('is shared by bodies and by child pipelines', async () => {
    const { world } = await run(
      {
        max_parallel: 2,
        stages: [
          { id: 'each', component: 'foreach', config: { items: [1, 2, 3], loop_stages: ['work'], parallel: true } },
          slow('work', 100),
          { id: 'call', component: 'subpipeline', config: { pipeline: 'child' } },
          slow('own', 100),
        ],
      },
      { pipelines: [{ name: 'child', max_parallel: 50, stages: [slow('x', 100), slow('y', 100)] }] },
    );
    expect(world.calls).toHaveLength(6);
    expect(world.widest).toBe(2);
  });
});

describe('events', () => {
  it('tell a stage from its start to its end, between the start and the end of the run', async () => {
    const { events } = await run({ stages: [slow('a', 5), slow('b', 5, ['a'])] });
    const told = events.flatMap((event: RunEvent) =>
      event.type === 'stage' ? [`${event.path} ${event.status}`] : event.type === 'run' ? [event.status] : [],
    );
    expect(told).toEqual(['running', 'a running', 'a succeeded', 'b running', 'b succeeded', 'succeeded']);
  });

  it('carry output and duration of a stage that ended', async () => {
    const { events } = await run({ stages: [{ id: 'a', component: 'slow', config: { ms: 5, value: [1] } }] });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'stage',
        path: 'a',
        status: 'succeeded',
        output: [1],
        duration_ms: 5,
        attempt: 1,
      }),
    );
  });

  it('carry progress and log lines', async () => {
    const { events, outcome } = await run({ stages: [{ id: 'm', component: 'meter', config: { tokens: 5 } }] });
    expect(events).toContainEqual(expect.objectContaining({ type: 'progress', path: 'm', text: 'halfway' }));
    expect(events).toContainEqual({
      type: 'log',
      entry: expect.objectContaining({ level: 'warn', message: 'metered', path: 'm', data: { tokens: 5 } }),
    });
    expect(outcome.usage).toEqual({ input_tokens: 6, output_tokens: 1, total_tokens: 7, cost_usd: 0.5 });
  });

  it('never stop the run: a listener that throws is its own problem', async () => {
    const thrower = (): void => {
      throw new Error('the terminal is gone');
    };
    const { outcome } = await run({ stages: [slow('a', 5)] }, { onEvent: thrower });
    expect(outcome.status).toBe('succeeded');
  });
});

describe('the outcome', () => {
  it('has a record of every stage with times and attempts', async () => {
    const { outcome, clock } = await run({ name: 'p', version: '1.2.3', stages: [slow('a', 5), slow('b', 7, ['a'])] });
    expect(outcome).toMatchObject({
      run_id: 'r1',
      pipeline: 'p',
      version: '1.2.3',
      status: 'succeeded',
      started_at: clock.start,
      duration_ms: 12,
      usage: null,
    });
    expect(outcome.stages).toEqual([
      {
        id: 'a',
        path: 'a',
        component: 'slow',
        status: 'succeeded',
        attempts: 1,
        started_at: clock.start,
        duration_ms: 5,
      },
      {
        id: 'b',
        path: 'b',
        component: 'slow',
        status: 'succeeded',
        attempts: 1,
        started_at: clock.start + 5,
        duration_ms: 7,
      },
    ]);
  });

  it('leaves no timer behind', async () => {
    const { clock } = await run({
      timeout: '1h',
      stages: [slow('a', 5), { id: 'g', component: 'trycatch', config: { try_stages: ['b'] } }, slow('b', 5)],
    });
    expect(clock.pending).toBe(0);
  });
});
