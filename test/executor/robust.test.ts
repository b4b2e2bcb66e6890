import { describe, expect, it } from 'vitest';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { compile, run, runPlan } from './harness.ts';
import { MemoryJournal } from './memory-journal.ts';
import { VirtualClock } from './virtual-clock.ts';

const slow = (id: string, ms: number): StageDefinition => ({ id, component: 'slow', config: { ms }, timeout: '7d' });

describe('a stage that waits for a slot', () => {
  const stages = [
    { id: 'bad', component: 'boom', config: { ms: 100 } },
    { id: 'next', component: 'send' },
  ];

  it('does not start when the run fails meanwhile', async () => {
    const { outcome, world, status } = await run({ max_parallel: 1, stages });
    expect(outcome.error?.stage).toBe('bad');
    expect(world.of('next')).toEqual([]);
    expect(['pending', 'cancelled']).toContain(status('next'));
  });

  it('does not start when the run is cancelled meanwhile', async () => {
    const controller = new AbortController();
    const { outcome, world } = await run(
      { max_parallel: 1, stages: [slow('first', 100), { id: 'next', component: 'send' }] },
      { signal: controller.signal, onCall: () => controller.abort() },
    );
    expect(outcome.status).toBe('cancelled');
    expect(world.of('next')).toEqual([]);
  });

  it('does not start when another one returns meanwhile', async () => {
    const { outcome, world } = await run({
      max_parallel: 1,
      stages: [
        slow('first', 100),
        { id: 'leave', component: 'return', depends_on: ['first'], config: { value: 'left' } },
        slow('second', 100),
        { id: 'send', component: 'send', depends_on: ['second'] },
      ],
    });
    expect(outcome.result).toBe('left');
    expect(world.of('send')).toEqual([]);
  });

  it('frees nothing that it never had: the others go on', async () => {
    const { outcome, world } = await run({
      max_parallel: 1,
      stages: [
        { id: 'guard', component: 'trycatch', config: { try_stages: ['bad', 'next'], error_scope: 'continue' } },
        ...stages,
        slow('a', 10),
        slow('b', 10),
        slow('c', 10),
      ],
    });
    expect(outcome.status).toBe('succeeded');
    expect(world.widest).toBe(1);
  });
});

describe('an answer that comes too late', () => {
  it('of an attempt that timed out is not its output', async () => {
    const { outcome, clock } = await run({
      stages: [
        {
          id: 'late',
          component: 'stubborn',
          config: { ms: 5_000, value: 'late' },
          timeout: '1s',
          on_error: 'continue',
        },
        slow('other', 10_000),
      ],
      result: ['{{ stages.late.status }}', '{{ stages.late.output }}'],
    });
    expect(outcome).toMatchObject({ status: 'succeeded', result: ['failed', null] });
    expect(clock.elapsed).toBe(10_000);
  });

  it('after the run has ended is heard by nobody: no event, no entry, no change of the outcome', async () => {
    const journal = new MemoryJournal();
    const { outcome, events, clock } = await run(
      { stages: [{ id: 'late', component: 'stubborn', config: { ms: 5_000 }, timeout: '1s' }] },
      { journal },
    );
    const before = [journal.entries.length, events.length, JSON.stringify(outcome)];
    await clock.drained();
    expect(clock.elapsed).toBe(5_000);
    expect([journal.entries.length, events.length, JSON.stringify(outcome)]).toEqual(before);
  });

  it('of an earlier attempt does not become the output of a later one', async () => {
    const retry = { max_attempts: 2, delay: '10ms', jitter: false };
    const { outcome, stage } = await run({
      stages: [
        {
          id: 'late',
          component: 'stubborn',
          config: { ms: '{{ context.attempt == 1 ? 1500 : 900 }}', value: '{{ context.attempt }}' },
          timeout: '1s',
          retry,
        },
      ],
    });
    expect(outcome.result).toBe(2);
    expect(stage('late')?.attempts).toBe(2);
  });

  it('of a stage that was cancelled changes nothing', async () => {
    const { outcome, status } = await run({
      stages: [
        { id: 'guard', component: 'trycatch', config: { try_stages: ['late', 'bad'], catch_stages: ['rescue'] } },
        { id: 'late', component: 'stubborn', config: { ms: 500 } },
        { id: 'bad', component: 'boom', config: { ms: 100 } },
        slow('rescue', 1_000),
      ],
    });
    expect(outcome.status).toBe('succeeded');
    expect(status('guard/late')).toBe('cancelled');
  });
});

