import { describe, expect, it } from 'vitest';
import { run } from './harness.ts';

describe('a failure', () => {
  it('starts no new stage and cancels those that run', async () => {
    const { outcome, status, world, clock } = await run({
      stages: [
        { id: 'bad', component: 'boom', config: { ms: 100 } },
        { id: 'quick', component: 'slow', config: { ms: 50 } },
        { id: 'long', component: 'slow', config: { ms: 5_000 } },
        { id: 'after-bad', component: 'echo', depends_on: ['bad'] },
        { id: 'after-quick', component: 'slow', config: { ms: 5_000 }, depends_on: ['quick'] },
        { id: 'after-long', component: 'echo', depends_on: ['long'] },
      ],
    });
    expect(outcome).toMatchObject({ status: 'failed', result: null, error: { type: 'COMPONENT', stage: 'bad' } });
    expect(['bad', 'quick', 'long', 'after-quick'].map(status)).toEqual([
      'failed',
      'succeeded',
      'cancelled',
      'cancelled',
    ]);
    expect(world.of('long')).toMatchObject([{ end: 'aborted', ended: 100 }]);
    expect(world.of('after-quick')).toMatchObject([{ end: 'aborted', ended: 100 }]);
    expect([...world.of('after-bad'), ...world.of('after-long')]).toEqual([]);
    expect(clock.elapsed).toBe(100);
  });

  it('leaves stages that never started without an end', async () => {
    const { status, end } = await run({
      stages: [
        { id: 'bad', component: 'boom' },
        { id: 'after', component: 'echo', depends_on: ['bad'] },
      ],
    });
    expect(['pending', 'cancelled']).toContain(status('after'));
    expect(end('after')?.status ?? 'cancelled').toBe('cancelled');
  });

  it('is the first one when several stages fail', async () => {
    const { outcome } = await run({
      stages: [
        { id: 'second', component: 'boom', config: { ms: 20, message: 'second' } },
        { id: 'first', component: 'boom', config: { ms: 10, message: 'first' } },
      ],
    });
    expect(outcome.error).toMatchObject({ stage: 'first', message: 'first' });
  });

  it('is not replaced by what cancelled stages throw', async () => {
    const { outcome } = await run({
      stages: [
        { id: 'bad', component: 'boom', config: { ms: 10, message: 'the reason' } },
        { id: 'long', component: 'slow', config: { ms: 1_000 } },
      ],
    });
    expect(outcome.error?.message).toBe('the reason');
  });

  it('does not wait for ever for a stage that does not heed its signal', async () => {
    const { outcome, status } = await run({
      stages: [
        { id: 'bad', component: 'boom', config: { ms: 10 } },
        { id: 'deaf', component: 'deaf', timeout: '7d' },
      ],
    });
    expect(outcome.status).toBe('failed');
    expect(status('deaf')).toBe('cancelled');
  });

  it('shows the input that failed, masked, in its event', async () => {
    const { events } = await run(
      { stages: [{ id: 'bad', component: 'boom', config: { value: ['a', 'is sk-123456'] } }] },
      { masked: ['sk-123456'] },
    );
    const failed = events.find((event) => event.type === 'stage' && event.status === 'failed');
    expect(failed).toMatchObject({ path: 'bad', input: { value: ['a', 'is ***'] }, error: { type: 'COMPONENT' } });
  });
});

