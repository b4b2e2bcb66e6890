import { setTimeout as really } from 'node:timers/promises';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { defineComponent } from '../../src/executor/component.ts';
import { http, type Pipeline, run, value } from './harness.ts';

/** A component that really works for a while, or waits on its own clock. */
const worker = defineComponent({
  name: 'worker',
  version: '1.0.0',
  summary: 'Works.',
  effects: false,
  config: v.strictObject({
    really: v.optional(v.number()),
    waits: v.optional(v.number()),
    hangs: v.optional(v.boolean()),
  }),
  output: v.strictObject({ took: v.number() }),
  async run(config, { clock, signal }) {
    const start = clock.now();
    if (config.really !== undefined) await really(config.really);
    if (config.waits !== undefined) await new Promise<void>((resolve) => clock.after(config.waits ?? 0, resolve));
    if (config.hangs) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return { took: clock.now() - start };
  },
});

function work(config: object, more: object = {}): Pipeline {
  return {
    stages: [{ id: 'work', component: 'worker', config: { ...config }, ...more }],
    result: '{{ stages.work.output.took }}',
  } as Pipeline;
}

describe('time in a test', () => {
  it('costs nothing: delays, retries, timeouts of years', async () => {
    const pipeline: Pipeline = {
      timeout: '3000d',
      stages: [
        { id: 'pause', component: 'delay', config: { duration: '700d' } },
        http('ask', {
          depends_on: ['pause'],
          retry: { max_attempts: 3, delay: '100d', max_delay: '900d', jitter: false },
        }),
        value('after', '{{ string(now()) }}', { depends_on: ['ask'] }),
      ],
      result: '{{ stages.after.output.result }}',
    };
    const down = { error: { type: 'CONNECTIVITY' } };
    const tests = [
      {
        name: 'test',
        now: '2026-01-01T00:00:00Z',
        mocks: { ask: [down, down, { output: { status: 200 } }] },
        assertions: [{ path: 'output', equals: '2028-09-27T00:00:00Z' }],
      },
    ];
    const { messages, only } = await run({ tests }, { pipeline });
    expect(messages).toEqual([]);
    expect(only.virtual_ms).toBe(1_000 * 86_400_000);
  });

  it('ends a run that takes longer than its timeout', async () => {
    const pipeline: Pipeline = {
      timeout: '1h',
      stages: [{ id: 'pause', component: 'delay', config: { duration: '61m' } }],
    };
    const tests = [{ name: 'test', expectError: { type: 'TIMEOUT', code: 'run_timeout' } }];
    expect((await run({ tests }, { pipeline })).messages).toEqual([]);
  });

  it('stands still while a component really works, and no timeout fires early', async () => {
    const pipeline = work({ really: 60 }, { timeout: '10s' });
    const tests = [{ name: 'test', assertions: [{ path: 'output', equals: 0 }] }];
    expect((await run({ tests }, { pipeline, components: [worker] })).messages).toEqual([]);
  });

  it('meets the timeout of a component that hangs', async () => {
    const tests = [{ name: 'test', expectError: { type: 'TIMEOUT', stage: 'work' } }];
    const ran = await run({ tests }, { pipeline: work({ hangs: true }, { timeout: '50ms' }), components: [worker] });
    expect(ran.messages).toEqual([]);
  });

  it('that a component waits on the clock it is given costs nothing either', async () => {
    const pipeline = work({ really: 1, waits: 86_400_000 }, { timeout: '2d' });
    const tests = [{ name: 'test', assertions: [{ path: 'output', equals: 86_400_000 }] }];
    expect((await run({ tests }, { pipeline, components: [worker] })).messages).toEqual([]);
  });

  it('of a whole test is bounded by its timeout, which is real', async () => {
    const tests = [{ name: 'test', timeout: '30ms' }];
    const { messages, only } = await run(
      { tests },
      { pipeline: work({ hangs: true }, { timeout: '1h' }), components: [worker] },
    );
    expect(messages).toEqual(['The test took longer than 0.03 s; it was at work']);
    expect(only.findings[0]?.kind).toBe('timeout');
  });

  it('is its own in each of the tests that run side by side', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'pause', component: 'delay', config: { duration: '{{ input.wait }}' } },
        value('end', '{{ string(now()) }}', { depends_on: ['pause'] }),
      ],
      result: '{{ stages.end.output.result }}',
    };
    const hours = [1, 5, 23, 7, 2, 11];
    const tests = hours.map((wait) => ({
      name: `${wait} hours`,
      input: { wait: `${wait}h` },
      assertions: [{ path: 'output', equals: `2026-01-01T${String(wait).padStart(2, '0')}:00:00Z` }],
    }));
    expect((await run({ tests }, { pipeline, jobs: 4 })).messages).toEqual([]);
  });
});

describe('a signal', () => {
  const waiting = (more: object = {}): Pipeline =>
    ({
      stages: [
        { id: 'all', component: 'foreach', config: { items: [1, 2], loop_stages: ['wait'] } },
        { id: 'wait', component: 'signal', config: { name: 'go', schema: { type: 'object' } }, ...more },
      ],
      result: '{{ stages.all.output.results }}',
    }) as Pipeline;

  it('takes its data from the test, by name or by path', async () => {
    const tests = [
      { name: 'name', signals: { go: { n: 1 } }, assertions: [{ path: 'output', equals: [{ n: 1 }, { n: 1 }] }] },
      {
        name: 'path',
        signals: { go: { n: 1 }, 'all[1]/wait': { n: 2 } },
        assertions: [{ path: 'output', equals: [{ n: 1 }, { n: 2 }] }],
      },
    ];
    expect((await run({ tests }, { pipeline: waiting() })).messages).toEqual([]);
  });

  it('that gets none times out in no time, and without a timeout says what to give', async () => {
    const timed = await run(
      { tests: [{ name: 'test', expectError: 'TIMEOUT' }] },
      { pipeline: waiting({ timeout: '7d' }) },
    );
    expect(timed.messages).toEqual([]);
    const endless = await run({ tests: [{ name: 'test' }] }, { pipeline: waiting() });
    expect(endless.findings).toMatchObject([
      { message: 'The run waits for the signal go', hint: 'Add the data to the test: "signals": { "go": { … } }' },
    ]);
  });

  it('whose data does not fit keeps waiting', async () => {
    const { messages } = await run({ tests: [{ name: 'test', signals: { go: 3 } }] }, { pipeline: waiting() });
    expect(messages).toEqual([
      expect.stringMatching(/^The run waits for the signal go: its data does not fit: data: /),
    ]);
    const timed = { tests: [{ name: 'test', signals: { go: 3 }, expectError: 'TIMEOUT' }] };
    expect((await run(timed, { pipeline: waiting({ timeout: '2h' }) })).messages).toEqual([]);
  });
});
