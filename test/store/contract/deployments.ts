import { expect, it } from 'vitest';
import { deployed, LOG, release, stored } from '../samples.ts';
import { code, type OpenWorld, START } from '../world.ts';

const begin = { ...LOG, kind: 'deploy', release: 'r1', base: 0, actor: 'ada' } as const;

export function deploymentContract(open: OpenWorld): void {
  it('keeps everything that was said about a deployment', async () => {
    const { store, clock } = await open();
    await stored(store, release('r1'));
    const said = {
      message: 'Ship it',
      commit: 'abc123',
      commit_author: 'Ada <ada@example.com>',
      origin: 'staging',
      forced: true,
      removals: ['old'],
      plan: 'hash',
      changes: { added: 1, changed: 2, removed: 1 },
    };
    const entry = await store.deployments.begin({ ...begin, ...said });
    expect(entry).toEqual({
      ...begin,
      ...said,
      number: 1,
      version: '1.0.0',
      status: 'pending',
      error: null,
      at: START,
      finished_at: null,
    });
    clock.advance(7);
    const done = await store.deployments.activate(LOG, 1);
    expect(done).toEqual({ ...entry, status: 'succeeded', finished_at: START + 7 });
    expect(await store.deployments.get(LOG, 1)).toEqual(done);
    expect(await store.deployments.get(LOG, 2)).toBeUndefined();
  });

  it('names its base, and is refused with both sides when something else became active', async () => {
    const { store } = await open();
    await stored(store, release('r1'), release('r2', ['pay'], { version: '1.1.0' }));
    const first = await store.deployments.begin(begin);
    const second = await store.deployments.begin({ ...begin, release: 'r2', actor: 'bob' });
    await store.deployments.activate(LOG, second.number);
    const moved = expect.objectContaining({
      code: 'BASE_MOVED',
      message: expect.stringContaining('#2 (1.1.0, by bob)'),
      details: { base: null, active: expect.objectContaining({ number: 2, release: 'r2', actor: 'bob' }) },
    });
    await expect(store.deployments.activate(LOG, first.number)).rejects.toEqual(moved);
    await expect(store.deployments.begin(begin)).rejects.toEqual(moved);
    expect(await store.deployments.get(LOG, first.number)).toMatchObject({ status: 'pending' });
    expect(await store.releases.active(LOG.environment, LOG.project)).toMatchObject({ digest: 'r2', number: 2 });
    await deployed(store, 'r1');
    await expect(store.deployments.begin({ ...begin, base: 2 })).rejects.toEqual(
      expect.objectContaining({
        code: 'BASE_MOVED',
        details: { base: expect.objectContaining({ number: 2 }), active: expect.objectContaining({ number: 3 }) },
      }),
    );
    await expect(store.deployments.begin({ ...begin, base: 99 })).rejects.toEqual(code('BASE_MOVED'));
  });

  it('ends once', async () => {
    const { store } = await open();
    await stored(store, release('r1'));
    const { number } = await store.deployments.begin(begin);
    expect(await store.deployments.fail(LOG, number, { code: 'PREFLIGHT_FAILED' })).toBe(true);
    expect(await store.deployments.fail(LOG, number, null)).toBe(false);
    expect(await store.deployments.get(LOG, number)).toMatchObject({
      status: 'failed',
      error: { code: 'PREFLIGHT_FAILED' },
    });
    await expect(store.deployments.activate(LOG, number)).rejects.toEqual(code('CHANGED_MEANWHILE', 'failed'));
    await expect(store.deployments.activate(LOG, 77)).rejects.toEqual(code('NOT_FOUND', '#77'));
    const again = await deployed(store, 'r1');
    await expect(store.deployments.activate(LOG, again)).rejects.toEqual(code('CHANGED_MEANWHILE', 'succeeded'));
    expect(await store.deployments.fail(LOG, again, null)).toBe(false);
  });

  it('has a log of its own in each environment and project', async () => {
    const { store } = await open();
    await stored(store, release('r1'), release('o1', ['ship'], { project: 'orders' }));
    expect(await deployed(store, 'r1')).toBe(1);
    expect(await deployed(store, 'r1', { environment: 'staging' })).toBe(1);
    expect(await deployed(store, 'o1', { project: 'orders' })).toBe(1);
    expect(await deployed(store, 'r1')).toBe(2);
    expect(await store.deployments.list({ ...LOG, environment: 'staging' }, { limit: 10 })).toHaveLength(1);
  });

  it('is listed from the newest on, page by page', async () => {
    const { store } = await open();
    await stored(store, release('r1'));
    for (let i = 0; i < 5; i++) await deployed(store, 'r1');
    const page = async (before?: number) =>
      (await store.deployments.list(LOG, { before, limit: 2 })).map(({ number }) => number);
    expect([await page(), await page(4), await page(2)]).toEqual([[5, 4], [3, 2], [1]]);
  });

  it('gives a name to one project at a time', async () => {
    const { store } = await open();
    await stored(
      store,
      release('r1', ['pay', 'refund']),
      release('r2', ['refund']),
      release('o1', ['pay', 'ship', 'refund'], { project: 'orders' }),
    );
    await deployed(store, 'r1');
    await expect(deployed(store, 'o1', { project: 'orders' })).rejects.toEqual(
      expect.objectContaining({
        code: 'NAME_TAKEN',
        details: {
          taken: [
            { name: 'pay', project: 'shop' },
            { name: 'refund', project: 'shop' },
          ],
        },
      }),
    );
    expect(await store.releases.active(LOG.environment, 'orders')).toBeUndefined();
    expect(await store.releases.activePipeline(LOG.environment, 'ship')).toBeUndefined();
    expect(await deployed(store, 'o1', { project: 'orders', environment: 'staging' })).toBe(1);
    // What a release no longer has is free.
    await deployed(store, 'r2');
    await expect(deployed(store, 'o1', { project: 'orders' })).rejects.toEqual(code('NAME_TAKEN', 'refund (shop)'));
    await stored(store, release('o2', ['pay', 'ship'], { project: 'orders' }));
    await deployed(store, 'o2', { project: 'orders' });
    expect(await store.releases.activePipeline(LOG.environment, 'pay')).toMatchObject({ project: 'orders' });
    expect(await store.releases.countNames(LOG.environment)).toBe(3);
  });

  it('keeps versions immutable where that is wanted', async () => {
    const { store } = await open();
    await stored(store, release('r1'), release('r2'));
    await deployed(store, 'r1');
    const entry = await store.deployments.begin({ ...begin, release: 'r2', base: 1 });
    await expect(store.deployments.activate(LOG, entry.number, { immutable_versions: true })).rejects.toEqual(
      expect.objectContaining({
        code: 'VERSION_TAKEN',
        details: { version: '1.0.0', release: 'r1', number: 1 },
      }),
    );
    expect(await store.deployments.activate(LOG, entry.number)).toMatchObject({ status: 'succeeded' });
  });

  it('knows what a rollback can go back to', async () => {
    const { store } = await open();
    await stored(
      store,
      release('r1', ['pay'], { version: '1.0.0' }),
      release('r2', ['pay'], { version: '1.1.0' }),
      release('r3', ['pay'], { version: '1.1.0' }),
    );
    for (const digest of ['r1', 'r2', 'r3', 'r3']) await deployed(store, digest);
    expect(await store.deployments.previous(LOG, 'r3')).toMatchObject({ number: 2, release: 'r2' });
    expect(await store.deployments.ofVersion(LOG, '1.1.0', 'r3')).toMatchObject({ number: 2 });
    expect(await store.deployments.ofVersion(LOG, '9.9.9', 'r3')).toBeUndefined();
    expect(await store.deployments.rolledBackBy(LOG, 'r3')).toBeUndefined();
    const number = await deployed(store, 'r2', { kind: 'rollback' });
    // Rolling back twice returns.
    expect(await store.deployments.previous(LOG, 'r2')).toMatchObject({ number: 4, release: 'r3' });
    expect(await store.deployments.rolledBackBy(LOG, 'r3')).toMatchObject({ number, kind: 'rollback' });
    expect(await store.deployments.rolledBackBy(LOG, 'r1')).toBeUndefined();
    expect(await store.deployments.rolledBackBy(LOG, 'never')).toBeUndefined();
    await deployed(store, 'r3');
    expect(await store.deployments.rolledBackBy(LOG, 'r3')).toBeUndefined();
    expect(await store.deployments.ofRelease(LOG, 'r2')).toMatchObject({ number });
    expect(await store.deployments.ofRelease(LOG, 'never')).toBeUndefined();
  });

  it('goes to one of fifty that deploy at the same time, and readers see one active release at every instant', async () => {
    const { store, database } = await open();
    const digests = Array.from({ length: 50 }, (_, i) => `r${i}`);
    await stored(store, ...digests.map((digest) => release(digest)));
    const seen: unknown[] = [];
    let done = false;
    const watch = (async () => {
      while (!done) seen.push(await store.releases.allActive(LOG.environment));
    })();
    const attempts = await Promise.allSettled(
      digests.map((digest) =>
        store.transaction(async (tx) => {
          const { number } = await tx.deployments.begin({ ...begin, release: digest });
          return tx.deployments.activate(LOG, number);
        }),
      ),
    );
    done = true;
    await watch;
    const won = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    const lost = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));
    expect(won).toHaveLength(1);
    expect(lost.map((error) => error.code)).toEqual(Array(49).fill('BASE_MOVED'));
    for (const active of seen) {
      expect([[], [expect.objectContaining({ digest: won[0]?.release, number: won[0]?.number })]]).toContainEqual(
        active,
      );
    }
    const { deployments } = database.dialect.tables;
    expect(await database.db.select().from(deployments)).toEqual(won);
  });

  it('lets everybody through who deploys again on top of what won', async () => {
    const { store } = await open();
    await stored(store, release('r1'), release('r2'));
    const again = async (digest: string): Promise<number> => {
      try {
        return await deployed(store, digest);
      } catch (error) {
        expect(error).toEqual(code('BASE_MOVED'));
        return again(digest);
      }
    };
    const numbers = await Promise.all(Array.from({ length: 12 }, (_, i) => again(i % 2 ? 'r1' : 'r2')));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    const log = await store.deployments.list(LOG, { limit: 20 });
    expect(log.map(({ base }) => base)).toEqual(log.map(({ number }) => number - 1));
  });

  it('keeps plans for seven days', async () => {
    const { store, clock } = await open();
    const plan = {
      id: 'p1',
      hash: 'h',
      ...LOG,
      base: 3,
      release: 'r1',
      removals: ['old'],
      content: { z: 1, a: 2 },
      actor: 'ada',
    };
    const kept = await store.plans.put(plan);
    expect(kept).toEqual({ ...plan, created_at: START, expires_at: START + 7 * 86_400_000 });
    expect(await store.plans.get('p1')).toEqual(kept);
    await expect(store.plans.put(plan)).rejects.toEqual(code('ALREADY_EXISTS'));
    clock.advance(7 * 86_400_000 - 1);
    expect(await store.plans.get('p1')).toEqual(kept);
    expect(await store.plans.expire()).toBe(0);
    clock.advance(1);
    expect(await store.plans.get('p1')).toBeUndefined();
    expect(await store.plans.expire()).toBe(1);
  });

  it('knows which pipelines were ever active', async () => {
    const { store } = await open();
    await stored(store, release('r1', ['a', 'b']), release('r2', ['c']), release('r3', ['d']));
    await deployed(store, 'r1');
    await deployed(store, 'r2');
    await store.deployments.begin({ ...begin, release: 'r3', base: 2 });
    const wanted = ['a', 'c', 'd', 'e'].map((name) => ({ name, digest: `${name}-first` }));
    expect(await store.deployments.had(LOG, wanted)).toEqual(wanted.slice(0, 2));
    expect(await store.deployments.had(LOG, [{ name: 'b', digest: 'a-first' }])).toEqual([]);
    expect(await store.deployments.had({ ...LOG, environment: 'staging' }, wanted)).toEqual([]);
    expect(await store.deployments.had(LOG, [])).toEqual([]);
  });
}
