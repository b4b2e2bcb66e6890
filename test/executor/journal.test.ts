import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { Json } from '../../src/core/json.ts';
import { run } from './harness.ts';
import { MemoryJournal } from './memory-journal.ts';

const ends = (entries: JournalEntry[]): string[] =>
  entries.flatMap((entry) => (entry.kind === 'end' ? [`${entry.path} ${entry.status}`] : []));

describe('what the journal holds', () => {
  it('an end for every stage that finished', async () => {
    const { entries, end, clock } = await run({
      stages: [
        { id: 'a', component: 'slow', config: { ms: 5, value: { n: 1 } } },
        { id: 'b', component: 'echo', when: false },
        { id: 'c', component: 'boom', on_error: 'continue', depends_on: ['a'] },
      ],
    });
    expect(ends(entries).sort()).toEqual(['a succeeded', 'b skipped', 'c failed']);
    expect(end('a')).toEqual({
      kind: 'end',
      path: 'a',
      id: 'a',
      component: 'slow',
      status: 'succeeded',
      output: { n: 1 },
      attempts: 1,
      started_at: clock.start,
      finished_at: clock.start + 5,
    });
    expect(end('b')).toMatchObject({ output: null, attempts: 0 });
  });

  it('paths that carry the nesting', async () => {
    const { entries } = await run(
      {
        stages: [
          { id: 'orders', component: 'foreach', config: { items: [1, 2], loop_stages: ['guard'] } },
          { id: 'guard', component: 'trycatch', config: { try_stages: ['call'] } },
          { id: 'call', component: 'subpipeline', config: { pipeline: 'child' } },
        ],
      },
      { pipelines: [{ name: 'child', stages: [{ id: 'pay', component: 'echo' }] }] },
    );
    const paths = ends(entries);
    for (const i of [0, 1]) {
      expect(paths).toContain(`orders[${i}]/guard/call/pay succeeded`);
      expect(paths).toContain(`orders[${i}]/guard/call succeeded`);
      expect(paths).toContain(`orders[${i}]/guard succeeded`);
    }
    expect(paths).toContain('orders succeeded');
  });

  it('a start for stages with effects, control stages and waits', async () => {
    const { start, clock } = await run(
      {
        stages: [
          { id: 'send', component: 'send' },
          { id: 'each', component: 'foreach', config: { items: '{{ [1, 2] }}', loop_stages: ['pure'] } },
          { id: 'pure', component: 'echo' },
          { id: 'wait', component: 'delay', config: { duration: '1m' } },
          { id: 'ask', component: 'signal', config: { name: 'ok' } },
        ],
      },
      { signals: async () => ({ data: 1 }) },
    );
    for (const path of ['send', 'each', 'wait', 'ask']) expect(start(path)).toMatchObject({ started_at: clock.start });
  });

  it('log lines', async () => {
    const { entries } = await run({
      stages: [
        { id: 'say', component: 'logger', config: { message: 'hi {{ 1 + 1 }}', level: 'warn', data: { a: 1 } } },
      ],
    });
    expect(entries).toContainEqual({
      kind: 'log',
      entry: expect.objectContaining({ level: 'warn', message: 'hi 2', data: { a: 1 }, path: 'say' }),
    });
  });

  it('the usage of a stage', async () => {
    const { end } = await run({ stages: [{ id: 'm', component: 'meter', config: { tokens: 4 } }] });
    expect(end('m')?.usage).toEqual({ input_tokens: 5, output_tokens: 1, total_tokens: 6, cost_usd: 0.5 });
  });
});

describe('when it is durable', () => {
  it('everything that a stage with effects depends on is, and its own start, before it starts', async () => {
    const journal = new MemoryJournal();
    const seen: string[][] = [];
    await run(
      {
        stages: [
          { id: 'a', component: 'echo' },
          { id: 'b', component: 'echo', depends_on: ['a'] },
          { id: 'bad', component: 'boom', on_error: 'continue' },
          { id: 'send', component: 'send', depends_on: ['b', 'bad'] },
          {
            id: 'each',
            component: 'foreach',
            depends_on: ['send'],
            config: { items: [1], loop_stages: ['pure', 'send2'] },
          },
          { id: 'pure', component: 'echo' },
          { id: 'send2', component: 'send', depends_on: ['pure'] },
        ],
      },
      {
        journal,
        onCall: ({ component }) => {
          if (component === 'send')
            seen.push(journal.durable.map((entry) => ('path' in entry ? `${entry.kind} ${entry.path}` : '')));
        },
      },
    );
    expect(seen[0]).toEqual(expect.arrayContaining(['end a', 'end b', 'end bad', 'start send']));
    expect(seen[1]).toEqual(
      expect.arrayContaining(['end send', 'start each', 'end each[0]/pure', 'start each[0]/send2']),
    );
  });

  it.each([
    ['succeeds', { id: 'last', component: 'echo' }],
    ['fails', { id: 'last', component: 'boom' }],
  ])('everything is, before the run %s', async (_, last) => {
    const journal = new MemoryJournal();
    const { entries } = await run(
      {
        stages: [
          { id: 'a', component: 'echo' },
          { ...last, depends_on: ['a'] },
        ],
      },
      { journal },
    );
    expect(journal.durable).toEqual(entries);
    expect(ends(entries)).toHaveLength(2);
  });

  it('everything is, before the run parks', async () => {
    const journal = new MemoryJournal();
    const { outcome, entries } = await run(
      {
        stages: [
          { id: 'a', component: 'echo' },
          { id: 'ask', component: 'signal', config: { name: 'ok' }, depends_on: ['a'] },
        ],
      },
      { journal, signals: async () => 'park' },
    );
    expect(outcome.status).toBe('waiting');
    expect(journal.durable).toEqual(entries);
    expect(ends(entries)).toContain('a succeeded');
  });

  it('a stage without effects does not wait for it', async () => {
    const journal = new MemoryJournal({ at: 1_000, survives: 'flushed', answer: 'never' });
    await run(
      {
        stages: Array.from({ length: 20 }, (_, i) => ({
          id: `s${i}`,
          component: 'echo',
          ...(i > 0 ? { depends_on: [`s${i - 1}`] } : {}),
        })),
      },
      { journal },
    );
    // One entry per stage, and far fewer flushes than stages.
    expect(journal.calls).toBeLessThan(30);
  });
});