describe('size', () => {
  it('a chain of 2,000 stages', async () => {
    const stages = Array.from({ length: 2_000 }, (_, i) => ({
      id: `s${i}`,
      component: 'variable-set',
      config: { name: `v${i}`, value: i === 0 ? 0 : `{{ context.vars.v${i - 1} + 1 }}` },
    }));
    const { outcome } = await run({ stages });
    expect(outcome.result).toEqual({ value: 1_999 });
  });

  it.each([true, false])('a foreach over 10,000 items (parallel: %s)', async (parallel) => {
    const items = Array.from({ length: 10_000 }, (_, i) => i);
    const { outcome } = await run(
      {
        stages: [
          { id: 'each', component: 'foreach', config: { items: '{{ input.items }}', loop_stages: ['set'], parallel } },
          { id: 'set', component: 'variable-set', config: { name: 'x', value: '{{ context.item + 1 }}' } },
        ],
        result: '{{ stages.each.output.results[9999].value }}',
      },
      { input: { items } },
    );
    expect(outcome).toMatchObject({ status: 'succeeded', result: 10_000 });
  });
});

describe('one plan', () => {
  it('serves many runs at a time, each with its own state', async () => {
    const stages: StageDefinition[] = [
      {
        id: 'each',
        component: 'foreach',
        config: { items: '{{ input.items }}', loop_stages: ['work'], parallel: true },
      },
      {
        id: 'work',
        component: 'slow',
        config: { ms: '{{ context.item }}', value: '{{ [context.run_id, context.item] }}' },
      },
    ];
    const plan = compile({ stages });
    const inputs = [[30, 10], [5], [20, 20, 20], []];
    const all = await Promise.all(inputs.map((items, i) => runPlan(plan, { runId: `run${i}`, input: { items } })));
    for (const [i, { outcome }] of all.entries()) {
      expect(outcome.result).toMatchObject({ results: inputs[i]?.map((item) => [`run${i}`, item]) });
    }
  });
});

describe('usage', () => {
  it('counts failed attempts and failed stages too: they cost as much', async () => {
    const { outcome } = await run({
      stages: [
        {
          id: 'm',
          component: 'meter',
          config: { tokens: 10, fails: 9 },
          retry: { max_attempts: 2 },
          on_error: 'continue',
        },
      ],
    });
    expect(outcome.usage).toEqual({ input_tokens: 22, output_tokens: 2, total_tokens: 24, cost_usd: 1 });
  });
});

describe('a subpipeline', () => {
  it('that is too slow is attempted again when its retry says so', async () => {
    const { stage, clock, outcome } = await run(
      {
        stages: [
          {
            id: 'call',
            component: 'subpipeline',
            config: { pipeline: 'child' },
            timeout: '1s',
            retry: { max_attempts: 2, delay: '1s', jitter: false },
          },
        ],
      },
      { pipelines: [{ name: 'child', stages: [slow('work', 5_000)] }] },
    );
    expect(outcome.error).toMatchObject({ type: 'TIMEOUT', stage: 'call' });
    expect(stage('call')?.attempts).toBe(2);
    expect(clock.elapsed).toBe(3_000);
  });

  it('whose second attempt was interrupted takes nothing of the first one', async () => {
    const child = {
      name: 'child',
      stages: [
        { id: 'one', component: 'send', config: { value: 1 } },
        { id: 'two', component: 'flaky', config: { times: 0, ms: 100 }, depends_on: ['one'] },
        { id: 'three', component: 'boom', config: { type: 'PROVIDER', ms: 10 }, depends_on: ['two'] },
      ],
    };
    const pipeline = {
      stages: [
        {
          id: 'call',
          component: 'subpipeline',
          config: { pipeline: 'child' },
          retry: { max_attempts: 2, delay: '1s', jitter: false },
        },
      ],
    };
    const controller = new AbortController();
    const clock = new VirtualClock();
    // In the second attempt: `one` is done, `two` runs.
    clock.after(1_150, () => controller.abort());
    const first = await run(pipeline, { pipelines: [child], clock, signal: controller.signal });
    expect(first.world.of('one')).toHaveLength(2);
    const again = await run(pipeline, { pipelines: [child], recorded: first.recorded });
    expect(again.outcome.error?.type).toBe('PROVIDER');
    // What is left of the interrupted attempt: `one` is recorded and does not run in it once more.
    expect(again.world.of('two')[0]?.started).toBe(0);
  });
});
