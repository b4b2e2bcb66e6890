import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import type { SignalRequest, SignalSource } from '../../src/core/ports.ts';
import { run } from './harness.ts';
import { VirtualClock } from './virtual-clock.ts';

const HOUR = 3_600_000;
const delay = (config: object): StageDefinition => ({
  id: 'wait',
  component: 'delay',
  config: config as { duration: string },
});
const after: StageDefinition = { id: 'after', component: 'echo', depends_on: ['wait'], config: { value: 'after' } };

describe('delay', () => {
  it('waits for its duration', async () => {
    const { world, outcome, status } = await run({ stages: [delay({ duration: '1h' }), after] });
    expect(world.of('after')[0]?.started).toBe(HOUR);
    expect(status('wait')).toBe('succeeded');
    expect(outcome.result).toBe('after');
  });

  it('takes a duration from a template, in seconds or with a unit', async () => {
    for (const [d, ms] of [
      [90, 90_000],
      ['250ms', 250],
    ]) {
      const { clock } = await run({ stages: [delay({ duration: '{{ input.d }}' })] }, { input: { d: d as Json } });
      expect(clock.elapsed).toBe(ms);
    }
  });

  it('waits for a moment', async () => {
    const { clock } = await run({ stages: [delay({ at: '2026-01-05T13:30:00Z' })] });
    expect(clock.elapsed).toBe(1.5 * HOUR);
  });

  it('does not wait for a moment that is past', async () => {
    const { clock, status } = await run({ stages: [delay({ at: '2020-01-01T00:00:00Z' })] });
    expect([clock.elapsed, status('wait')]).toEqual([0, 'succeeded']);
  });

  it.each([{ duration: '{{ input.bad }}' }, { at: '{{ input.bad }}' }])(
    'refuses %j when it is none',
    async (config) => {
      const { outcome } = await run({ stages: [delay(config)] }, { input: { bad: 'tomorrow' } });
      expect(outcome.error).toMatchObject({ type: 'VALIDATION', stage: 'wait' });
    },
  );

  it('lasts longer than a timer can', async () => {
    const { clock, outcome } = await run({ stages: [delay({ duration: '60d' })] });
    expect(outcome.status).toBe('succeeded');
    expect(clock.elapsed).toBe(60 * 24 * HOUR);
  });

  it('is told as waiting, until when', async () => {
    const { events, clock } = await run({ stages: [delay({ duration: '1h' })] });
    expect(events).toContainEqual(
      expect.objectContaining({ path: 'wait', status: 'waiting', waiting: { until: clock.start + HOUR } }),
    );
  });
});