describe('a journal that dies', () => {
  it('rejects the run, and starts no stage with effects any more', async () => {
    const journal = new MemoryJournal({ at: 2, survives: 'flushed', answer: 'reject' });
    const paths: string[] = [];
    const running = run(
      {
        stages: [
          { id: 'a', component: 'echo' },
          { id: 'b', component: 'echo', depends_on: ['a'] },
          { id: 'send', component: 'send', depends_on: ['b'] },
        ],
      },
      { journal, onCall: ({ path }) => paths.push(path) },
    );
    await expect(running).rejects.toThrow('the disk is gone');
    expect(paths).not.toContain('send');
  });
});

describe('idempotency keys', () => {
  const nested = {
    stages: [
      { id: 'orders', component: 'foreach', config: { items: [1, 2, 3, 4], loop_stages: ['lines'] } },
      { id: 'lines', component: 'foreach', config: { items: '{{ [context.item] }}', loop_stages: ['pay'] } },
      { id: 'pay', component: 'send' },
    ],
  };

  it('are the run and the path', async () => {
    const { world } = await run(nested, { runId: 'r7' });
    expect(world.calls.map((call) => call.key)).toEqual([0, 1, 2, 3].map((i) => `r7/orders[${i}]/lines[0]/pay`));
  });

  it('carry the number of the explicit --from, when there was one', async () => {
    const { world } = await run(nested, { runId: 'r7', options: { repetition: 2 } });
    expect(world.calls[3]?.key).toBe('r7/orders[3]/lines[0]/pay/2');
    const first = await run(nested, { runId: 'r7', options: { repetition: 0 } });
    expect(first.world.calls[3]?.key).toBe('r7/orders[3]/lines[0]/pay');
  });

  it('are the same for every attempt', async () => {
    const { world } = await run({
      stages: [{ id: 'a', component: 'flaky', config: { times: 2 }, retry: { max_attempts: 3 } }],
    });
    expect(world.calls.map((call) => call.key)).toEqual(['r1/a', 'r1/a', 'r1/a']);
  });

  it('say nothing of gates: a branch stays in the graph where the gate is', async () => {
    const { world } = await run({
      stages: [
        { id: 'gate', component: 'conditional', config: { condition: true, true_branch: 'send' } },
        { id: 'send', component: 'send' },
      ],
    });
    expect(world.calls[0]?.key).toBe('r1/send');
  });
});

describe('uuid() and now()', () => {
  const stages = [
    { id: 'wait', component: 'slow', config: { ms: 1_234 } },
    {
      id: 'a',
      component: 'send',
      depends_on: ['wait'],
      config: { value: ['{{ uuid() }}', '{{ uuid() }}', '{{ now() }}'] },
    },
    { id: 'b', component: 'send', depends_on: ['wait'], config: { value: ['{{ uuid() }}', '{{ now() }}'] } },
  ];

  it('uuid differs from call to call, stage to stage and run to run', async () => {
    const one = await run({ stages });
    const two = await run({ stages }, { runId: 'r2' });
    const ids = [...one.world.calls, ...two.world.calls].flatMap((call) =>
      (Array.isArray(call.config.value) ? call.config.value : []).filter((value: Json) =>
        /^[0-9a-f-]{36}$/.test(String(value)),
      ),
    );
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
  });

  it('now is when the stage started', async () => {
    const { world, clock } = await run({ stages });
    const values = world.seen('b')[0];
    expect(Date.parse(String(Array.isArray(values) ? values[1] : undefined))).toBe(clock.start + 1_234);
  });

  it('differ between the iterations of a loop', async () => {
    const { world } = await run({
      stages: [
        { id: 'each', component: 'foreach', config: { items: [1, 2, 3], loop_stages: ['x'] } },
        { id: 'x', component: 'echo', config: { value: '{{ uuid() }}' } },
      ],
    });
    expect(new Set(world.seen('x')).size).toBe(3);
  });

  it('repeat their values when the stage is repeated after a crash', async () => {
    const journal = new MemoryJournal();
    const first = await run({ stages }, { journal });
    const kept = first.entries.filter((entry) => entry.kind === 'start' || ('path' in entry && entry.path === 'wait'));
    const recorded = { starts: new Map(), ends: new Map() } as {
      starts: Map<string, Extract<JournalEntry, { kind: 'start' }>>;
      ends: Map<string, Extract<JournalEntry, { kind: 'end' }>>;
    };
    for (const entry of kept) {
      if (entry.kind === 'start') recorded.starts.set(entry.path, entry);
      if (entry.kind === 'end') recorded.ends.set(entry.path, entry);
    }
    const again = await run({ stages }, { recorded, options: { startedAt: first.clock.start } });
    expect(again.world.of('wait')).toEqual([]);
    for (const path of ['a', 'b']) expect(again.world.seen(path)).toEqual(first.world.seen(path));
  });
});
