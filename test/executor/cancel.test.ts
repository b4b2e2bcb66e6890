import { describe, expect, it } from 'vitest';
import { type Pipeline, type Ran, run, type Setup } from './harness.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Runs a pipeline and cancels it after some virtual time. */
function cancelAfter(ms: number, pipeline: Pipeline, setup: Setup = {}): Promise<Ran> {
  const controller = new AbortController();
  const clock = new VirtualClock();
  clock.after(ms, () => controller.abort());
  return run(pipeline, { clock, signal: controller.signal, ...setup });
}

const guard = (extra: object): Pipeline['stages'][number] => ({
  id: 'guard',
  component: 'trycatch',
  config: { try_stages: ['work'], finally_stages: ['tidy'], ...extra },
});
const work = { id: 'work', component: 'slow', config: { ms: 60_000 }, timeout: '1h' };

describe('cancellation', () => {
  it('reaches every running stage and starts no other', async () => {
    const { outcome, status, world, clock } = await cancelAfter(100, {
      stages: [
        { id: 'done', component: 'slow', config: { ms: 50 } },
        work,
        { id: 'more', component: 'slow', config: { ms: 60_000 }, timeout: '1h' },
        { id: 'after', component: 'echo', depends_on: ['work'] },
      ],
    });
    expect(outcome).toMatchObject({ status: 'cancelled', result: null, error: { type: 'CANCELLED' } });
    expect(['done', 'work', 'more'].map(status)).toEqual(['succeeded', 'cancelled', 'cancelled']);
    expect(world.of('work')).toMatchObject([{ end: 'aborted', ended: 100 }]);
    expect(world.of('after')).toEqual([]);
    expect(clock.elapsed).toBe(100);
  });

  it('runs nothing when it came before the run', async () => {
    const { outcome, world } = await run({ stages: [work] }, { signal: AbortSignal.abort() });
    expect(outcome.status).toBe('cancelled');
    expect(world.calls).toEqual([]);
  });

  it('reaches into bodies and child pipelines', async () => {
    const { outcome, world } = await cancelAfter(
      100,
      {
        stages: [
          {
            id: 'each',
            component: 'foreach',
            config: { items: [1, 2], parallel: true, loop_stages: ['call'], break_on_error: false },
          },
          { id: 'call', component: 'subpipeline', config: { pipeline: 'child' } },
        ],
      },
      { pipelines: [{ name: 'child', stages: [work] }] },
    );
    expect(outcome.status).toBe('cancelled');
    expect(world.calls.map(({ path, end }) => [path, end])).toEqual([
      ['each[0]/call/work', 'aborted'],
      ['each[1]/call/work', 'aborted'],
    ]);
  });

  it('ends delays and signals', async () => {
    const asked: AbortSignal[] = [];
    const { outcome, status, clock } = await cancelAfter(
      100,
      {
        stages: [
          { id: 'wait', component: 'delay', config: { duration: '7d' } },
          { id: 'ask', component: 'signal', config: { name: 'ok' } },
        ],
      },
      {
        signals: ({ signal }) => {
          asked.push(signal);
          return new Promise(() => {});
        },
      },
    );
    expect(outcome.status).toBe('cancelled');
    expect([status('wait'), status('ask')]).toEqual(['cancelled', 'cancelled']);
    expect(asked.map((signal) => signal.aborted)).toEqual([true]);
    expect(clock.elapsed).toBe(100);
  });

  it('does not wait for ever for a stage that does not heed its signal', async () => {
    const { outcome, clock } = await cancelAfter(100, { stages: [{ id: 'a', component: 'deaf', timeout: '7d' }] });
    expect(outcome.status).toBe('cancelled');
    expect(clock.elapsed).toBeLessThanOrEqual(30_100);
  });

  it('is seen by no catch, whatever catch_error_types says, and by no on_error', async () => {
    const { outcome, world } = await cancelAfter(100, {
      stages: [
        { ...guard({ catch_stages: ['rescue'] }), on_error: 'continue' },
        { ...work, on_error: 'continue' },
        { id: 'rescue', component: 'echo' },
        { id: 'tidy', component: 'echo' },
      ],
    });
    expect(outcome.status).toBe('cancelled');
    expect(world.of('rescue')).toEqual([]);
  });

  it('runs finally, with context.error', async () => {
    const { outcome, world } = await cancelAfter(100, {
      stages: [
        guard({}),
        work,
        { id: 'tidy', component: 'slow', config: { ms: 20_000, value: '{{ context.error.type }}' } },
      ],
    });
    expect(outcome.status).toBe('cancelled');
    expect(world.of('tidy')).toMatchObject([
      { end: 'answered', started: 100, ended: 20_100, config: { value: 'CANCELLED' } },
    ]);
  });

  it('runs finally from the inside to the outside', async () => {
    const { world } = await cancelAfter(100, {
      stages: [
        { id: 'outer', component: 'trycatch', config: { try_stages: ['guard'], finally_stages: ['last'] } },
        guard({}),
        work,
        { id: 'tidy', component: 'slow', config: { ms: 10 } },
        { id: 'last', component: 'slow', config: { ms: 10 } },
      ],
    });
    expect(world.calls.map(({ path, started }) => [path, started])).toEqual([
      ['outer/guard/work', 0],
      ['outer/guard/tidy', 100],
      ['outer/last', 110],
    ]);
  });

  it('gives finally 30 s and not more', async () => {
    const { outcome, world, clock } = await cancelAfter(100, {
      stages: [
        guard({}),
        work,
        { id: 'tidy', component: 'slow', config: { ms: 20_000 } },
        { id: 'tidy2', component: 'slow', config: { ms: 20_000 }, depends_on: ['tidy'] },
      ].map((stage) => (stage.id === 'guard' ? guard({ finally_stages: ['tidy', 'tidy2'] }) : stage)),
    });
    expect(outcome.status).toBe('cancelled');
    expect(world.of('tidy')).toMatchObject([{ end: 'answered', ended: 20_100 }]);
    expect(world.of('tidy2')).toMatchObject([{ end: 'aborted', ended: 30_100 }]);
    expect(clock.elapsed).toBe(30_100);
  });

  it('during finally lets it go on for 30 s', async () => {
    const { outcome, world } = await cancelAfter(1_000, {
      stages: [
        guard({}),
        { ...work, config: { ms: 500 } },
        { id: 'tidy', component: 'slow', config: { ms: 60_000 }, timeout: '1h' },
      ],
    });
    expect(outcome.status).toBe('cancelled');
    expect(world.of('tidy')).toMatchObject([{ end: 'aborted', started: 500, ended: 31_000 }]);
  });

  it('after the end changes nothing', async () => {
    const controller = new AbortController();
    const { outcome } = await run({ stages: [{ id: 'a', component: 'echo' }] }, { signal: controller.signal });
    controller.abort();
    expect(outcome.status).toBe('succeeded');
  });

  it('tells the run and its stages as cancelled', async () => {
    const { events } = await cancelAfter(100, { stages: [work] });
    const told = events.flatMap((event) =>
      event.type === 'stage' ? [`${event.path} ${event.status}`] : event.type === 'run' ? [event.status] : [],
    );
    expect(told).toEqual(['running', 'work running', 'work cancelled', 'cancelled']);
  });

  it('leaves a run that can be resumed', async () => {
    const stages = [
      { id: 'done', component: 'send', config: { value: 1 } },
      { id: 'work', component: 'slow', config: { ms: 500, value: '{{ stages.done.output }}' } },
    ];
    const { recorded } = await cancelAfter(100, { stages });
    const again = await run({ stages }, { recorded });
    expect(again.outcome).toMatchObject({ status: 'succeeded', result: 1 });
    expect(again.world.of('done')).toEqual([]);
  });
});

