import { expect, it } from 'vitest';
import { code } from '../store/world.ts';
import { onEvery } from './every.ts';
import { planeIn } from './plane.ts';
import { type Definition, deploy, logs, planned, releaseOf, uploaded } from './shop.ts';

const LOG = { environment: 'staging', project: 'shop' };
const OPEN = { protected: false, promotes_from: null, immutable_versions: false, requires: [] };
const one = releaseOf([logs('pay'), logs('ship')]);
const two = releaseOf([logs('pay', 'second'), logs('ship')], { version: '1.1.0' });
const less = releaseOf([logs('pay')], { version: '1.2.0' });

onEvery('applying a plan', (open, connect) => {
  it('makes the release active, and everything that was said about it is in the log', async () => {
    const world = await open();
    const { store } = world;
    const client = await connect(planeIn(world), { actor: 'ada' });
    const { id, hash } = await planned(client, one);
    const said = { message: 'Ship it\n☃', commit: 'abc1234', commit_author: 'Ada <ada@example.com>' };
    const { deployment, done } = await client.call('POST /deployments', { plan: id ?? '', hash, ...said });
    expect(done).toBe(true);
    expect(deployment).toMatchObject({
      ...LOG,
      ...said,
      number: 1,
      kind: 'deploy',
      release: one.digest,
      version: '1.0.0',
      base: 0,
      actor: 'ada',
      forced: false,
      plan: hash,
      changes: { added: 2, changed: 0, removed: 0 },
      status: 'succeeded',
      active: true,
    });
    expect(await client.call('GET /deployments/:number', { number: 1 })).toEqual(deployment);
    expect(await client.call('GET /releases/active', { project: 'shop' })).toEqual({
      releases: [expect.objectContaining({ project: 'shop', digest: one.digest, version: '1.0.0', number: 1 })],
    });
    const [row] = await store.audit.list({ limit: 9 });
    expect(row).toMatchObject({ actor: 'ada', action: 'deployments.deploy', target: 'staging/shop#1' });
  });

  it('is nothing to do when the release is active already', async () => {
    const world = await open();
    const { store } = world;
    const client = await connect(planeIn(world));
    const first = await deploy(client, one);
    expect(await deploy(client, one)).toEqual({ ...first, done: false });
    expect(await store.deployments.list(LOG, { limit: 9 })).toHaveLength(1);
    expect(await store.audit.verify()).toEqual({ rows: 1, broken: null });
  });

  it('gives a repeated call the first answer', async () => {
    const world = await open();
    let key = 0;
    const client = await connect(planeIn(world), { idempotencyKey: () => `key-${key}` });
    await uploaded(client, one);
    const { id } = await client.call('POST /deployments/plan', { manifest: one.manifest });
    key++;
    const first = await client.call('POST /deployments', { plan: id ?? '' });
    expect(await client.call('POST /deployments', { plan: id ?? '' })).toEqual(first);
    await expect(client.call('POST /deployments', { plan: id ?? '', message: 'x' })).rejects.toEqual(
      code('IDEMPOTENCY_MISMATCH'),
    );
    expect(await world.store.deployments.list(LOG, { limit: 9 })).toHaveLength(1);
  });

  it('is refused with both sides when something else became active, and a saved plan with all that came since', async () => {
    const client = await connect(planeIn(await open()), { actor: 'ada' });
    await deploy(client, one);
    const late = await planned(client, less);
    await deploy(client, two);
    const again = await planned(client, two);
    expect(again.active).toBe(true);
    const apply = (more: object) =>
      client.call('POST /deployments', { plan: late.id ?? '', consent: ['ship'], ...more });
    await expect(apply({})).rejects.toEqual(
      expect.objectContaining({
        code: 'BASE_MOVED',
        details: {
          base: expect.objectContaining({ number: 1 }),
          active: expect.objectContaining({ number: 2, actor: 'ada' }),
        },
      }),
    );
    await expect(apply({ saved: true })).rejects.toEqual(
      expect.objectContaining({
        code: 'PLAN_STALE',
        message: expect.stringContaining('#2 deploy 1.1.0 by ada'),
        details: expect.objectContaining({ since: [expect.objectContaining({ number: 2, release: two.digest })] }),
      }),
    );
    await expect(apply({ hash: 'f'.repeat(64) })).rejects.toEqual(code('PLAN_STALE', late.hash));
    expect((await client.call('GET /deployments', {})).deployments).toHaveLength(2);
  });

  it('removes nothing without consent to exactly that, and asks once for a release', async () => {
    const world = await open();
    const client = await connect(planeIn(world));
    await deploy(client, one);
    const plan = await planned(client, less);
    const apply = (consent: string[]) => client.call('POST /deployments', { plan: plan.id ?? '', consent });
    const needs = expect.objectContaining({
      code: 'REMOVALS_NEED_CONSENT',
      details: { removals: ['ship'] },
      hint: 'fm deploy staging --prune',
    });
    await expect(apply([])).rejects.toEqual(needs);
    await expect(apply(['pay'])).rejects.toEqual(needs);
    const { deployment } = await apply(['ship']);
    expect(deployment).toMatchObject({ removals: ['ship'], changes: { added: 0, changed: 0, removed: 1 } });
    expect((await client.call('GET /releases/:digest', { digest: less.digest })).evidence).toEqual([
      expect.objectContaining({ kind: 'removals', content: { names: ['ship'] } }),
    ]);
    await deploy(client, two);
    const second = await planned(client, less);
    expect(second).toMatchObject({ removals: ['ship'], unconsented: [] });
    expect(await client.call('POST /deployments', { plan: second.id ?? '' })).toMatchObject({ done: true });
    await expect(client.call('GET /pipelines/:name', { name: 'ship' })).rejects.toEqual(code('NOT_FOUND', 'ship'));
  });

  it('keeps the consent of whoever planned with prune', async () => {
    const client = await connect(planeIn(await open()));
    await deploy(client, one);
    const { id } = await planned(client, less, { prune: true });
    expect(await client.call('POST /deployments', { plan: id ?? '', saved: true })).toMatchObject({ done: true });
  });

  it('checks again when it is applied, and lists every problem', async () => {
    const world = await open();
    const ada = { environment: 'staging', actor: 'ada' };
    for (const name of ['base', 'region']) await world.store.vars.set({ ...ada, name }, 'x');
    const client = await connect(planeIn(world));
    const { id, preflight } = await planned(client, releaseOf([logs('pay', '{{ vars.base }} {{ vars.region }}')]));
    expect(preflight.problems).toEqual([]);
    for (const name of ['base', 'region']) await world.store.vars.unset({ ...ada, name });
    await expect(client.call('POST /deployments', { plan: id ?? '' })).rejects.toEqual(
      expect.objectContaining({
        code: 'PREFLIGHT_FAILED',
        hint: 'fm vars set base=VALUE --env staging\nfm vars set region=VALUE --env staging',
        details: {
          problems: ['base', 'region'].map((name) =>
            expect.objectContaining({ code: 'VAR_MISSING', details: { name } }),
          ),
        },
      }),
    );
    expect(await world.store.deployments.list(LOG, { limit: 9 })).toEqual([]);
    expect(await world.store.audit.verify()).toEqual({ rows: 0, broken: null });
  });

  it('does not pass a lock, not even by force', async () => {
    const world = await open();
    const client = await connect(planeIn(world), { actor: 'ada' });
    await world.store.environments.ensure('staging', OPEN);
    await world.store.environments.lock('staging', { holder: 'bob', reason: 'sale', expires_at: null });
    const { id } = await planned(client, one);
    const apply = (as: typeof client) => as.call('POST /deployments', { plan: id ?? '', force: true });
    await expect(apply(client)).rejects.toEqual(code('ENVIRONMENT_LOCKED', 'bob: sale'));
    expect(await apply(await connect(planeIn(world), { actor: 'bob' }))).toMatchObject({ done: true });
  });

  it('protects a first production, which force with the scope for it passes and marks', async () => {
    const world = await open();
    const plane = planeIn(world, { environment: 'production' });
    const client = await connect(plane, { scopes: ['deploy', 'releases:read', 'admin'] });
    expect(await client.call('GET /environment', {})).toMatchObject({ protected: true });
    const { id, preflight } = await planned(client, one, { force: true });
    expect(preflight.problems).toEqual([
      expect.objectContaining({
        code: 'ENVIRONMENT_PROTECTED',
        hint: 'fm promote production, or use a key with the scope deploy:force',
      }),
    ]);
    const apply = (as: typeof client, force: boolean) => as.call('POST /deployments', { plan: id ?? '', force });
    await expect(apply(client, false)).rejects.toEqual(code('ENVIRONMENT_PROTECTED', 'promotion'));
    await expect(apply(client, true)).rejects.toEqual(code('ENVIRONMENT_PROTECTED', 'lacks the scope'));
    // Nothing was written, not even the environment.
    expect(await world.store.environments.get('production')).toBeUndefined();
    const mighty = await connect(plane);
    await expect(apply(mighty, false)).rejects.toEqual(code('ENVIRONMENT_PROTECTED'));
    expect((await apply(mighty, true)).deployment).toMatchObject({ forced: true });
    expect(await world.store.environments.get('production')).toMatchObject({ protected: true });
    const [row] = await world.store.audit.list({ limit: 1 });
    expect(JSON.parse(row?.details ?? '')).toMatchObject({ forced: true });
    const org = planeIn(world, { environment: 'production', kind: 'org' });
    expect(await (await connect(org)).call('GET /environment', {})).toMatchObject({ protected: true, kind: 'org' });
  });

  it('does not force what needs none', async () => {
    const client = await connect(planeIn(await open()));
    expect((await deploy(client, one, { force: true })).deployment.forced).toBe(false);
  });

  it('takes no release without the evidence that the environment requires', async () => {
    const world = await open();
    const client = await connect(planeIn(world), { actor: 'ci' });
    await world.store.environments.ensure('staging', { ...OPEN, requires: ['tests'] });
    const { id, preflight } = await planned(client, one);
    expect(preflight.problems).toEqual([
      expect.objectContaining({ code: 'EVIDENCE_MISSING', details: { missing: ['tests'] } }),
    ]);
    const apply = () => client.call('POST /deployments', { plan: id ?? '' });
    await expect(apply()).rejects.toEqual(code('EVIDENCE_MISSING', 'tests'));
    const put = (kind: string, content: object, release = one.digest) =>
      client.call('PUT /evidence/:release', { release, kind, content: content as never });
    await expect(put('tests', { passed: 3, failed: 1 })).rejects.toEqual(code('REQUEST_INVALID', 'failed'));
    await expect(put('removals', { names: ['ship'] })).rejects.toEqual(code('REQUEST_INVALID', 'kind'));
    await expect(put('Tests', {})).rejects.toEqual(code('REQUEST_INVALID', 'kind'));
    await expect(put('tests', { note: 'x'.repeat(70_000) })).rejects.toEqual(code('REQUEST_INVALID', 'content'));
    await expect(put('tests', {}, 'f'.repeat(64))).rejects.toEqual(code('NOT_FOUND'));
    await put('tests', { passed: 4, failed: 0 });
    expect(await apply()).toMatchObject({ done: true });
    expect((await client.call('GET /releases/:digest', { digest: one.digest })).evidence).toEqual([
      { kind: 'tests', content: { passed: 4, failed: 0 }, actor: 'ci', at: world.clock.now() },
    ]);
  });

  it('keeps versions immutable where they are', async () => {
    const world = await open();
    const client = await connect(planeIn(world));
    await deploy(client, one);
    await world.store.environments.change('staging', 1, { immutable_versions: true });
    const { id } = await planned(client, releaseOf([logs('pay', 'other'), logs('ship')]));
    await expect(client.call('POST /deployments', { plan: id ?? '' })).rejects.toEqual(code('VERSION_TAKEN', '#1'));
    expect(await deploy(client, two)).toMatchObject({ done: true });
  });

  it('gives a name to one project', async () => {
    const client = await connect(planeIn(await open()));
    const { id } = await planned(client, releaseOf([logs('pay')], { project: 'other' }));
    await deploy(client, one);
    await expect(client.call('POST /deployments', { plan: id ?? '' })).rejects.toEqual(
      expect.objectContaining({
        code: 'PREFLIGHT_FAILED',
        details: { problems: [expect.objectContaining({ code: 'NAME_TAKEN' })] },
      }),
    );
  });

  it('makes its triggers those of the release, and lets webhooks keep their address', async () => {
    const world = await open();
    const client = await connect(planeIn(world, { environment: 'staging' }));
    const hook = { type: 'webhook', id: 'order', path: 'orders', signature: { scheme: 'none' } };
    const daily = { type: 'schedule', id: 'daily', cron: '0 6 * * *' };
    const withTriggers = (text: string, triggers: readonly Definition[]) =>
      releaseOf([logs('pay', text, { triggers })]);
    await deploy(client, withTriggers('a', [hook, daily]));
    const before = await world.store.triggers.list('staging');
    expect(before.map(({ id, type, path, next_at }) => [id, type, path, next_at])).toEqual([
      ['daily', 'schedule', null, expect.any(Number)],
      ['order', 'webhook', expect.stringMatching(/^id-\d+\/orders$/), null],
    ]);
    await world.store.triggers.pause({ environment: 'staging', project: 'shop', pipeline: 'pay', id: 'order' });
    await deploy(client, withTriggers('b', [{ ...hook, path: 'sales' }]));
    const [after, ...rest] = await world.store.triggers.list('staging', 'shop');
    expect(rest).toEqual([]);
    expect(after).toMatchObject({ id: 'order', paused: true, path: before[1]?.path?.replace('orders', 'sales') });
    // Also one that was gone for a while.
    await deploy(client, withTriggers('c', [daily]));
    await deploy(client, withTriggers('d', [daily, hook]));
    const back = await world.store.triggers.list('staging', 'shop');
    expect(back.map(({ id, path, paused }) => [id, path, paused])).toEqual([
      ['daily', null, false],
      ['order', before[1]?.path, true],
    ]);
  });

  it('is a push in an org', async () => {
    const client = await connect(planeIn(await open(), { kind: 'org', environment: 'local' }));
    expect((await deploy(client, one)).deployment).toMatchObject({ kind: 'push', environment: 'local' });
  });

  it('refuses fields that it does not know, and hostile texts', async () => {
    const client = await connect(planeIn(await open()));
    const { id } = await planned(client, one);
    const apply = (more: object) => client.call('POST /deployments', { plan: id ?? '', ...more });
    for (const more of [
      { extra: 1 },
      { message: 'a\u0000b' },
      { message: '\u001b[2J' },
      { message: 'x'.repeat(5_000) },
      { commit: 'HEAD' },
      { commit_author: 'a\nb' },
      { consent: ['../x'] },
      { plan: "x' or 1=1" },
    ])
      await expect(apply(more)).rejects.toEqual(code('REQUEST_INVALID'));
    await expect(apply({ plan: 'unknown' })).rejects.toEqual(code('NOT_FOUND', 'unknown'));
  });
});
