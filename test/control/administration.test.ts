import { describe, expect, it } from 'vitest';
import { parseAccessKey } from '../../src/core/access-key.ts';
import type { OpenWorld } from '../store/world.ts';
import { code } from '../store/world.ts';
import { databases } from './databases.ts';
import { planeIn, WAYS } from './plane.ts';

const CASES = databases().flatMap(([database, open]) =>
  WAYS.map(([way, connect]) => [`${way}, over ${database}`, open, connect] as const),
);

async function start(open: OpenWorld, connect: (typeof WAYS)[number][1], options = {}) {
  const world = await open();
  const control = planeIn(world, { ...options });
  const admin = await connect(control, { actor: 'ada', scopes: ['admin'] });
  const actions = async () => (await admin.call('GET /audit', {})).entries.map(({ action }) => action).reverse();
  return { ...world, control, admin, actions };
}

const NAUGHTY = [
  '',
  ' ',
  '../x',
  'a/b',
  'a b',
  "'; drop table keys",
  '__proto__',
  'ä',
  '\u{202e}x',
  'x'.repeat(10_000),
  '\n',
];

describe.each(CASES)('keys %s', (_, open, connect) => {
  it('are shown whole once, listed without what makes them keys, and told of in the audit', async () => {
    const { admin, store, clock } = await start(open, connect);
    const expires_at = clock.now() + 1_000;
    const made = await admin.call('POST /keys', { name: 'ci', scopes: ['deploy', 'deploy'], expires_at });
    expect(parseAccessKey(made.key ?? '')).toEqual({ environment: 'staging', id: made.id });
    const { keys, next } = await admin.call('GET /keys', {});
    const { key: _, ...shown } = made;
    expect({ keys, next }).toEqual({ keys: [shown], next: null });
    expect(shown).toEqual({
      id: made.id,
      name: 'ci',
      scopes: ['deploy'],
      state: 'live',
      actor: 'ada',
      created_at: clock.now(),
      expires_at,
      last_used_at: null,
      revoked_at: null,
    });
    const { entries } = await admin.call('GET /audit', {});
    expect(entries).toMatchObject([
      { number: 1, actor: 'ada', action: 'keys.create', target: made.id, details: { name: 'ci', scopes: ['deploy'] } },
    ]);
    const everything = JSON.stringify([keys, entries, await store.keys.list('staging')]);
    expect(everything).not.toContain(made.key?.split('_')[3]);
  });

  it('are made once by a call that is repeated, and nothing that was kept for it is a key', async () => {
    const { control, store, actions } = await start(open, connect);
    const client = await connect(control, { actor: 'ada', scopes: ['admin'], idempotencyKey: () => 'once' });
    const first = await client.call('POST /keys', { name: 'ci', scopes: ['deploy'] });
    const again = await client.call('POST /keys', { name: 'ci', scopes: ['deploy'] });
    expect(again).toEqual({ ...first, key: null });
    expect(first.key).toMatch(/^fm_staging_/);
    expect(await store.keys.list('staging')).toHaveLength(1);
    expect(await actions()).toEqual(['keys.create']);
    await expect(client.call('POST /keys', { name: 'ci', scopes: ['admin'] })).rejects.toEqual(
      code('IDEMPOTENCY_MISMATCH'),
    );
  });

  it('have a name that one living key has at a time, however many ask for it', async () => {
    const { admin, clock, actions } = await start(open, connect);
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => admin.call('POST /keys', { name: 'ci', scopes: ['deploy'] })),
    );
    const made = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(made).toHaveLength(1);
    const lost = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    for (const error of lost) expect(error).toEqual(code('ALREADY_EXISTS', 'ci'));
    expect(await actions()).toEqual(['keys.create']);
    await admin.call('DELETE /keys/:id', { id: made[0]?.id ?? '' });
    clock.advance(1);
    expect(await admin.call('POST /keys', { name: 'ci', scopes: ['deploy'] })).toMatchObject({ state: 'live' });
  });

  it('are revoked once, and say so when asked again', async () => {
    const { admin, clock, actions } = await start(open, connect);
    const { id } = await admin.call('POST /keys', { name: 'ci', scopes: ['deploy'] });
    const revoked = { id, state: 'revoked', revoked_at: clock.now() };
    expect(await admin.call('DELETE /keys/:id', { id })).toMatchObject({ ...revoked, revoked: true });
    expect(await admin.call('DELETE /keys/:id', { id })).toMatchObject({ ...revoked, revoked: false });
    expect(await actions()).toEqual(['keys.create', 'keys.revoke']);
    await expect(admin.call('POST /keys/:id/rotate', { id })).rejects.toEqual(code('NOT_FOUND', 'ci'));
  });

  it('are rotated with an overlap, and live as long as the old one was to', async () => {
    const { admin, clock, actions } = await start(open, connect);
    const old = await admin.call('POST /keys', { name: 'ci', scopes: ['deploy'], expires_at: clock.now() + 90_000 });
    clock.advance(30_000);
    const now = clock.now();
    const fresh = await admin.call('POST /keys/:id/rotate', { id: old.id, overlap: 1_000 });
    expect(fresh).toMatchObject({
      name: 'ci',
      scopes: ['deploy'],
      expires_at: now + 90_000,
      replaces: { id: old.id, expires_at: now + 1_000 },
    });
    expect(fresh.key).not.toBe(old.key);
    // An overlap does not let the old one live longer than it would have.
    const longer = await admin.call('POST /keys/:id/rotate', { id: fresh.id, overlap: 500_000, expires_at: null });
    expect(longer).toMatchObject({ expires_at: null, replaces: { expires_at: now + 90_000 } });
    expect(await actions()).toEqual(['keys.create', 'keys.rotate', 'keys.rotate']);
    clock.advance(1_000);
    const states = Object.fromEntries((await admin.call('GET /keys', {})).keys.map(({ id, state }) => [id, state]));
    expect(states).toEqual({ [old.id]: 'expired', [fresh.id]: 'live', [longer.id]: 'live' });
  });

  it('are listed in pages', async () => {
    const { admin } = await start(open, connect);
    for (const name of ['a', 'b', 'c']) await admin.call('POST /keys', { name, scopes: ['deploy'] });
    const first = await admin.call('GET /keys', { limit: '2' });
    const second = await admin.call('GET /keys', { limit: '2', after: first.next ?? '' });
    expect([...first.keys, ...second.keys].map(({ name }) => name).sort()).toEqual(['a', 'b', 'c']);
    expect(second.next).toBeNull();
    await expect(admin.call('GET /keys', { after: 'gone' })).rejects.toEqual(code('REQUEST_INVALID', 'after'));
    for (const limit of ['0', '501', '-1', '1e2', '1.5', 'x', ''])
      await expect(admin.call('GET /keys', { limit })).rejects.toEqual(code('REQUEST_INVALID', 'limit'));
  });

  it('refuse what makes no sense, and who may not', async () => {
    const { admin, control, clock, actions } = await start(open, connect);
    for (const name of NAUGHTY)
      await expect(admin.call('POST /keys', { name, scopes: ['deploy'] })).rejects.toEqual(code('REQUEST_INVALID'));
    const wrong = { name: 'ci', scopes: ['root'] } as unknown as { name: string; scopes: ['admin'] };
    await expect(admin.call('POST /keys', wrong)).rejects.toEqual(code('REQUEST_INVALID', 'scopes.0'));
    await expect(admin.call('POST /keys', { name: 'ci', scopes: [] })).rejects.toEqual(code('REQUEST_INVALID'));
    const past = { name: 'ci', scopes: ['deploy' as const], expires_at: clock.now() };
    await expect(admin.call('POST /keys', past)).rejects.toEqual(code('REQUEST_INVALID', 'expires_at'));
    await expect(admin.call('POST /keys', { name: 'bootstrap', scopes: ['admin'] })).rejects.toEqual(
      code('ALREADY_EXISTS'),
    );
    for (const id of ['nobody', '%2e%2e', 'a/b', '\u{202e}'])
      await expect(admin.call('DELETE /keys/:id', { id })).rejects.toEqual(code('NOT_FOUND'));
    const more = { name: 'ci', scopes: ['deploy' as const], secret: 'mine' };
    await expect(admin.call('POST /keys', more)).rejects.toEqual(code('REQUEST_INVALID', 'secret'));
    const deployer = await connect(control, { scopes: ['deploy', 'deploy:force', 'runs:write'] });
    await expect(deployer.call('POST /keys', { name: 'ci', scopes: ['deploy'] })).rejects.toEqual(code('FORBIDDEN'));
    await expect(deployer.call('GET /keys', {})).rejects.toEqual(code('FORBIDDEN'));
    await expect(deployer.call('GET /audit', {})).rejects.toEqual(code('FORBIDDEN'));
    expect(await actions()).toEqual([]);
  });
});

