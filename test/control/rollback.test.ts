import { expect, it } from 'vitest';
import { newRun } from '../store/samples.ts';
import { code } from '../store/world.ts';
import { onEvery } from './every.ts';
import { planeIn } from './plane.ts';
import { deploy, logs, planned, releaseOf } from './shop.ts';

const LOG = { environment: 'staging', project: 'shop' };
const one = releaseOf([logs('pay'), logs('ship')]);
const two = releaseOf([logs('pay', 'second')], { version: '1.1.0' });
const three = releaseOf([logs('pay', 'third')], { version: '1.2.0' });

onEvery('rolling back', (open, connect) => {
  it('adds an entry that points at an earlier release, and says what does not go back', async () => {
    const world = await open();
    const { store } = world;
    const client = await connect(planeIn(world), { actor: 'ada' });
    for (const release of [one, two]) await deploy(client, release);
    const run = (id: string, release: string, version: string) =>
      store.runs.create(newRun(id, { ...LOG, release, version }));
    await run('r1', one.digest, '1.0.0');
    await run('r2', two.digest, '1.1.0');
    await run('r3', two.digest, '1.1.0');
    await store.runs.create(newRun('r4', { ...LOG, project: 'other', release: two.digest }));
    const shown = await client.call('POST /rollbacks', { version: 'v1.0.0', dry_run: true });
    expect(shown).toMatchObject({
      deployment: null,
      done: false,
      from: { number: 2, active: true },
      to: { number: 1 },
    });
    const view = await client.call('POST /rollbacks', { version: '1.0.0', message: 'It fails', base: 2 });
    expect(view).toMatchObject({
      done: true,
      deployment: {
        number: 3,
        kind: 'rollback',
        release: one.digest,
        version: '1.0.0',
        base: 2,
        origin: '#1',
        actor: 'ada',
        message: 'It fails',
        forced: false,
        removals: [],
        changes: { added: 1, changed: 1, removed: 0 },
        active: true,
      },
      from: { number: 2, active: false },
      to: { number: 1 },
      in_flight: [
        { release: one.digest, version: '1.0.0', runs: 1 },
        { release: two.digest, version: '1.1.0', runs: 2 },
      ],
      problems: [],
      warnings: [],
    });
    expect(view.diff.pipelines.added.map(({ name }) => name)).toEqual(['ship']);
    expect(await client.call('GET /pipelines/:name', { name: 'ship' })).toMatchObject({
      release: one.digest,
      number: 3,
    });
    expect((await store.audit.list({ limit: 1 }))[0]).toMatchObject({
      action: 'deployments.rollback',
      target: 'staging/shop#3',
    });
    expect(await store.audit.verify()).toEqual({ rows: 3, broken: null });
  });

  it('returns when it is done twice, and goes further back by version, number or release', async () => {
    const client = await connect(planeIn(await open()));
    for (const release of [one, two, three]) await deploy(client, release);
    const back = async (choice: Parameters<typeof client.call<'POST /rollbacks'>>[1]) =>
      (await client.call('POST /rollbacks', choice)).deployment;
    expect(await back({ previous: true })).toMatchObject({ release: two.digest, origin: '#2' });
    expect(await back({ previous: true })).toMatchObject({ release: three.digest, origin: '#3' });
    expect(await back({ number: 1 })).toMatchObject({ release: one.digest, origin: '#1' });
    expect(await back({ release: two.digest })).toMatchObject({ release: two.digest, origin: '#4' });
    expect(await back({ version: '1.2.0' })).toMatchObject({ release: three.digest, origin: '#5' });
    expect(await client.call('POST /rollbacks', { number: 5 })).toMatchObject({ done: false, deployment: null });
    expect(await client.call('POST /rollbacks', { version: '1.2.0' })).toMatchObject({
      done: false,
      to: { number: 8 },
    });
    expect((await client.call('GET /deployments', {})).deployments).toHaveLength(8);
  });

  it('takes the newest release of a version that is not active', async () => {
    const client = await connect(planeIn(await open()));
    const rebuilt = releaseOf([logs('pay', 'rebuilt'), logs('ship')]);
    for (const release of [one, rebuilt]) await deploy(client, release);
    expect((await client.call('POST /rollbacks', { version: '1.0.0' })).deployment?.release).toBe(one.digest);
    expect((await client.call('POST /rollbacks', { version: '1.0.0' })).deployment?.release).toBe(rebuilt.digest);
  });

  it('keeps a repeated job from undoing it, until somebody says again', async () => {
    const client = await connect(planeIn(await open()));
    for (const release of [one, two]) await deploy(client, release, { prune: true });
    await client.call('POST /rollbacks', { previous: true });
    const plan = await planned(client, two, { prune: true });
    expect(plan.preflight.problems).toEqual([
      expect.objectContaining({ code: 'ROLLED_BACK', hint: expect.stringContaining('fm deploy staging --again') }),
    ]);
    const apply = (again: boolean) => client.call('POST /deployments', { plan: plan.id ?? '', again });
    await expect(apply(false)).rejects.toEqual(code('ROLLED_BACK', '#3'));
    expect((await planned(client, two, { again: true })).preflight.problems).toEqual([]);
    expect(await apply(true)).toMatchObject({ done: true });
  });

  it('needs neither promotion nor evidence nor an own version', async () => {
    const world = await open();
    const client = await connect(planeIn(world), { scopes: ['deploy', 'releases:read'] });
    for (const release of [one, releaseOf([logs('pay', 'x')])]) await deploy(client, release);
    const settings = { protected: true, requires: ['tests'], immutable_versions: true };
    await world.store.environments.change('staging', 1, settings);
    expect(await client.call('POST /rollbacks', { previous: true })).toMatchObject({
      done: true,
      deployment: { forced: false },
    });
  });

  it('passes a lock with force and the scope for it only', async () => {
    const world = await open();
    const plane = planeIn(world);
    const client = await connect(plane, { scopes: ['deploy', 'releases:read'] });
    for (const release of [one, two]) await deploy(client, release);
    await world.store.environments.lock('staging', { holder: 'bob', reason: 'sale', expires_at: null });
    const shown = await client.call('POST /rollbacks', { previous: true, dry_run: true });
    expect(shown.problems).toEqual([
      expect.objectContaining({ code: 'ENVIRONMENT_LOCKED', hint: "fm rollback '#1' --force --env staging" }),
    ]);
    await expect(client.call('POST /rollbacks', { previous: true })).rejects.toEqual(code('ENVIRONMENT_LOCKED', 'bob'));
    await expect(client.call('POST /rollbacks', { previous: true, force: true })).rejects.toEqual(
      code('ENVIRONMENT_LOCKED'),
    );
    const mighty = await connect(plane);
    expect(await mighty.call('POST /rollbacks', { previous: true, force: true })).toMatchObject({
      deployment: { forced: true },
    });
  });

  it('goes on without variables and secrets, and not without components', async () => {
    const world = await open();
    await world.store.vars.set({ environment: 'staging', name: 'base', actor: 'ada' }, 'x');
    const control = { secrets: async () => new Set(['KEY']) };
    const client = await connect(planeIn(world, { control }));
    const needs = {
      id: 'get',
      component: 'http-request',
      config: { url: '{{ vars.base }}', headers: { a: '{{ secrets.KEY }}' } },
    };
    const old = releaseOf([{ name: 'pay', stages: [needs] }], { version: '0.1.0' });
    for (const release of [old, two]) await deploy(client, release);
    await world.store.vars.unset({ environment: 'staging', name: 'base', actor: 'ada' });
    const plane = planeIn(world, { control: { secrets: async () => new Set() } });
    const { descriptors } = plane;
    const less = new Map([...descriptors].filter(([name]) => name !== 'http-request'));
    const poor = await connect({ ...plane, descriptors: less, checker: 'f'.repeat(64) });
    await expect(poor.call('POST /rollbacks', { previous: true })).rejects.toEqual(
      expect.objectContaining({ code: 'PREFLIGHT_FAILED', message: expect.stringContaining('http-request') }),
    );
    const view = await (await connect(plane)).call('POST /rollbacks', { previous: true });
    expect(view).toMatchObject({ done: true, problems: [] });
    expect(view.warnings.map(({ code }) => code)).toEqual(['VAR_MISSING', 'SECRET_MISSING']);
  });

  it('finds nothing where there is nothing to go back to', async () => {
    const world = await open();
    const client = await connect(planeIn(world));
    await expect(client.call('POST /rollbacks', { previous: true })).rejects.toEqual(
      code('NOT_FOUND', 'Nothing was ever'),
    );
    await deploy(client, one);
    for (const choice of [{ previous: true }, { number: 7 }, { version: '9.9.9' }, { release: two.digest }] as const)
      await expect(client.call('POST /rollbacks', choice)).rejects.toEqual(code('NOT_FOUND', 'shop cannot go back to'));
    await expect(client.call('POST /rollbacks', { previous: true, project: 'no' })).rejects.toEqual(
      code('NOT_FOUND', 'Nothing of no'),
    );
    const pending = { ...LOG, kind: 'deploy', release: one.digest, base: 1, actor: 'ada' } as const;
    await world.store.deployments.begin(pending);
    await expect(client.call('POST /rollbacks', { number: 2 })).rejects.toEqual(
      code('NOT_FOUND', 'none that was active'),
    );
  });

  it('is not done when something else became active since it was decided', async () => {
    const client = await connect(planeIn(await open()));
    for (const release of [one, two]) await deploy(client, release);
    await expect(client.call('POST /rollbacks', { previous: true, base: 1 })).rejects.toEqual(code('BASE_MOVED', '#2'));
  });

  it('takes exactly one choice, and gives a repeated call the first answer', async () => {
    const world = await open();
    const client = await connect(planeIn(world), { scopes: ['deploy', 'releases:read'] });
    for (const release of [one, two]) await deploy(client, release);
    for (const wrong of [
      {},
      { previous: true, number: 1 },
      { previous: false },
      { version: 'x' },
      { previous: true, x: 1 },
      { number: 1.5 },
    ])
      await expect(client.call('POST /rollbacks', wrong as never)).rejects.toEqual(code('REQUEST_INVALID'));
    const same = await connect(planeIn(world), { idempotencyKey: () => 'once' });
    const first = await same.call('POST /rollbacks', { previous: true });
    expect(await same.call('POST /rollbacks', { previous: true })).toEqual(first);
    expect(first.deployment?.number).toBe(3);
    const reader = await connect(planeIn(world), { scopes: ['releases:read'] });
    await expect(reader.call('POST /rollbacks', { previous: true })).rejects.toEqual(code('FORBIDDEN', 'deploy'));
  });
});
