import { describe, expect, it } from 'vitest';
import { ERROR_TYPES, NEVER_RETRIED, RETRIED_BY_DEFAULT } from '../../src/core/run.ts';
import { run } from './harness.ts';

const plain = { max_attempts: 4, jitter: false };

describe('`retry`', () => {
  it('repeats until an attempt succeeds, and counts the first', async () => {
    const { outcome, stage, world } = await run({
      stages: [
        { id: 'a', component: 'flaky', config: { times: 2, value: 'ok' }, retry: { ...plain, max_attempts: 3 } },
      ],
    });
    expect(outcome).toMatchObject({ status: 'succeeded', result: 'ok' });
    expect(stage('a')?.attempts).toBe(3);
    expect(world.of('a').map((call) => call.attempt)).toEqual([1, 2, 3]);
  });

  it('fails with the last error when the attempts are used up', async () => {
    const { outcome, stage } = await run({
      stages: [{ id: 'a', component: 'boom', config: { type: 'PROVIDER' }, retry: { ...plain, max_attempts: 3 } }],
    });
    expect(outcome.error).toMatchObject({ type: 'PROVIDER', stage: 'a', attempt: 3 });
    expect(stage('a')).toMatchObject({ status: 'failed', attempts: 3 });
  });

  it('does not repeat when nothing is written', async () => {
    const { stage } = await run({ stages: [{ id: 'a', component: 'boom', config: { type: 'CONNECTIVITY' } }] });
    expect(stage('a')?.attempts).toBe(1);
  });

  it('takes the attempts of the component when the stage does not say them', async () => {
    const config = { fails: 9 };
    expect((await run({ stages: [{ id: 'a', component: 'patient', config }] })).stage('a')?.attempts).toBe(3);
    const retry = { delay: '5ms' };
    expect((await run({ stages: [{ id: 'a', component: 'patient', config, retry }] })).stage('a')?.attempts).toBe(3);
    const two = { max_attempts: 2 };
    expect((await run({ stages: [{ id: 'a', component: 'patient', config, retry: two }] })).stage('a')?.attempts).toBe(
      2,
    );
  });

  it.each(ERROR_TYPES)('by default, %s', async (type) => {
    const { stage } = await run({ stages: [{ id: 'a', component: 'boom', config: { type }, retry: plain }] });
    expect(stage('a')?.attempts).toBe(RETRIED_BY_DEFAULT.includes(type) ? 4 : 1);
  });

  it.each(ERROR_TYPES.filter((type) => !NEVER_RETRIED.has(type)))('with `on`, only what it lists: %s', async (type) => {
    const retry = { ...plain, on: ['COMPONENT', 'INTERNAL'] };
    const { stage } = await run({ stages: [{ id: 'a', component: 'boom', config: { type }, retry }] });
    expect(stage('a')?.attempts).toBe(['COMPONENT', 'INTERNAL'].includes(type) ? 4 : 1);
  });

  it('evaluates when once and the config anew per attempt', async () => {
    const { stage, world } = await run({
      stages: [
        {
          id: 'a',
          component: 'flaky',
          when: 'context.attempt == 1',
          config: { times: 2, value: '{{ context.attempt }}' },
          retry: plain,
        },
      ],
    });
    expect(stage('a')).toMatchObject({ status: 'succeeded', attempts: 3 });
    expect(world.seen('a')).toEqual([1, 2, 3]);
  });

  it('shows every attempt the same now() and uuid(): the key is the same, so the request is', async () => {
    const { world } = await run({
      stages: [
        { id: 'a', component: 'flaky', config: { times: 2, value: ['{{ now() }}', '{{ uuid() }}'] }, retry: plain },
      ],
    });
    expect(new Set(world.seen('a').map((value) => JSON.stringify(value))).size).toBe(1);
    expect(new Set(world.of('a').map((call) => call.key)).size).toBe(1);
  });
});