describe.each(CASES)('variables %s', (_, open, connect) => {
  it('are set, shown, listed by name and removed, each with its revision', async () => {
    const { admin, clock, actions } = await start(open, connect);
    expect(await admin.call('PUT /vars/:name', { name: 'region', value: 'eu' })).toEqual({
      name: 'region',
      revision: 1,
    });
    expect(await admin.call('PUT /vars/:name', { name: 'region', value: ['us'] })).toMatchObject({ revision: 2 });
    await admin.call('PUT /vars/:name', { name: 'limit', value: null });
    const region = { name: 'region', value: ['us'], revision: 2, actor: 'ada', updated_at: clock.now() };
    expect(await admin.call('GET /vars/:name', { name: 'region' })).toEqual(region);
    const { vars, next } = await admin.call('GET /vars', {});
    expect({ vars, next }).toEqual({
      vars: [{ ...region, name: 'limit', value: null, revision: 1 }, region],
      next: null,
    });
    expect(await admin.call('DELETE /vars/:name', { name: 'region' })).toEqual({ name: 'region', removed: true });
    expect(await admin.call('DELETE /vars/:name', { name: 'region' })).toEqual({ name: 'region', removed: false });
    await expect(admin.call('GET /vars/:name', { name: 'region' })).rejects.toEqual(code('NOT_FOUND', 'region'));
    expect(await actions()).toEqual(['vars.set', 'vars.set', 'vars.set', 'vars.unset']);
  });

  it('are not overwritten unseen by who says what was read', async () => {
    const { admin } = await start(open, connect);
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, value) => admin.call('PUT /vars/:name', { name: 'x', value, revision: 0 })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toEqual(code('CHANGED_MEANWHILE'));
    await expect(admin.call('DELETE /vars/:name', { name: 'x', revision: '2' })).rejects.toEqual(
      code('CHANGED_MEANWHILE'),
    );
    expect(await admin.call('DELETE /vars/:name', { name: 'x', revision: '1' })).toMatchObject({ removed: true });
  });

  it('lose no change when many set them without asking', async () => {
    const { admin, actions } = await start(open, connect);
    await Promise.all(Array.from({ length: 8 }, (_, value) => admin.call('PUT /vars/:name', { name: 'x', value })));
    expect(await admin.call('GET /vars/:name', { name: 'x' })).toMatchObject({ revision: 8 });
    expect(await actions()).toHaveLength(8);
    expect(await admin.call('GET /audit/verification', {})).toEqual({ rows: 8, broken: null });
  });

  it('have names and values that runs can use, and belong to who may deploy', async () => {
    const { admin, control, actions } = await start(open, connect);
    for (const name of NAUGHTY.filter((name) => name !== '' && name !== '__proto__'))
      await expect(admin.call('PUT /vars/:name', { name, value: 1 })).rejects.toEqual(code('REQUEST_INVALID', 'name'));
    const value = 'x'.repeat(100_000);
    await expect(admin.call('PUT /vars/:name', { name: 'x', value })).rejects.toEqual(code('REQUEST_INVALID', 'value'));
    const hostile = { '\0': '\0', text: '\u{202e}</script>', number: 1e308 };
    await admin.call('PUT /vars/:name', { name: 'hostile', value: hostile });
    expect(await admin.call('GET /vars/:name', { name: 'hostile' })).toMatchObject({ value: hostile });
    await admin.call('DELETE /vars/:name', { name: 'hostile' });
    const missing = { name: 'x' } as { name: string; value: string };
    await expect(admin.call('PUT /vars/:name', missing)).rejects.toEqual(code('REQUEST_INVALID', 'value'));
    expect(await admin.call('PUT /vars/:name', { name: '__proto__', value: 1 })).toMatchObject({ revision: 1 });
    const deployer = await connect(control, { scopes: ['deploy'] });
    expect((await deployer.call('GET /vars', {})).vars).toMatchObject([{ name: '__proto__', value: 1 }]);
    await expect(deployer.call('PUT /vars/:name', { name: 'x', value: 1 })).rejects.toEqual(code('FORBIDDEN', 'admin'));
    const runner = await connect(control, { scopes: ['runs:write', 'runs:read', 'releases:read'] });
    await expect(runner.call('GET /vars', {})).rejects.toEqual(code('FORBIDDEN', 'deploy'));
    expect(await actions()).toEqual(['vars.set', 'vars.unset', 'vars.set']);
  });

  it('that the host sets are not set in vain', async () => {
    const { admin } = await start(open, connect, { control: { vars: { region: 'here' } } });
    await expect(admin.call('PUT /vars/:name', { name: 'region', value: 'eu' })).rejects.toEqual(
      code('ALREADY_EXISTS'),
    );
  });
});

