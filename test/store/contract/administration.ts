import { expect, it } from 'vitest';
import { code, type OpenWorld, START } from '../world.ts';

export function administrationContract(open: OpenWorld): void {
  const region = { environment: 'production', name: 'region', actor: 'ada' };
  const call = { actor: 'key1', key: 'k', route: 'POST /deployments', body: 'digest' };
  const key = {
    id: 'k1',
    environment: 'production',
    name: 'ci',
    secret: 'fm_production_k1_secret_0000',
    scopes: ['deploy', 'runs:read'],
    actor: 'ada',
  };

  it('sets, lists and takes away variables of any JSON', async () => {
    const { store } = await open();
    for (const value of ['eu', null, 0, false, { z: 1, a: [2] }]) {
      await store.vars.set(region, value);
      expect(JSON.stringify(await store.vars.snapshot('production'))).toBe(JSON.stringify({ region: value }));
    }
    await store.vars.set({ ...region, name: 'limit', actor: 'bob' }, 5);
    await store.vars.set({ ...region, environment: 'staging' }, 'us');
    expect(await store.vars.list('production')).toMatchObject([
      { name: 'limit', value: 5, actor: 'bob', revision: 1, updated_at: START },
      { name: 'region', revision: 5 },
    ]);
    expect(await store.vars.snapshot('production', ['limit', 'none'])).toEqual({ limit: 5 });
    expect(await store.vars.unset(region)).toBe(true);
    expect(await store.vars.unset(region)).toBe(false);
    expect(await store.vars.snapshot('production')).toEqual({ limit: 5 });
  });

  it('refuses a variable that somebody else changed', async () => {
    const { store } = await open();
    expect(await store.vars.set({ ...region, revision: 0 }, 'eu')).toBe(1);
    expect(await store.vars.set({ ...region, revision: 1 }, 'us')).toBe(2);
    for (const revision of [0, 1, 3]) {
      await expect(store.vars.set({ ...region, revision }, 'x')).rejects.toEqual(
        expect.objectContaining({ code: 'CHANGED_MEANWHILE', details: { expected: revision, found: 2 } }),
      );
      await expect(store.vars.unset({ ...region, revision })).rejects.toEqual(code('CHANGED_MEANWHILE'));
    }
    expect(await store.vars.unset({ ...region, revision: 2 })).toBe(true);
    const first = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => store.vars.set({ ...region, revision: 0 }, i)),
    );
    expect(first.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const any = await Promise.all(Array.from({ length: 8 }, (_, i) => store.vars.set(region, i)));
    expect(any.sort()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('knows a key by its hash alone', async () => {
    const { store, database } = await open();
    const made = await store.keys.create(key);
    const { secret, ...shown } = key;
    expect(made).toEqual({ ...shown, created_at: START, expires_at: null, last_used_at: null, revoked_at: null });
    expect(await store.keys.find(secret)).toEqual(made);
    expect(await store.keys.find(`${secret}x`)).toBeUndefined();
    expect(await store.keys.list('production')).toEqual([made]);
    expect(JSON.stringify(await database.db.select().from(database.dialect.tables.keys))).not.toContain('secret');
    await expect(store.keys.create({ ...key, secret: 'other' })).rejects.toEqual(code('ALREADY_EXISTS'));
  });

  it('ends keys and notes when they were used', async () => {
    const { store, clock } = await open();
    await store.keys.create(key);
    clock.advance(5);
    await store.keys.touch('k1');
    clock.advance(59_000);
    await store.keys.touch('k1');
    expect(await store.keys.find(key.secret)).toMatchObject({ last_used_at: START + 5 });
    clock.advance(2_000);
    await store.keys.touch('k1');
    expect(await store.keys.find(key.secret)).toMatchObject({ last_used_at: START + 61_005 });
    expect(await store.keys.expire('k1', START + 90_000)).toBe(true);
    expect(await store.keys.expire('k1', START + 95_000)).toBe(false);
    expect(await store.keys.revoke('k1')).toBe(true);
    expect(await store.keys.revoke('k1')).toBe(false);
    expect(await store.keys.expire('k1', START)).toBe(false);
    expect(await store.keys.find(key.secret)).toMatchObject({ revoked_at: START + 61_005, expires_at: START + 90_000 });
  });

  it('gives a repeated call the first answer for 24 hours', async () => {
    const { store, clock } = await open();
    expect(await store.idempotency.begin(call)).toEqual({ state: 'first', attempt: 1 });
    await expect(store.idempotency.begin(call)).rejects.toEqual(
      expect.objectContaining({ code: 'IDEMPOTENCY_IN_FLIGHT', details: { retry_after: 1 } }),
    );
    const answer = { status: 201, body: { z: 1, a: 2 } };
    expect(await store.idempotency.finish(call, 1, answer)).toBe(true);
    expect(await store.idempotency.finish(call, 1, {})).toBe(false);
    expect(await store.idempotency.begin(call)).toEqual({ state: 'repeated', answer });
    for (const other of [{ body: 'other' }, { route: 'POST /promotions' }]) {
      await expect(store.idempotency.begin({ ...call, ...other })).rejects.toEqual(code('IDEMPOTENCY_MISMATCH'));
    }
    expect(await store.idempotency.begin({ ...call, actor: 'key2', body: 'other' })).toMatchObject({ state: 'first' });
    clock.advance(86_400_000);
    expect(await store.idempotency.begin({ ...call, body: 'other' })).toEqual({ state: 'first', attempt: 2 });
    expect(await store.idempotency.expire()).toBe(1);
  });

  it('lets a call be repeated that was given up or cut off', async () => {
    const { store, clock } = await open();
    await store.idempotency.begin(call);
    expect(await store.idempotency.abandon(call, 1)).toBe(true);
    expect(await store.idempotency.abandon(call, 1)).toBe(false);
    // Nothing was done, so it may be another call as well.
    expect(await store.idempotency.begin({ ...call, body: 'other' })).toEqual({ state: 'first', attempt: 2 });
    expect(await store.idempotency.abandon(call, 2)).toBe(true);
    expect(await store.idempotency.begin(call)).toEqual({ state: 'first', attempt: 3 });
    clock.advance(5_999);
    await expect(store.idempotency.begin(call)).rejects.toEqual(code('IDEMPOTENCY_IN_FLIGHT'));
    clock.advance(1);
    expect(await store.idempotency.begin(call)).toEqual({ state: 'first', attempt: 4 });
    // The one that was given up as dead comes late: it can neither answer, go on nor give the key back.
    expect(await store.idempotency.finish(call, 3, { status: 200 })).toBe(false);
    expect(await store.idempotency.renew(call, 3)).toBe(false);
    expect(await store.idempotency.abandon(call, 3)).toBe(false);
    expect(await store.idempotency.finish(call, 4, { status: 201 })).toBe(true);
  });

  it('takes no call for cut off that says that it goes on, however long that lasts', async () => {
    const { store, clock } = await open();
    await store.idempotency.begin(call);
    for (let ms = 0; ms < 60_000; ms += 5_999) {
      clock.advance(5_999);
      expect(await store.idempotency.renew(call, 1)).toBe(true);
      await expect(store.idempotency.begin(call)).rejects.toEqual(code('IDEMPOTENCY_IN_FLIGHT'));
    }
    expect(await store.idempotency.finish(call, 1, { status: 200 })).toBe(true);
    expect(await store.idempotency.renew(call, 1)).toBe(false);
    expect(await store.idempotency.begin(call)).toEqual({ state: 'repeated', answer: { status: 200 } });
  });

  it('never takes an attempt that comes late for a later one of the key that was given back', async () => {
    const { store, clock } = await open();
    await store.idempotency.begin(call);
    clock.advance(6_000);
    await store.idempotency.begin(call);
    await store.idempotency.abandon(call, 2);
    expect(await store.idempotency.begin({ ...call, body: 'other' })).toEqual({ state: 'first', attempt: 3 });
    expect(await store.idempotency.finish(call, 1, { status: 200 })).toBe(false);
    expect(await store.idempotency.finish(call, 3, { status: 201 })).toBe(true);
  });

  it('lets one of many equal calls through', async () => {
    const { store } = await open();
    const calls = await Promise.allSettled(Array.from({ length: 10 }, () => store.idempotency.begin(call)));
    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  const worker = {
    id: 'w1',
    host: 'a',
    pid: 7,
    version: '1.0.0',
    concurrency: 8,
    running: 0,
    pools: ['gpu'],
    components: ['logger@1.0.0'],
    cached: 0,
    draining: false,
    started_at: START,
  };

  it('knows which workers live, and which of them has served for longest', async () => {
    const { store, clock } = await open();
    expect(await store.workers.beat(worker)).toBe(true);
    expect(await store.workers.beat({ ...worker, id: 'w0', started_at: START + 1 })).toBe(false);
    clock.advance(30_000);
    expect(await store.workers.beat({ ...worker, id: 'w0', started_at: START + 1, running: 3 })).toBe(false);
    expect(await store.workers.list()).toMatchObject([
      { ...worker, last_seen_at: START, live: true },
      { id: 'w0', running: 3, last_seen_at: START + 30_000, live: true },
    ]);
    clock.advance(1);
    expect(await store.workers.beat({ ...worker, id: 'w0', started_at: START + 1 })).toBe(true);
    expect((await store.workers.list()).map(({ id, live }) => [id, live])).toEqual([
      ['w1', false],
      ['w0', true],
    ]);
    // The one that was silent goes on.
    expect(await store.workers.beat({ ...worker, draining: true })).toBe(true);
    await store.workers.leave('w1');
    clock.advance(24 * 3_600_000 + 1);
    await store.workers.beat({ ...worker, id: 'w2', started_at: START + 2 });
    expect((await store.workers.list()).map(({ id }) => id)).toEqual(['w2']);
  });

  it('has one longest serving worker among many that begin at once', async () => {
    const { store } = await open();
    const ids = Array.from({ length: 8 }, (_, i) => `w${i}`);
    await Promise.all(ids.map((id) => store.workers.beat({ ...worker, id })));
    const first = await Promise.all(ids.map((id) => store.workers.beat({ ...worker, id })));
    expect(first).toEqual(ids.map((id) => id === 'w0'));
  });
}