describe('the error', () => {
  it('has type, code, message, stage, path, attempt and details', async () => {
    const { outcome, end } = await run({
      stages: [
        {
          id: 'bad',
          component: 'boom',
          config: { type: 'COMPONENT', code: 'http_status', message: 'no', details: { status: 418, body: 'teapot' } },
        },
      ],
    });
    const error = {
      type: 'COMPONENT',
      code: 'http_status',
      message: 'no',
      stage: 'bad',
      path: 'bad',
      attempt: 1,
      details: { status: 418, body: 'teapot' },
    };
    expect(outcome.error).toEqual(error);
    expect(end('bad')?.error).toEqual(error);
  });

  it('of a nested stage has its id and its whole path', async () => {
    const { outcome } = await run({
      stages: [
        { id: 'orders', component: 'foreach', config: { items: [1, 2], loop_stages: ['lines'] } },
        { id: 'lines', component: 'foreach', config: { items: [1, 2], loop_stages: ['pay'] } },
        { id: 'pay', component: 'boom' },
      ],
    });
    expect(outcome.error).toMatchObject({ type: 'COMPONENT', stage: 'pay', path: 'orders[0]/lines[0]/pay' });
  });

  it.each(['error', 'text', 'nothing'])('of a component that throws %s says so, and is never raw', async (what) => {
    const { outcome } = await run({ stages: [{ id: 'bad', component: 'careless', config: { what } }] });
    expect(outcome).toMatchObject({ status: 'failed', error: { stage: 'bad', path: 'bad', code: expect.any(String) } });
    expect(['COMPONENT', 'INTERNAL']).toContain(outcome.error?.type);
    expect(outcome.error?.message).not.toBe('');
    if (what === 'error') expect(outcome.error?.message).toContain('x is not a function');
    if (what === 'text') expect(outcome.error?.message).toContain('just text');
  });

  it.each(['nan', 'function', 'bigint', 'cycle', 'deep'])(
    'of a component that answers %s is a failure, not a crash',
    async (what) => {
      const { outcome } = await run({ stages: [{ id: 'bad', component: 'odd', config: { what } }] });
      expect(outcome).toMatchObject({ status: 'failed', error: { stage: 'bad' } });
    },
  );

  it('is none for what JSON can say: undefined is left out, dates are text', async () => {
    const stages = [{ id: 'a', component: 'odd', config: { what: '{{ input.what }}' } }];
    expect((await run({ stages }, { input: { what: 'undefined' } })).outcome.result).toEqual({ kept: 1 });
    expect((await run({ stages }, { input: { what: 'date' } })).outcome.result).toBe('1970-01-01T00:00:00.000Z');
  });

  it('of a config that does not fit names the key', async () => {
    const { outcome, world } = await run(
      { stages: [{ id: 'a', component: 'strict', config: { size: '{{ input.n }}' } }] },
      { input: { n: 10 } },
    );
    expect(outcome.error).toMatchObject({ type: 'VALIDATION', stage: 'a' });
    expect(outcome.error?.message).toContain('size');
    expect(world.calls).toEqual([]);
  });

  it('of an expression says where it was', async () => {
    const { outcome } = await run({
      stages: [{ id: 'a', component: 'echo', config: { value: { x: ['{{ input.customer.name }}'] } } }],
    });
    expect(outcome.error).toMatchObject({ type: 'EXPRESSION', stage: 'a', code: 'missing_field' });
    expect(outcome.error?.message).toContain('customer');
  });
});

describe('limits while running', () => {
  it('an output beyond its limit is QUOTA', async () => {
    const { outcome } = await run(
      { stages: [{ id: 'a', component: 'echo', config: { value: '{{ [input.text, input.text] }}' } }] },
      { input: { text: 'x'.repeat(600) }, limits: { output_bytes: 1_000 } },
    );
    expect(outcome.error).toMatchObject({ type: 'QUOTA', stage: 'a' });
  });

  it('an output of a control stage counts too', async () => {
    const { outcome } = await run(
      {
        stages: [
          { id: 'each', component: 'foreach', config: { items: [1, 2, 3], loop_stages: ['a'] } },
          { id: 'a', component: 'echo', config: { value: '{{ input.text }}' } },
        ],
      },
      { input: { text: 'x'.repeat(400) }, limits: { output_bytes: 1_000 } },
    );
    expect(outcome.error).toMatchObject({ type: 'QUOTA', stage: 'each' });
  });

  it('an input beyond its limit runs nothing', async () => {
    const { outcome, world } = await run(
      { stages: [{ id: 'a', component: 'echo' }] },
      { input: { text: 'x'.repeat(2_000) }, limits: { input_bytes: 1_000 } },
    );
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'QUOTA' } });
    expect(world.calls).toEqual([]);
  });

  it('more items than a foreach may have are QUOTA before the first one', async () => {
    const stages = [
      { id: 'each', component: 'foreach', config: { items: '{{ input.items }}', loop_stages: ['a'] } },
      { id: 'a', component: 'echo' },
    ];
    const limits = { foreach_items: 3 };
    const over = await run({ stages }, { input: { items: [1, 2, 3, 4] }, limits });
    expect(over.outcome.error).toMatchObject({ type: 'QUOTA', stage: 'each' });
    expect(over.world.calls).toEqual([]);
    expect((await run({ stages }, { input: { items: [1, 2, 3] }, limits })).outcome.status).toBe('succeeded');
  });

  it('child pipelines deeper than their limit are QUOTA', async () => {
    const child = (name: string, pipeline: string) => ({
      name,
      stages: [{ id: 'call', component: 'subpipeline', config: { pipeline } }],
    });
    const leaf = { name: 'leaf', stages: [{ id: 'a', component: 'echo', config: { value: 1 } }] };
    const pipelines = [child('one', 'two'), child('two', 'leaf'), leaf];
    const start = child('start', 'one');
    expect((await run(start, { pipelines, limits: { subpipeline_depth: 3 } })).outcome.status).toBe('succeeded');
    const over = await run(start, { pipelines, limits: { subpipeline_depth: 2 } });
    expect(over.outcome.error?.type).toBe('QUOTA');
    expect(over.world.calls).toEqual([]);
  });

  it('a pipeline that calls itself ends with QUOTA', async () => {
    const again = { name: 'again', stages: [{ id: 'call', component: 'subpipeline', config: { pipeline: 'again' } }] };
    const { outcome } = await run(again, { pipelines: [again] });
    expect(outcome.error?.type).toBe('QUOTA');
  });
});