describe('the delay between attempts', () => {
  const starts = async (retry: object, config: object = {}): Promise<number[]> => {
    const { world } = await run({
      stages: [
        { id: 'a', component: 'flaky', config: { times: 9, type: 'RATE_LIMIT', ...config }, retry, timeout: '1h' },
      ],
    });
    return world.of('a').map((call) => call.started);
  };

  it('is 1 s, doubled each time', async () => {
    expect(await starts({ max_attempts: 5, jitter: false })).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
  });

  it('is 30 s at most', async () => {
    const all = await starts({ max_attempts: 8, jitter: false });
    expect(all.map((at, i) => at - (all[i - 1] ?? 0))).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('follows delay, factor and max_delay', async () => {
    const retry = { max_attempts: 5, jitter: false, delay: '100ms', factor: 3, max_delay: '1s' };
    expect(await starts(retry)).toEqual([0, 100, 400, 1_300, 2_300]);
  });

  it('counts from the end of an attempt', async () => {
    const retry = { max_attempts: 3, jitter: false, delay: '1s', factor: 1 };
    expect(await starts(retry, { ms: 500 })).toEqual([0, 1_500, 3_000]);
  });

  it('is spread by jitter, never beyond what it would be without', async () => {
    const delays = await Promise.all(
      [0, 0.5, 0.999].map(async (fraction) => {
        const { world } = await run(
          { stages: [{ id: 'a', component: 'flaky', config: { times: 1 }, retry: { max_attempts: 2, delay: '10s' } }] },
          { fraction },
        );
        return world.of('a')[1]?.started ?? Number.NaN;
      }),
    );
    for (const delay of delays) expect(delay).toBeLessThanOrEqual(10_000);
    expect(new Set(delays).size).toBe(3);
  });

  it('honours Retry-After, also with jitter', async () => {
    for (const jitter of [false, true]) {
      const [, second] = await starts({ max_attempts: 2, jitter }, { retry_after: 20_000 });
      expect(second).toBeGreaterThanOrEqual(20_000);
      expect(second).toBeLessThanOrEqual(30_000);
    }
  });

  it('honours Retry-After up to max_delay exactly', async () => {
    const [, second] = await starts({ max_attempts: 2, jitter: false, max_delay: '20s' }, { retry_after: 20_000 });
    expect(second).toBe(20_000);
  });

  it('ends the retrying when Retry-After is beyond max_delay', async () => {
    const { stage, clock, outcome } = await run({
      stages: [{ id: 'a', component: 'boom', config: { type: 'RATE_LIMIT', retry_after: 30_001 }, retry: plain }],
    });
    expect(stage('a')?.attempts).toBe(1);
    expect(clock.elapsed).toBe(0);
    expect(outcome.error?.type).toBe('RATE_LIMIT');
  });

  it('is told as an event with the error, masked', async () => {
    const { events } = await run(
      { stages: [{ id: 'a', component: 'flaky', config: { times: 1, message: 'got sk-123456' }, retry: plain }] },
      { masked: ['sk-123456'] },
    );
    expect(events.filter((event) => event.type === 'retry')).toEqual([
      {
        type: 'retry',
        at: expect.any(Number),
        id: 'a',
        path: 'a',
        attempt: expect.any(Number),
        max_attempts: 4,
        delay_ms: 1_000,
        error: expect.objectContaining({ type: 'CONNECTIVITY', message: 'got ***' }),
      },
    ]);
  });

  it('ends at once when the run is cancelled', async () => {
    const controller = new AbortController();
    const { outcome, clock, world } = await run(
      {
        stages: [
          {
            id: 'a',
            component: 'boom',
            config: { type: 'PROVIDER' },
            retry: { max_attempts: 2, delay: '20s', jitter: false },
          },
        ],
      },
      { signal: controller.signal, onEvent: (event) => event.type === 'retry' && controller.abort() },
    );
    expect(outcome.status).toBe('cancelled');
    expect(clock.elapsed).toBe(0);
    expect(world.calls).toHaveLength(1);
  });
});

describe('what is never retried', () => {
  it('a config that does not fit', async () => {
    const { stage, outcome } = await run(
      { stages: [{ id: 'a', component: 'strict', config: { size: '{{ input.n }}' }, retry: plain }] },
      { input: { n: 10 } },
    );
    expect(stage('a')?.attempts).toBeLessThanOrEqual(1);
    expect(outcome.error?.type).toBe('VALIDATION');
  });

  it('an expression that fails', async () => {
    const { outcome, clock } = await run({
      stages: [{ id: 'a', component: 'echo', config: { value: '{{ 1 / 0 }}' }, retry: plain }],
    });
    expect(outcome.error?.type).toBe('EXPRESSION');
    expect(clock.elapsed).toBe(0);
  });

  it('an output that is too large', async () => {
    const { outcome, world } = await run(
      { stages: [{ id: 'a', component: 'echo', config: { value: '{{ input.text }}' }, retry: plain }] },
      { input: { text: 'x'.repeat(2_000) }, limits: { output_bytes: 1_000 } },
    );
    expect(outcome.error?.type).toBe('QUOTA');
    expect(world.calls).toHaveLength(1);
  });
});