describe.each(CASES)('the environment %s', (_, open, connect) => {
  it('has settings that change one by one', async () => {
    const { admin, clock, actions } = await start(open, connect);
    expect(await admin.call('GET /environment', {})).toMatchObject({ name: 'staging', protected: false, revision: 0 });
    clock.advance(1);
    const changed = await admin.call('PATCH /environment', { protected: true, requires: ['tests'] });
    expect(changed).toMatchObject({ protected: true, requires: ['tests'], immutable_versions: false });
    expect(changed.updated_at).toBe(clock.now());
    const more = await admin.call('PATCH /environment', { promotes_from: 'dev', revision: changed.revision });
    expect(more).toMatchObject({ protected: true, promotes_from: 'dev' });
    expect(await admin.call('GET /environment', {})).toEqual(more);
    const stale = admin.call('PATCH /environment', { protected: false, revision: changed.revision });
    await expect(stale).rejects.toEqual(code('CHANGED_MEANWHILE'));
    expect(await actions()).toEqual(['environment.change', 'environment.change']);
  });

  it('takes revision 0 for what nobody has set, once', async () => {
    const { admin } = await start(open, connect);
    const all = await Promise.allSettled(
      Array.from({ length: 6 }, () => admin.call('PATCH /environment', { protected: true, revision: 0 })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('that is called production is protected from the first', async () => {
    const { admin } = await start(open, connect, { environment: 'production' });
    expect(await admin.call('GET /environment', {})).toMatchObject({ protected: true });
    expect(await admin.call('PATCH /environment', { immutable_versions: true })).toMatchObject({ protected: true });
    expect(await admin.call('PATCH /environment', { protected: false })).toMatchObject({ protected: false });
  });

  it('refuses settings that mean nothing', async () => {
    const { admin, control } = await start(open, connect);
    await expect(admin.call('PATCH /environment', { promotes_from: 'staging' })).rejects.toEqual(
      code('REQUEST_INVALID', 'promotes_from'),
    );
    for (const promotes_from of ['', 'Prod', '../x', 'x'.repeat(41)])
      await expect(admin.call('PATCH /environment', { promotes_from })).rejects.toEqual(code('REQUEST_INVALID'));
    const unknown = { requires: ['luck'] } as unknown as { requires: ['tests'] };
    await expect(admin.call('PATCH /environment', unknown)).rejects.toEqual(code('REQUEST_INVALID', 'requires.0'));
    for (const url of ['', 'alerts', 'ftp://alerts.test/x', 'https://ada:pw@alerts.test/x', 'https://'])
      await expect(admin.call('PATCH /environment', { failure_webhook: { url } })).rejects.toEqual(
        code('REQUEST_INVALID', 'failure_webhook.url: Expected an address'),
      );
    const deployer = await connect(control, { scopes: ['deploy', 'deploy:force'] });
    await expect(deployer.call('PATCH /environment', { protected: false })).rejects.toEqual(code('FORBIDDEN'));
  });

  it('is locked by one, who alone renews and opens it; others need to force it', async () => {
    const { control, clock, actions } = await start(open, connect);
    const bob = await connect(control, { actor: 'bob', scopes: ['deploy'] });
    const eve = await connect(control, { actor: 'eve', scopes: ['deploy'] });
    const chief = await connect(control, { actor: 'chief', scopes: ['deploy', 'deploy:force'] });
    const locked = await bob.call('PUT /environment/lock', { reason: ' moving the database ' });
    const lock = { holder: 'bob', reason: 'moving the database', locked_at: clock.now(), expires_at: null };
    expect(locked.lock).toEqual(lock);
    const refused = eve.call('PUT /environment/lock', { reason: 'me' });
    await expect(refused).rejects.toMatchObject({ code: 'ENVIRONMENT_LOCKED', details: { holder: 'bob' } });
    await expect(eve.call('DELETE /environment/lock', {})).rejects.toEqual(code('ENVIRONMENT_LOCKED', 'moving'));
    await expect(eve.call('DELETE /environment/lock', { force: 'true' })).rejects.toEqual(code('FORBIDDEN'));
    const expires_at = clock.now() + 500;
    expect((await bob.call('PUT /environment/lock', { reason: 'still', expires_at })).lock?.expires_at).toBe(
      expires_at,
    );
    expect(await chief.call('DELETE /environment/lock', { force: 'true' })).toEqual({
      name: 'staging',
      unlocked: true,
    });
    expect(await chief.call('DELETE /environment/lock', {})).toEqual({ name: 'staging', unlocked: false });
    expect(await actions()).toEqual(['environment.lock', 'environment.lock', 'environment.unlock']);
  });

  it('is free again when a lock has expired, and one of many gets the lock', async () => {
    const { control, clock } = await start(open, connect);
    const people = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((actor) => connect(control, { actor, scopes: ['deploy'] })),
    );
    const lockAll = () =>
      Promise.allSettled(
        people.map((one) => one.call('PUT /environment/lock', { reason: 'mine', expires_at: clock.now() + 1_000 })),
      );
    expect((await lockAll()).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    clock.advance(1_000);
    expect((await lockAll()).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [first] = people;
    const past = { reason: 'x', expires_at: clock.now() };
    await expect(first?.call('PUT /environment/lock', past)).rejects.toEqual(code('REQUEST_INVALID', 'expires_at'));
    for (const reason of ['', '  ', 'x'.repeat(501)])
      await expect(first?.call('PUT /environment/lock', { reason })).rejects.toEqual(code('REQUEST_INVALID', 'reason'));
  });
});

describe.each(CASES)('the audit %s', (_, open, connect) => {
  it('is listed in pages, and tells when somebody has changed it', async () => {
    const { admin, database } = await start(open, connect);
    for (let value = 1; value <= 5; value++) await admin.call('PUT /vars/:name', { name: 'x', value });
    const first = await admin.call('GET /audit', { limit: '3' });
    const second = await admin.call('GET /audit', { limit: '3', before: first.next ?? '' });
    expect([...first.entries, ...second.entries].map(({ number }) => number)).toEqual([5, 4, 3, 2, 1]);
    expect([first.next, second.next]).toEqual(['3', null]);
    expect(await admin.call('GET /audit/verification', {})).toEqual({ rows: 5, broken: null });
    const { audit } = database.dialect.tables;
    await database.db.update(audit).set({ actor: 'nobody', details: '{' });
    expect(await admin.call('GET /audit/verification', {})).toEqual({
      rows: 0,
      broken: { number: 1, what: 'changed' },
    });
    expect((await admin.call('GET /audit', { limit: '1' })).entries).toMatchObject([{ details: '{' }]);
    await database.db.delete(audit);
    expect(await admin.call('GET /audit/verification', {})).toEqual({
      rows: 0,
      broken: { number: 1, what: 'cut off' },
    });
  });

  it('is whole at every moment while others add to it', async () => {
    const { admin } = await start(open, connect);
    const [, ...verified] = await Promise.all([
      Promise.all(
        Array.from({ length: 20 }, (_, value) => admin.call('PUT /vars/:name', { name: `v${value}`, value })),
      ),
      ...Array.from({ length: 20 }, () => admin.call('GET /audit/verification', {})),
    ]);
    expect(verified.filter(({ broken }) => broken !== null)).toEqual([]);
  });
});
