import { expect, it } from 'vitest';
import { epoch, newRun, SUCCEEDED } from '../samples.ts';
import { code, type OpenWorld, START } from '../world.ts';

const ADA = { worker: 'ada', host: 'one' };
const BOB = { worker: 'bob', host: 'two' };

/** The list of who has taken a run, in which nothing is missing and nothing twice. */
export function attemptContract(open: OpenWorld): void {
  it('are one for each time that a worker takes a run, with why it ended', async () => {
    const { store, clock } = await open();
    await store.runs.create(newRun('a'));
    expect(await store.attempts.list('a')).toEqual([]);
    await store.runs.claim('a', epoch(1), ADA);
    const first = { ...ADA, ...epoch(1), started_at: START };
    expect(await store.attempts.list('a')).toEqual([{ ...first, ended_at: null, outcome: null }]);
    clock.advance(10);
    await store.runs.park('a', epoch(1), [{ path: 'wait' }]);
    await store.runs.wake('a');
    await store.runs.claim('a', epoch(2), BOB);
    clock.advance(10);
    await store.runs.finish('a', epoch(2), SUCCEEDED);
    expect(await store.attempts.list('a')).toEqual([
      { ...first, ended_at: START + 10, outcome: 'parked' },
      { ...BOB, ...epoch(2), started_at: START + 10, ended_at: START + 20, outcome: 'finished' },
    ]);
  });

  it('of a worker that died end when another one takes the run', async () => {
    const { store, clock } = await open();
    await store.runs.create(newRun('a'));
    await store.runs.claim('a', epoch(1), ADA);
    clock.advance(5_000);
    await store.runs.claim('a', epoch(1, 1), BOB);
    expect(await store.attempts.list('a')).toMatchObject([
      { ...ADA, ended_at: START + 5_000, outcome: 'worker_lost' },
      { ...BOB, retry: 1, ended_at: null, outcome: null },
    ]);
    // It had only been silent: what it still does changes nothing but that word.
    await expect(store.runs.finish('a', epoch(1), SUCCEEDED)).rejects.toEqual(code('RUN_SUPERSEDED'));
    await store.attempts.supersede('a', epoch(1), ADA);
    await store.runs.finish('a', epoch(1, 1), { ...SUCCEEDED, status: 'cancelled', result: null });
    await store.attempts.supersede('a', epoch(1, 1), BOB);
    expect((await store.attempts.list('a')).map(({ outcome }) => outcome)).toEqual(['superseded', 'cancelled']);
  });

  it('that could not begin are one per worker, however often it tried', async () => {
    const { store, clock } = await open();
    await store.runs.create(newRun('a'));
    for (let tries = 0; tries < 5; tries++) {
      await store.runs.claim('a', epoch(1), ADA);
      await store.runs.putBack('a', epoch(1), { begun: false, why: 'put_back' });
      clock.advance(1_000);
    }
    await store.runs.claim('a', epoch(1), BOB);
    await store.runs.putBack('a', epoch(1));
    clock.advance(1_000);
    await store.runs.claim('a', epoch(1), ADA);
    expect(await store.attempts.list('a')).toMatchObject([
      { ...BOB, started_at: START + 5_000, outcome: 'drained' },
      { ...ADA, started_at: START + 6_000, outcome: null },
    ]);
  });

  it('are noted only of who gets the run', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a'));
    const names = Array.from({ length: 8 }, (_, i) => ({ worker: `w${i}`, host: 'one' }));
    const claims = await Promise.all(names.map((name) => store.runs.claim('a', epoch(1), name)));
    const got = names.filter((_, i) => claims[i]);
    expect(await store.attempts.list('a')).toMatchObject(got);
    expect(got).toHaveLength(1);
    await store.runs.finish('a', epoch(1), SUCCEEDED);
    expect(await store.runs.claim('a', epoch(1, 3), ADA)).toBeUndefined();
    expect(await store.attempts.list('a')).toMatchObject([{ outcome: 'finished' }]);
  });

  it('go with their run', async () => {
    const { store, clock } = await open();
    await store.runs.create(newRun('a'));
    await store.runs.claim('a', epoch(1), ADA);
    await store.runs.finish('a', epoch(1), SUCCEEDED);
    clock.advance(1);
    expect(await store.retention.runs(clock.now(), 10)).toBe(1);
    expect(await store.attempts.list('a')).toEqual([]);
  });
}