describe('a delay that lasts longer than the host wants to hold', () => {
  const options = { parkAfter: 60_000 };

  it('parks the run, with when to go on', async () => {
    const { outcome, status, clock } = await run({ stages: [delay({ duration: '1h' }), after] }, { options });
    expect(outcome).toMatchObject({ status: 'waiting', result: null, error: null });
    expect(outcome.waiting).toEqual([expect.objectContaining({ path: 'wait', until: clock.start + HOUR })]);
    expect([status('wait'), status('after')]).toEqual(['waiting', 'pending']);
  });

  it('lets everything else run first', async () => {
    const { outcome, status } = await run(
      {
        stages: [
          delay({ duration: '1h' }),
          { id: 'a', component: 'slow', config: { ms: 20_000 } },
          { id: 'b', component: 'slow', config: { ms: 20_000 }, depends_on: ['a'] },
        ],
      },
      { options },
    );
    expect(outcome.status).toBe('waiting');
    expect([status('a'), status('b')]).toEqual(['succeeded', 'succeeded']);
  });

  it('does not park when it ends soon', async () => {
    const { outcome, clock } = await run({ stages: [delay({ duration: '1m' }), after] }, { options });
    expect(outcome.status).toBe('succeeded');
    expect(clock.elapsed).toBe(60_000);
  });

  it('goes on when it is resumed after its time', async () => {
    const stages = [delay({ duration: '1h' }), after];
    const first = await run({ stages }, { options });
    const clock = new VirtualClock(first.clock.start + 2 * HOUR);
    const again = await run({ stages }, { options, clock, recorded: first.recorded });
    expect(again.outcome).toMatchObject({ status: 'succeeded', result: 'after' });
    expect(clock.elapsed).toBe(0);
  });

  it('parks again when it is resumed too early, until the same moment', async () => {
    const stages = [delay({ duration: '1h' }), after];
    const first = await run({ stages }, { options });
    const clock = new VirtualClock(first.clock.start + HOUR / 2);
    const again = await run({ stages }, { options, clock, recorded: first.recorded });
    expect(again.outcome.waiting).toEqual(first.outcome.waiting);
  });

  it('fails instead when another stage fails', async () => {
    const { outcome } = await run(
      { stages: [delay({ duration: '1h' }), { id: 'bad', component: 'boom', config: { ms: 100 } }] },
      { options },
    );
    expect(outcome).toMatchObject({ status: 'failed', error: { stage: 'bad' } });
  });

  it('parks from inside bodies, and goes on there', async () => {
    const stages: StageDefinition[] = [
      { id: 'each', component: 'foreach', config: { items: ['x', 'y'], parallel: true, loop_stages: ['guard'] } },
      {
        id: 'guard',
        component: 'trycatch',
        config: { try_stages: ['before', 'wait', 'work'], finally_stages: ['tidy'] },
      },
      { id: 'before', component: 'send' },
      { ...delay({ duration: '1h' }), depends_on: ['before'] },
      { id: 'work', component: 'echo', depends_on: ['wait'], config: { value: '{{ context.item }}' } },
      { id: 'tidy', component: 'send' },
    ];
    const first = await run({ stages }, { options });
    expect(first.outcome.status).toBe('waiting');
    expect(first.outcome.waiting?.map(({ path }) => path).sort()).toEqual(['each[0]/guard/wait', 'each[1]/guard/wait']);
    expect([first.status('each'), first.status('each[0]/guard')]).not.toContain('cancelled');
    expect(first.world.of('tidy')).toEqual([]);
    const clock = new VirtualClock(first.clock.start + 2 * HOUR);
    const again = await run({ stages }, { options, clock, recorded: first.recorded });
    expect(again.outcome.status).toBe('succeeded');
    expect(again.world.of('before')).toEqual([]);
    expect(again.world.of('tidy')).toHaveLength(2);
    expect(again.outcome.result).toMatchObject({ results: [{ result: 'x' }, { result: 'y' }] });
  });
});

