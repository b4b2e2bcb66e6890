import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { StageCache } from '../../src/core/ports.ts';
import { type Pipeline, run, type Setup } from './harness.ts';

class MemoryCache implements StageCache {
  readonly values = new Map<string, Json>();
  readonly ttls: number[] = [];

  async get(key: string): Promise<Json | undefined> {
    return this.values.get(key);
  }

  async set(key: string, value: Json, ttlMs: number): Promise<void> {
    this.values.set(key, value);
    this.ttls.push(ttlMs);
  }
}

async function callsOf(pipelines: [Pipeline, Setup?][], cache: StageCache = new MemoryCache()): Promise<number[]> {
  const counts: number[] = [];
  for (const [pipeline, setup] of pipelines) counts.push((await run(pipeline, { cache, ...setup })).world.calls.length);
  return counts;
}

const cached = (extra: object = {}): Pipeline => ({
  stages: [{ id: 'a', component: 'echo', config: { value: '{{ input.n }}' }, cache: { ttl: '5m' }, ...extra }],
});

describe('`cache`', () => {
  it('takes the output of an equal earlier success', async () => {
    const cache = new MemoryCache();
    await run(cached(), { input: { n: { deep: [1] } }, cache });
    const { outcome, world, events, stage } = await run(cached(), { input: { n: { deep: [1] } }, cache, runId: 'r2' });
    expect(outcome.result).toEqual({ deep: [1] });
    expect(world.calls).toEqual([]);
    expect(stage('a')?.status).toBe('succeeded');
    expect(events).toContainEqual(expect.objectContaining({ type: 'stage', status: 'succeeded', cached: true }));
  });

  it('knows equal from different by the resolved config', async () => {
    const counts = await callsOf([
      [cached(), { input: { n: 1 } }],
      [cached(), { input: { n: 2 } }],
      [cached(), { input: { n: '1' } }],
      [cached(), { input: { n: 1 } }],
    ]);
    expect(counts).toEqual([1, 1, 1, 0]);
  });

  it('knows no difference in the order of keys', async () => {
    const counts = await callsOf([
      [cached(), { input: { n: { a: 1, b: 2 } } }],
      [cached(), { input: { n: { b: 2, a: 1 } } }],
    ]);
    expect(counts).toEqual([1, 0]);
  });

  it('holds for a stage of another name, not for another component', async () => {
    const counts = await callsOf([
      [cached(), { input: { n: 1 } }],
      [cached({ id: 'b' }), { input: { n: 1 } }],
      [cached({ component: 'send' }), { input: { n: 1 } }],
    ]);
    expect(counts).toEqual([1, 0, 1]);
  });

  it('goes by `key` instead of the config when there is one', async () => {
    const keyed = cached({ cache: { ttl: 60, key: 'user-{{ input.user }}' } });
    const counts = await callsOf([
      [keyed, { input: { n: 1, user: 7 } }],
      [keyed, { input: { n: 2, user: 7 } }],
      [keyed, { input: { n: 2, user: 8 } }],
    ]);
    expect(counts).toEqual([1, 0, 1]);
  });

  it('tells the cache how long', async () => {
    const cache = new MemoryCache();
    await run(cached(), { input: { n: 1 }, cache });
    await run(cached({ cache: { ttl: 1.5 } }), { input: { n: 2 }, cache });
    expect(cache.ttls).toEqual([300_000, 1_500]);
  });

  it('keeps no failure', async () => {
    const bad: Pipeline = { stages: [{ id: 'a', component: 'boom', cache: { ttl: 60 }, on_error: 'continue' }] };
    expect(await callsOf([[bad], [bad]])).toEqual([1, 1]);
  });

  it('serves two equal stages of one run', async () => {
    const { world, outcome } = await run(
      {
        stages: [
          { id: 'a', component: 'echo', config: { value: 5 }, cache: { ttl: 60 } },
          { id: 'b', component: 'echo', config: { value: 5 }, cache: { ttl: 60 }, depends_on: ['a'] },
        ],
      },
      { cache: new MemoryCache() },
    );
    expect(world.calls).toHaveLength(1);
    expect(outcome.result).toBe(5);
  });

  it('is asked after when: a skipped stage stays skipped', async () => {
    const cache = new MemoryCache();
    await run(cached(), { input: { n: 1 }, cache });
    const { status } = await run(cached({ when: false }), { input: { n: 1 }, cache });
    expect(status('a')).toBe('skipped');
  });

  it('is off when the host has none', async () => {
    const { outcome, world } = await run(cached(), { input: { n: 1 } });
    expect(outcome.status).toBe('succeeded');
    expect(world.calls).toHaveLength(1);
  });

  it('holds masked outputs', async () => {
    const cache = new MemoryCache();
    await run(cached(), { input: { n: 'sk-123456' }, masked: ['sk-123456'], cache });
    expect([...cache.values.values()]).toEqual(['***']);
    expect(JSON.stringify([...cache.values.keys()])).not.toContain('sk-123456');
  });

  it('that is down is a miss, not a failure', async () => {
    const down: StageCache = {
      get: () => Promise.reject(new Error('connection refused')),
      set: () => Promise.reject(new Error('connection refused')),
    };
    const { outcome } = await run(cached(), { input: { n: 1 }, cache: down });
    expect(outcome).toMatchObject({ status: 'succeeded', result: 1 });
  });

  it('gives a resumed run nothing to do for a stage that was taken from it', async () => {
    const cache = new MemoryCache();
    await run(cached(), { input: { n: 1 }, cache });
    const { recorded, end } = await run(cached(), { input: { n: 1 }, cache });
    expect(end('a')).toMatchObject({ status: 'succeeded', output: 1 });
    const again = await run(cached(), { input: { n: 1 }, recorded });
    expect(again.world.calls).toEqual([]);
  });
});
