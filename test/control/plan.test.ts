import { expect, it } from 'vitest';
import { code, START } from '../store/world.ts';
import { onEvery } from './every.ts';
import { planeIn } from './plane.ts';
import { deploy, logs, planned, releaseOf, uploaded } from './shop.ts';

const SETTINGS = { protected: false, promotes_from: null, immutable_versions: false, requires: [] };

onEvery('planning a deployment', (open, connect) => {
  it('says what a first release adds, and keeps the plan for seven days', async () => {
    const world = await open();
    const client = await connect(planeIn(world));
    const release = releaseOf([logs('pay'), logs('ship')]);
    const plan = await planned(client, release);
    expect(plan).toMatchObject({
      id: 'id-1',
      environment: 'staging',
      project: 'shop',
      kind: 'deploy',
      origin: null,
      base: null,
      release: { digest: release.digest, version: '1.0.0' },
      active: false,
      missing: [],
      changes: { added: 2, changed: 0, removed: 0 },
      removals: [],
      unconsented: [],
      preflight: { problems: [], warnings: [] },
      expires_at: START + 7 * 86_400_000,
    });
    expect(plan.diff?.pipelines.added.map(({ name }) => name)).toEqual(['pay', 'ship']);
    expect(await client.call('GET /plans/:id', { id: 'id-1' })).toEqual(plan);
    expect(await client.call('GET /releases/active', {})).toEqual({ releases: [] });
    world.clock.advance(7 * 86_400_000);
    await expect(client.call('GET /plans/:id', { id: 'id-1' })).rejects.toEqual(code('NOT_FOUND', 'seven days'));
    await expect(client.call('POST /deployments', { plan: 'id-1' })).rejects.toEqual(code('NOT_FOUND', 'seven days'));
  });

  it('says what changes against what is active, by stage, with warnings', async () => {
    const client = await connect(planeIn(await open()));
    await deploy(client, releaseOf([logs('pay'), logs('old'), logs('same')]));
    const plan = await planned(
      client,
      releaseOf([logs('pay', 'second'), logs('new'), logs('same')], { version: '1.1.0' }),
    );
    expect(plan).toMatchObject({
      base: { number: 1, version: '1.0.0' },
      changes: { added: 1, changed: 1, removed: 1 },
      removals: ['old'],
      unconsented: ['old'],
    });
    expect(plan.diff?.pipelines.unchanged).toEqual(['same']);
    expect(plan.diff?.pipelines.changed[0]).toMatchObject({ name: 'pay' });
    expect(plan.preflight.warnings).toEqual([
      expect.objectContaining({ code: 'VERSION_NOT_BUMPED', details: { pipeline: 'pay', path: ['version'] } }),
    ]);
    const again = await planned(
      client,
      releaseOf([logs('pay', 'second'), logs('new'), logs('same')], { version: '1.1.0' }),
      {
        prune: true,
      },
    );
    expect(again).toMatchObject({ removals: ['old'], unconsented: [], hash: plan.hash });
  });

  it('writes nothing in a dry run, and leaves the difference to the client while pipelines are missing', async () => {
    const world = await open();
    const client = await connect(planeIn(world), { idempotencyKey: () => 'one' });
    const release = releaseOf([logs('pay'), logs('ship')]);
    const dry = { manifest: release.manifest, dry_run: true };
    const plan = await client.call('POST /deployments/plan', dry);
    expect(plan).toMatchObject({ id: null, expires_at: null, diff: null, changes: { added: 2 } });
    expect([...plan.missing].sort()).toEqual(Object.values(release.manifest.pipelines).sort());
    const { pipelines } = release;
    await world.store.releases.putPipelines(
      pipelines.map(({ name, digest, text }) => ({
        name,
        digest,
        definition: JSON.stringify(JSON.parse(text)),
        source: text,
      })),
    );
    // Not the first answer again: a dry run is no call that is remembered.
    const whole = await client.call('POST /deployments/plan', dry);
    expect(whole).toMatchObject({ id: null, missing: [], changes: { added: 2 } });
    expect(whole.diff?.pipelines.added).toHaveLength(2);
    expect(await world.store.releases.get(release.digest)).toBeUndefined();
    expect(await world.store.audit.verify()).toEqual({ rows: 0, broken: null });
  });

  it('wants every pipeline before a plan is kept', async () => {
    const world = await open();
    const client = await connect(planeIn(world));
    const release = releaseOf([logs('pay'), logs('ship')]);
    await uploaded(client, { ...release, pipelines: release.pipelines.slice(0, 1) });
    await expect(client.call('POST /deployments/plan', { manifest: release.manifest })).rejects.toEqual(
      expect.objectContaining({ code: 'PIPELINES_MISSING', details: { missing: [release.pipelines[1]?.digest] } }),
    );
    expect(await world.store.releases.get(release.digest)).toBeUndefined();
  });

  it('lists every problem at once, each with a hint', async () => {
    const world = await open();
    const control = planeIn(world, { control: { secrets: async () => new Set(['KNOWN']) } });
    const client = await connect(control);
    const ada = { environment: 'staging', actor: 'ada' };
    await world.store.vars.set({ ...ada, name: 'region' }, 'eu');
    await deploy(client, releaseOf([logs('theirs')], { project: 'other' }));
    const old = releaseOf([logs('pay', 'old')]);
    await deploy(client, old);
    await deploy(client, releaseOf([logs('pay', 'newer')], { version: '2.0.0' }));
    const settings = { protected: true, promotes_from: 'qa', immutable_versions: true, requires: ['tests'] };
    await world.store.environments.change('staging', 1, settings);
    await world.store.environments.lock('staging', { holder: 'bob', reason: 'sale', expires_at: null });
    const http = {
      id: 'get',
      component: 'http-request',
      config: {
        url: '{{ vars.base }}/{{ vars.region }}',
        headers: { a: '{{ secrets.KNOWN }}', b: '{{ secrets.KEY }}' },
      },
    };
    const trigger = { type: 'schedule', id: 'daily', cron: '0 6 * * *', input: { a: '{{ vars.daily }}' } };
    const release = releaseOf([{ name: 'theirs', stages: [http], triggers: [trigger] }, logs('pay')]);
    const { preflight } = await planned(client, release);
    expect(preflight.problems.map(({ code, hint }) => [code, hint])).toEqual([
      ['ENVIRONMENT_LOCKED', 'Wait, or ask bob to type: fm env unlock staging'],
      ['ENVIRONMENT_PROTECTED', 'fm promote staging --from qa'],
      ['VERSION_TAKEN', expect.stringContaining('version')],
      ['EVIDENCE_MISSING', expect.stringContaining('fm deploy staging')],
      ['VAR_MISSING', 'fm vars set base=VALUE --env staging'],
      ['VAR_MISSING', 'fm vars set daily=VALUE --env staging'],
      ['SECRET_MISSING', expect.stringContaining('fm secrets check --env staging')],
      ['NAME_TAKEN', expect.any(String)],
    ]);
    expect(preflight.problems.at(-1)).toMatchObject({ details: { taken: [{ name: 'theirs', project: 'other' }] } });
  });

  it('tells of components that are unknown or too old here', async () => {
    const world = await open();
    const control = planeIn(world);
    const [logger] = [...control.descriptors.values()].filter(({ name }) => name === 'logger');
    const release = releaseOf([logs('pay')]);
    const problems = async (versions: Record<string, string>) => {
      const descriptors = new Map(
        Object.entries(versions).map(([name, version]) => [name, { ...logger!, name, version }]),
      );
      const client = await connect({ ...control, descriptors, checker: JSON.stringify(versions) });
      return (await planned(client, release)).preflight.problems.map(({ code, details }) => [code, details]);
    };
    const version = release.manifest.components.logger;
    expect(await problems({ logger: '1.3.0' })).toEqual([]);
    expect(await problems({ logger: '2.0.0' })).toEqual([
      ['COMPONENT_VERSION', { name: 'logger', version, here: '2.0.0' }],
    ]);
    expect(await problems({ logger: '0.9.0' })).toEqual([
      ['COMPONENT_VERSION', { name: 'logger', version, here: '0.9.0' }],
    ]);
    expect(await problems({})).toEqual([['COMPONENT_UNKNOWN', { name: 'logger', version }]]);
  });

  it('warns of secrets in an org, and where nobody can tell', async () => {
    const pay = {
      name: 'pay',
      stages: [
        {
          id: 'log',
          component: 'http-request',
          config: { url: 'https://a.test', headers: { a: '{{ secrets.KEY }}' } },
        },
      ],
    };
    const server = await connect(planeIn(await open()));
    const unchecked = await planned(server, releaseOf([pay]));
    expect(unchecked.preflight).toMatchObject({
      problems: [],
      warnings: [{ code: 'UNCHECKED', details: { names: ['KEY'] } }],
    });
    const org = await connect(
      planeIn(await open(), { kind: 'org', environment: 'local', control: { secrets: async () => new Set() } }),
    );
    const warned = await planned(org, releaseOf([pay]));
    expect(warned).toMatchObject({
      kind: 'push',
      preflight: { problems: [], warnings: [{ code: 'SECRET_MISSING', hint: 'export FM_SECRET_KEY=VALUE' }] },
    });
  });

  it('takes variables of the host as set without reading them', async () => {
    const vars = Object.defineProperty({}, 'base', { enumerable: true, get: () => expect.unreachable() });
    const client = await connect(planeIn(await open(), { kind: 'org', control: { vars } }));
    const plan = await planned(client, releaseOf([logs('pay', '{{ vars.base }} {{ vars.toString }}')]));
    expect(plan.preflight.problems.map(({ details }) => details)).toEqual([{ name: 'toString' }]);
  });

  it('is nothing to do when the release is active, whatever else is wrong', async () => {
    const world = await open();
    const client = await connect(planeIn(world));
    const release = releaseOf([logs('pay')]);
    await deploy(client, release);
    await world.store.environments.change('staging', 1, { ...SETTINGS, protected: true });
    await world.store.environments.lock('staging', { holder: 'bob', reason: 'sale', expires_at: null });
    expect(await planned(client, release)).toMatchObject({ active: true, preflight: { problems: [] } });
    expect(await deploy(client, release)).toMatchObject({ done: false, deployment: { number: 1 } });
  });

  it('refuses manifests that lie, with all that is wrong', async () => {
    const client = await connect(planeIn(await open()));
    const release = releaseOf([logs('pay', '{{ vars.base }}'), logs('ship')]);
    await uploaded(client, release);
    const { manifest } = release;
    const plan = (changed: object, more: object = {}) =>
      client.call('POST /deployments/plan', { manifest: { ...manifest, ...changed }, ...more });
    await expect(plan({ requires: { ...manifest.requires, vars: [] } })).rejects.toEqual(
      code('RELEASE_MISMATCH', 'need `base`'),
    );
    await expect(plan({ components: {} })).rejects.toEqual(code('RELEASE_MISMATCH', 'logger'));
    await expect(plan({ version: 'x', project: 'No' })).rejects.toEqual(
      expect.objectContaining({
        code: 'RELEASE_INVALID',
        details: {
          issues: [expect.objectContaining({ path: 'project' }), expect.objectContaining({ path: 'version' })],
        },
      }),
    );
    await expect(plan({ version: '1.0.1' }, { digest: release.digest })).rejects.toEqual(code('RELEASE_MISMATCH'));
    await expect(plan({ pipelines: { pay: manifest.pipelines.ship } })).rejects.toEqual(code('RELEASE_INVALID', 'pay'));
    await expect(plan({ extra: 1 })).rejects.toEqual(code('RELEASE_INVALID', 'extra'));
  });

  it('takes either a manifest or a stored release, and no unknown fields', async () => {
    const client = await connect(planeIn(await open()));
    const release = releaseOf([logs('pay')]);
    await uploaded(client, release);
    const invalid = (input: object) =>
      expect(client.call('POST /deployments/plan', input)).rejects.toEqual(code('REQUEST_INVALID'));
    await invalid({});
    await invalid({ manifest: release.manifest, release: release.digest });
    await invalid({ manifest: 7 });
    await invalid({ manifest: release.manifest, extra: 1 });
    await invalid({ release: 'x' });
    await expect(client.call('POST /deployments/plan', { release: release.digest })).rejects.toEqual(code('NOT_FOUND'));
    expect(await client.call('POST /releases', { manifest: release.manifest })).toEqual({
      digest: release.digest,
      created: true,
    });
    expect(await client.call('POST /releases', { manifest: release.manifest })).toEqual({
      digest: release.digest,
      created: false,
    });
    expect(await client.call('POST /deployments/plan', { release: release.digest })).toMatchObject({
      release: { digest: release.digest },
    });
  });

  it('needs the scope to deploy', async () => {
    const client = await connect(planeIn(await open()), { scopes: ['releases:read'] });
    await expect(
      client.call('POST /deployments/plan', { manifest: releaseOf([logs('pay')]).manifest }),
    ).rejects.toEqual(code('FORBIDDEN', 'deploy'));
    await expect(client.call('POST /deployments', { plan: 'x' })).rejects.toEqual(code('FORBIDDEN', 'deploy'));
    await expect(client.call('POST /releases', { manifest: releaseOf([logs('pay')]).manifest })).rejects.toEqual(
      code('FORBIDDEN', 'deploy'),
    );
  });
});