describe('signal', () => {
  const ask = (config: object = {}, extra: Partial<StageDefinition> = {}): StageDefinition => ({
    id: 'ask',
    component: 'signal',
    config: { name: 'approval', ...config },
    ...extra,
  });
  const answering =
    (data: Json, requests: SignalRequest[] = []): SignalSource =>
    async (request) => {
      requests.push(request);
      return { data };
    };

  it('ends the execution and not the run when the host could not ask, whatever the pipeline would make of a failure', async () => {
    const away = new Error('the database is away');
    const stages: StageDefinition[] = [
      { id: 'try', component: 'trycatch', config: { try_stages: ['ask'], catch_stages: ['caught'] } },
      ask({}, { on_error: 'continue' }),
      { id: 'caught', component: 'echo', config: { value: 'caught' } },
    ];
    await expect(run({ stages }, { signals: () => Promise.reject(away) })).rejects.toBe(away);
  });

  it('gives the data that was sent', async () => {
    const requests: SignalRequest[] = [];
    const { outcome } = await run(
      { stages: [ask({ message: 'Deploy {{ input.v }}?' })] },
      { input: { v: 3 }, signals: answering({ approved: true }, requests) },
    );
    expect(outcome.result).toEqual({ approved: true });
    expect(requests).toEqual([
      expect.objectContaining({ run_id: 'r1', path: 'ask', name: 'approval', message: 'Deploy 3?' }),
    ]);
  });

  it('tells whoever asks whether the data fits', async () => {
    const requests: SignalRequest[] = [];
    const schema = { type: 'object', required: ['approved'], properties: { approved: { type: 'boolean' } } };
    await run({ stages: [ask({ schema })] }, { signals: answering({ approved: true }, requests) });
    expect(requests[0]?.check({ approved: false })).toBeUndefined();
    expect(requests[0]?.check({ approved: 'yes' })).toMatch(/approved/);
    expect(requests[0]?.check(null)).toEqual(expect.any(String));
  });

  it('takes anything when there is no schema', async () => {
    const requests: SignalRequest[] = [];
    await run({ stages: [ask()] }, { signals: answering(1, requests) });
    for (const data of [null, 0, 'x', [1], {}]) expect(requests[0]?.check(data)).toBeUndefined();
  });

  it('lets no data through that does not fit', async () => {
    const { output } = await run(
      { stages: [ask({ schema: { type: 'string' } }, { timeout: '1m', on_error: 'continue' })] },
      { signals: answering(5) },
    );
    expect(output('ask')).not.toBe(5);
  });

  it('takes data that comes late, as long as there is time', async () => {
    const clock = new VirtualClock();
    const signals: SignalSource = () => new Promise((resolve) => clock.after(50_000, () => resolve({ data: 'late' })));
    const { outcome } = await run({ stages: [ask({}, { timeout: '1m' })] }, { clock, signals });
    expect(outcome.result).toBe('late');
  });

  it('is TIMEOUT when none comes in time, and stops asking', async () => {
    const requests: SignalRequest[] = [];
    const { outcome, clock } = await run(
      { stages: [ask({}, { timeout: '1h' })] },
      {
        signals: (request) => {
          requests.push(request);
          return new Promise(() => {});
        },
      },
    );
    expect(outcome.error).toMatchObject({ type: 'TIMEOUT', stage: 'ask' });
    expect(clock.elapsed).toBe(HOUR);
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  it('waits without end when no timeout is written', async () => {
    const clock = new VirtualClock();
    const signals: SignalSource = () => new Promise((resolve) => clock.after(100 * HOUR, () => resolve({ data: 1 })));
    expect((await run({ stages: [ask()] }, { clock, signals })).outcome.result).toBe(1);
  });

  it('is told as waiting, for what', async () => {
    const { events, clock } = await run({ stages: [ask({}, { timeout: '1h' })] }, { signals: answering(1) });
    expect(events).toContainEqual(
      expect.objectContaining({
        path: 'ask',
        status: 'waiting',
        waiting: { signal: 'approval', until: clock.start + HOUR },
      }),
    );
  });

  it('masks what was sent', async () => {
    const { outcome } = await run({ stages: [ask()] }, { signals: answering('sk-123456'), masked: ['sk-123456'] });
    expect(outcome.result).toBe('***');
  });

  it('asks once per iteration, at its path', async () => {
    const requests: SignalRequest[] = [];
    await run(
      { stages: [{ id: 'each', component: 'foreach', config: { items: [1, 2], loop_stages: ['ask'] } }, ask()] },
      { signals: answering(1, requests) },
    );
    expect(requests.map(({ path }) => path)).toEqual(['each[0]/ask', 'each[1]/ask']);
  });
});

describe('a signal that nobody can answer now', () => {
  const ask: StageDefinition = { id: 'ask', component: 'signal', config: { name: 'ok' }, timeout: '1h' };
  const stages: StageDefinition[] = [
    { id: 'before', component: 'send', config: { value: 1 } },
    {
      id: 'ask',
      component: 'signal',
      config: { name: 'ok', message: 'Go on?' },
      depends_on: ['before'],
      timeout: '1h',
    },
    { id: 'after', component: 'echo', config: { value: '{{ stages.ask.output }}' } },
  ];
  const park: SignalSource = async () => 'park';

  it('parks the run and says what it waits for', async () => {
    const { outcome, status, clock, events } = await run({ stages }, { signals: park });
    expect(outcome).toMatchObject({ status: 'waiting', result: null, error: null });
    expect(outcome.waiting).toEqual([{ path: 'ask', signal: 'ok', message: 'Go on?', until: clock.start + HOUR }]);
    expect(['before', 'ask', 'after'].map(status)).toEqual(['succeeded', 'waiting', 'pending']);
    expect(events.findLast((event) => event.type === 'run')).toMatchObject({ status: 'waiting' });
  });

  it('lets everything else run first', async () => {
    const { status, outcome } = await run(
      { stages: [...stages, { id: 'side', component: 'slow', config: { ms: 20_000 } }] },
      { signals: park },
    );
    expect(outcome.status).toBe('waiting');
    expect(status('side')).toBe('succeeded');
  });

  it('goes on when the run is resumed and it is answered', async () => {
    const first = await run({ stages }, { signals: park });
    const again = await run({ stages }, { recorded: first.recorded, signals: async () => ({ data: 'yes' }) });
    expect(again.outcome).toMatchObject({ status: 'succeeded', result: 'yes' });
    expect(again.world.calls.map((call) => call.path)).toEqual(['after']);
  });

  it('keeps its deadline when the run is resumed', async () => {
    const first = await run({ stages }, { signals: park });
    const clock = new VirtualClock(first.clock.start + HOUR - 1_000);
    const again = await run({ stages }, { recorded: first.recorded, clock, signals: () => new Promise(() => {}) });
    expect(again.outcome.error).toMatchObject({ type: 'TIMEOUT', stage: 'ask' });
    expect(clock.elapsed).toBe(1_000);
  });

  it('is TIMEOUT when the run is resumed after its deadline', async () => {
    const first = await run({ stages }, { signals: park });
    const clock = new VirtualClock(first.clock.start + HOUR + 1);
    const again = await run({ stages }, { recorded: first.recorded, clock, signals: park });
    expect(again.outcome.error).toMatchObject({ type: 'TIMEOUT', stage: 'ask' });
  });

  it('parks with every wait there is, and goes on with those that are answered', async () => {
    const two: StageDefinition[] = [
      { id: 'one', component: 'signal', config: { name: 'one' } },
      { id: 'two', component: 'signal', config: { name: 'two' } },
      { id: 'after-one', component: 'echo', depends_on: ['one'] },
    ];
    const first = await run({ stages: two }, { signals: park });
    expect(first.outcome.waiting?.map(({ path }) => path)).toEqual(['one', 'two']);
    const again = await run(
      { stages: two },
      { recorded: first.recorded, signals: async ({ name }) => (name === 'one' ? { data: 1 } : 'park') },
    );
    expect(again.outcome.status).toBe('waiting');
    expect(again.status('after-one')).toBe('succeeded');
    expect(again.outcome.waiting?.map(({ path }) => path)).toEqual(['two']);
  });

  it('is cancelled like any stage when its iteration fails', async () => {
    const { status, outcome } = await run(
      {
        stages: [
          {
            id: 'each',
            component: 'foreach',
            config: { items: [0, 1], parallel: true, break_on_error: false, loop_stages: ['ask', 'risky'] },
          },
          { id: 'ask', component: 'signal', config: { name: 'ok' } },
          { id: 'risky', component: 'flaky', config: { ms: 100, times: '{{ context.item }}' } },
        ],
      },
      { signals: park },
    );
    expect([outcome.status, outcome.waiting?.map(({ path }) => path)]).toEqual(['waiting', ['each[0]/ask']]);
    expect([status('each[0]/ask'), status('each[1]/ask')]).toEqual(['waiting', 'cancelled']);
  });

  it('wakes no later than the run may last', async () => {
    const timeout = '10s';
    const asking = await run({ timeout, stages: [ask] }, { signals: park });
    expect(asking.outcome.waiting).toEqual([expect.objectContaining({ until: asking.clock.start + 10_000 })]);
    const delaying = await run({ timeout, stages: [delay({ duration: '1h' })] }, { options: { parkAfter: 1_000 } });
    expect(delaying.outcome.waiting).toEqual([expect.objectContaining({ until: delaying.clock.start + 10_000 })]);
  });

  it('does not hold a slot nor block a sequential foreach from being told as waiting', async () => {
    const { outcome } = await run(
      {
        max_parallel: 1,
        stages: [
          { id: 'each', component: 'foreach', config: { items: [1, 2], loop_stages: ['ask'] } },
          { id: 'ask', component: 'signal', config: { name: 'ok' } },
        ],
      },
      { signals: park },
    );
    expect(outcome.status).toBe('waiting');
    expect(outcome.waiting?.map(({ path }) => path)).toEqual(['each[0]/ask']);
  });
});
