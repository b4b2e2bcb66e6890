import { describe, expect, it } from 'vitest';
import { run } from './harness.ts';

describe('the timeout of a stage', () => {
  it('ends an attempt with TIMEOUT, whether the component listens or not', async () => {
    for (const component of ['slow', 'deaf']) {
      const config = component === 'slow' ? { ms: 10_000 } : {};
      const { outcome, clock, stage } = await run({ stages: [{ id: 'a', component, config, timeout: '2s' }] });
      expect(outcome).toMatchObject({
        status: 'failed',
        error: { type: 'TIMEOUT', stage: 'a', path: 'a', attempt: 1 },
      });
      expect(stage('a')).toMatchObject({ status: 'failed', duration_ms: 2_000 });
      expect(clock.elapsed).toBe(2_000);
    }
  });

  it('reaches the component through its abort signal', async () => {
    const { world } = await run({ stages: [{ id: 'a', component: 'slow', config: { ms: 10_000 }, timeout: 2 }] });
    expect(world.of('a')).toMatchObject([{ end: 'aborted', ended: 2_000 }]);
  });

  it('is 30 s when nothing is written', async () => {
    const { clock } = await run({ stages: [{ id: 'a', component: 'deaf' }] });
    expect(clock.elapsed).toBe(30_000);
  });

  it('is what the component says when the stage says nothing', async () => {
    const { outcome, clock } = await run({
      stages: [{ id: 'a', component: 'patient', config: { ms: 5_000 }, retry: { max_attempts: 1 } }],
    });
    expect(outcome.error?.type).toBe('TIMEOUT');
    expect(clock.elapsed).toBe(1_000);
  });

  it('holds per attempt', async () => {
    const { world, clock } = await run({
      stages: [
        {
          id: 'a',
          component: 'deaf',
          timeout: '2s',
          retry: { max_attempts: 3, delay: '1s', factor: 1, jitter: false },
        },
      ],
    });
    expect(world.of('a').map((call) => call.started)).toEqual([0, 3_000, 6_000]);
    expect(clock.elapsed).toBe(8_000);
  });

  it('does not begin before the stage has a slot', async () => {
    const stages = ['a', 'b', 'c'].map((id) => ({ id, component: 'slow', config: { ms: 1_500 }, timeout: '2s' }));
    expect((await run({ max_parallel: 1, stages })).outcome.status).toBe('succeeded');
  });

  it('is none for control stages and delay', async () => {
    const { outcome, clock } = await run({
      stages: [
        { id: 'each', component: 'foreach', config: { items: [1, 2, 3], loop_stages: ['work'] } },
        { id: 'work', component: 'slow', config: { ms: 25_000 } },
        { id: 'wait', component: 'delay', config: { duration: '2h' } },
      ],
    });
    expect(outcome.status).toBe('succeeded');
    expect(clock.elapsed).toBe(7_200_000);
  });

  it('ends a control stage that has one, its body is cancelled and finally runs', async () => {
    const { outcome, world, clock } = await run({
      stages: [
        {
          id: 'guard',
          component: 'trycatch',
          timeout: '2s',
          config: { try_stages: ['work'], finally_stages: ['tidy'] },
        },
        { id: 'work', component: 'slow', config: { ms: 25_000 } },
        { id: 'tidy', component: 'slow', config: { ms: 100 } },
      ],
    });
    expect(outcome.error).toMatchObject({ type: 'TIMEOUT', stage: 'guard' });
    expect(world.of('work')).toMatchObject([{ end: 'aborted', ended: 2_000 }]);
    expect(world.of('tidy')).toMatchObject([{ end: 'answered' }]);
    expect(clock.elapsed).toBe(2_100);
  });
});

describe('the timeout of a run', () => {
  it('ends it with TIMEOUT and cancels what runs', async () => {
    const { outcome, world, clock, status } = await run({
      timeout: '5s',
      stages: [
        { id: 'a', component: 'slow', config: { ms: 4_000 } },
        { id: 'b', component: 'slow', config: { ms: 4_000 }, depends_on: ['a'] },
        { id: 'c', component: 'echo', depends_on: ['b'] },
      ],
    });
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'TIMEOUT' } });
    expect([status('a'), status('b')]).toEqual(['succeeded', 'cancelled']);
    expect(world.of('b')).toMatchObject([{ end: 'aborted', ended: 5_000 }]);
    expect(world.of('c')).toEqual([]);
    expect(clock.elapsed).toBe(5_000);
  });

  it('counts waits', async () => {
    const { outcome, clock } = await run({
      timeout: '1m',
      stages: [{ id: 'wait', component: 'delay', config: { duration: '1h' } }],
    });
    expect(outcome.error?.type).toBe('TIMEOUT');
    expect(clock.elapsed).toBe(60_000);
  });

  it('lets finally run', async () => {
    const { world } = await run({
      timeout: '5s',
      stages: [
        { id: 'guard', component: 'trycatch', config: { try_stages: ['work'], finally_stages: ['tidy'] } },
        { id: 'work', component: 'slow', config: { ms: 25_000 } },
        { id: 'tidy', component: 'echo' },
      ],
    });
    expect(world.of('tidy')).toHaveLength(1);
  });

  it('is seen by no catch and no on_error', async () => {
    const { outcome, world } = await run({
      timeout: '5s',
      stages: [
        {
          id: 'guard',
          component: 'trycatch',
          config: { try_stages: ['work'], catch_stages: ['rescue'] },
          on_error: 'continue',
        },
        { id: 'work', component: 'slow', config: { ms: 25_000 }, on_error: 'continue' },
        { id: 'rescue', component: 'echo' },
      ],
    });
    expect(outcome.error?.type).toBe('TIMEOUT');
    expect(world.of('rescue')).toEqual([]);
  });

  it('is what the host says when it says something', async () => {
    const { clock } = await run(
      { timeout: '5s', stages: [{ id: 'a', component: 'slow', config: { ms: 20_000 } }] },
      { options: { timeout: 1_000 } },
    );
    expect(clock.elapsed).toBe(1_000);
  });

  it('counts from the first start when the run is resumed', async () => {
    const { outcome, clock, world } = await run(
      { timeout: '10s', stages: [{ id: 'a', component: 'slow', config: { ms: 20_000 } }] },
      { options: { startedAt: Date.UTC(2026, 0, 5, 12) - 7_000 } },
    );
    expect(outcome.error?.type).toBe('TIMEOUT');
    expect(clock.elapsed).toBe(3_000);
    expect(world.of('a')).toHaveLength(1);
  });

  it('does not end a run that is over', async () => {
    const { outcome } = await run({ timeout: '5s', stages: [{ id: 'a', component: 'slow', config: { ms: 4_999 } }] });
    expect(outcome.status).toBe('succeeded');
  });
});