describe('a run that is only to end', () => {
  const first = { id: 'first', component: 'send' };
  const tidy = { id: 'tidy', component: 'send' };
  const pipeline = (body: Pipeline['stages']): Pipeline => ({
    stages: [
      { id: 'beside', component: 'send' },
      guard({ try_stages: ['first', 'work'] }),
      first,
      ...body,
      tidy,
      { id: 'after', component: 'send', depends_on: ['guard'] },
    ],
  });
  const ask = { id: 'work', component: 'signal', config: { name: 'go' }, depends_on: ['first'] };

  async function ending(stages: Pipeline, setup: Setup = {}): Promise<[Ran, Ran]> {
    const parked = await run(stages, { signals: async () => 'park', ...setup });
    expect(parked.outcome.status).toBe('waiting');
    return [parked, await run(stages, { ...setup, recorded: parked.recorded, options: { cancelled: true } })];
  }

  it('runs the finally stages of what had begun, and nothing else', async () => {
    const [parked, { outcome, world }] = await ending(pipeline([ask]));
    expect(parked.world.calls.map(({ path }) => path).sort()).toEqual(['beside', 'guard/first']);
    expect(outcome).toMatchObject({ status: 'cancelled', error: { code: 'run_cancelled' } });
    expect(world.calls.map(({ path }) => path)).toEqual(['guard/tidy']);
  });

  it('does so however deep it had come', async () => {
    const child: Pipeline = { name: 'child', ...pipeline([ask]) };
    const each = { id: 'each', component: 'foreach', config: { items: [1, 2], parallel: true, loop_stages: ['call'] } };
    const call = { id: 'call', component: 'subpipeline', config: { pipeline: 'child' } };
    const [, { outcome, world }] = await ending({ stages: [each, call] }, { pipelines: [child] });
    expect(outcome.status).toBe('cancelled');
    expect(world.calls.map(({ path }) => path).sort()).toEqual(['each[0]/call/guard/tidy', 'each[1]/call/guard/tidy']);
  });

  it('runs no finally stages of what had not begun', async () => {
    const { outcome, world } = await run(pipeline([work]), { options: { cancelled: true } });
    expect(outcome.status).toBe('cancelled');
    expect(world.calls).toEqual([]);
  });
});

describe("a run that is somebody else's", () => {
  it('ends at once without finally stages or another record, and says why', async () => {
    const lost = new AbortController();
    const clock = new VirtualClock();
    const reason = new Error('taken over');
    const entries: string[] = [];
    clock.after(100, () => lost.abort(reason));
    const calls: string[] = [];
    const running = run(
      { stages: [guard({}), work, { id: 'tidy', component: 'send' }] },
      {
        clock,
        options: { lost: lost.signal },
        onCall: ({ path }) => calls.push(path),
        journal: { append: (entry) => entries.push(entry.kind), flush: () => undefined },
      },
    );
    await expect(running).rejects.toBe(reason);
    expect(calls).toEqual(['guard/work']);
    expect(entries).toEqual(['start']);
    expect(clock.elapsed).toBe(100);
  });
});
