import { describe, expect, it } from 'vitest';
import { tokenBuckets } from '../../src/control/http/rate-limit.ts';
import { databases } from './databases.ts';
import { freshKey, keyed } from './keyed.ts';

const PATH = '/api/v1/environment';

describe.each(databases())('keys over %s', (_, open) => {
  it('let those in who have one, in either header', async () => {
    const { send, key } = keyed(await open());
    const ci = await key('ci', 'runs:read');
    expect((await send(PATH, { key: ci })).status).toBe(200);
    expect((await send(PATH, { headers: { authorization: `bearer ${ci}` } })).status).toBe(200);
    expect((await send(PATH, { headers: { 'x-api-key': ci } })).status).toBe(200);
    expect((await send(PATH, { key: ci, headers: { 'x-api-key': ci } })).status).toBe(200);
  });

  it('answer the same to every key that is none, so that nothing can be learnt', async () => {
    const world = await open();
    const { send, key, store, clock } = keyed(world);
    const [revoked, expired, foreign] = [await key('old', 'admin'), freshKey(), freshKey('production')];
    await store.keys.revoke(revoked.split('_')[2] ?? '');
    const parts = { environment: 'staging', name: 'x', scopes: ['admin'], actor: 'ada' };
    await store.keys.create({ ...parts, id: expired.id, secret: expired.key, expires_at: clock.now() + 1 });
    await store.keys.create({ ...parts, id: foreign.id, environment: 'production', secret: foreign.key });
    clock.advance(1);
    const live = await key('live', 'admin');
    const tries: Record<string, string>[] = [
      {},
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: `Basic ${live}` },
      { authorization: live },
      { authorization: `Bearer ${live} x` },
      { authorization: `Bearer ${live.slice(0, -1)}` },
      { authorization: `Bearer ${live.toUpperCase()}` },
      { authorization: `Bearer ${freshKey().key}` },
      { authorization: `Bearer ${revoked}` },
      { authorization: `Bearer ${expired.key}` },
      { authorization: `Bearer ${foreign.key}` },
      { authorization: `Bearer ${live}`, 'x-api-key': freshKey().key },
      { authorization: `Basic ${live}`, 'x-api-key': live },
      { 'x-api-key': `${live},${live}` },
      { 'x-api-key': 'x'.repeat(8_000) },
    ];
    const answers = new Set<string>();
    for (const headers of tries) {
      const answer = await send(PATH, { headers: { ...headers, 'x-request-id': 'same' } });
      answers.add(JSON.stringify([answer.status, [...answer.headers], await answer.text()]));
    }
    expect([...answers]).toEqual([expect.stringContaining('UNAUTHENTICATED')]);
    expect([...answers][0]).toContain('"www-authenticate","Bearer"');
    expect((await send(PATH, { key: live })).status).toBe(200);
  });

  it('count no more within five seconds of being revoked, and end to the millisecond', async () => {
    const { send, key, store, clock } = keyed(await open());
    const [admin, short] = [await key('admin', 'admin'), freshKey()];
    const { id, key: secret } = short;
    const parts = { id, environment: 'staging', name: 'short', secret, scopes: ['admin'], actor: 'ada' };
    await store.keys.create({ ...parts, expires_at: clock.now() + 3_000 });
    expect((await send(PATH, { key: secret })).status).toBe(200);
    expect((await send(PATH, { key: admin })).status).toBe(200);
    await store.keys.revoke(admin.split('_')[2] ?? '');
    clock.advance(2_999);
    expect((await send(PATH, { key: secret })).status).toBe(200);
    clock.advance(1);
    expect((await send(PATH, { key: secret })).status).toBe(401);
    clock.advance(2_000);
    expect((await send(PATH, { key: admin })).status).toBe(401);
  });

  it('that were unknown are known within five seconds of being made', async () => {
    const { send, store, clock } = keyed(await open());
    const { id, key } = freshKey();
    expect((await send(PATH, { key })).status).toBe(401);
    await store.keys.create({ id, environment: 'staging', name: 'x', secret: key, scopes: [], actor: 'ada' });
    clock.advance(5_000);
    expect((await send(PATH, { key })).status).toBe(200);
  });

  it('note when they were used, to the minute', async () => {
    const { send, key, store, clock } = keyed(await open());
    const ci = await key('ci');
    const used = async () => (await store.keys.list('staging'))[0]?.last_used_at;
    const first = clock.now();
    await send(PATH, { key: ci });
    expect(await used()).toBe(first);
    clock.advance(59_999);
    await send(PATH, { key: ci });
    expect(await used()).toBe(first);
    clock.advance(5_001);
    await send(PATH, { key: ci });
    expect(await used()).toBe(clock.now());
  });

  it('give nobody more than their scopes; admin everything but forcing', async () => {
    const { client, key } = keyed(await open());
    const reader = client(await key('reader', 'runs:read'));
    await expect(reader.call('GET /keys', {})).rejects.toMatchObject({
      code: 'FORBIDDEN',
      details: { needs: 'admin', has: ['runs:read'] },
    });
    const admin = client(await key('admin', 'admin'));
    expect((await admin.call('GET /keys', {})).keys).toHaveLength(2);
    expect(await admin.call('POST /releases/missing', { pipelines: [] })).toEqual({ missing: [] });
  });

  it('of the bootstrap are good until another administrator is there', async () => {
    const bootstrap = freshKey().key;
    const { client, send, clock } = keyed(await open(), { bootstrap });
    const first = client(bootstrap);
    const made = await first.call('POST /keys', { name: 'deployer', scopes: ['deploy'] });
    expect(made).toMatchObject({ actor: 'bootstrap', state: 'live' });
    clock.advance(5_000);
    const admin = await first.call('POST /keys', { name: 'ada', scopes: ['admin'] });
    clock.advance(5_000);
    expect((await send(PATH, { key: bootstrap })).status).toBe(401);
    const ada = client(admin.key ?? '');
    await ada.call('DELETE /keys/:id', { id: admin.id });
    clock.advance(5_000);
    expect((await send(PATH, { key: bootstrap })).status).toBe(200);
    expect((await send(PATH, { key: freshKey().key })).status).toBe(401);
  });

  it('may call so often, each for itself', async () => {
    const world = await open();
    const { send, key } = keyed(world, { rate: tokenBuckets(world.clock, { burst: 3, perSecond: 2 }) });
    const [ci, other] = [await key('ci'), await key('other')];
    const statuses = async (who: string, count: number) =>
      Promise.all(Array.from({ length: count }, async () => (await send(PATH, { key: who })).status));
    expect((await statuses(ci, 5)).sort()).toEqual([200, 200, 200, 429, 429]);
    expect(await statuses(other, 1)).toEqual([200]);
    const refused = await send(PATH, { key: ci });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED', details: { retry_after: 1 } });
    world.clock.advance(1_000);
    expect(await statuses(ci, 3)).toEqual([200, 200, 429]);
    expect(await send(PATH, { key: freshKey().key })).toMatchObject({ status: 401 });
  });
});

describe('token buckets', () => {
  const who = (at: number) => `key-${at}`;

  it('forget those that are full, so that many callers do not fill the memory', async () => {
    let now = 0;
    const rate = tokenBuckets({ now: () => now }, { burst: 1, perSecond: 1 });
    for (let at = 0; at < 10_000; at++) await rate.take(who(at));
    now = 1_000;
    expect(await rate.take('busy')).toBe(0);
    expect(await rate.take('busy')).toBe(1_000);
    expect(await rate.take(who(3))).toBe(0);
  });

  it('bear a clock that goes back', async () => {
    let now = 10_000;
    const rate = tokenBuckets({ now: () => now }, { burst: 1, perSecond: 1 });
    await rate.take('a');
    now = 0;
    expect(await rate.take('a')).toBe(1_000);
  });
});
