import { expect, it } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { upstreamOf } from '../../src/client/upstream.ts';
import type { Upstream } from '../../src/core/upstream.ts';
import { code, type OpenWorld, type World } from '../store/world.ts';
import { onEvery } from './every.ts';
import { type As, type Connect, planeIn } from './plane.ts';
import { deploy, logs, planned, releaseOf, uploaded } from './shop.ts';

const LOG = { environment: 'production', project: 'shop' };
const OPEN = { protected: false, promotes_from: null, immutable_versions: false, requires: [] };
const one = releaseOf([logs('pay'), logs('ship')]);
const two = releaseOf([logs('pay', 'second')], { version: '1.1.0' });

interface Stages {
  readonly staging: Client;
  readonly production: Client;
  readonly world: World;
  readonly upstream: Upstream;
  /** The production server for another caller, or with another upstream. */
  readonly as: (as: As, upstream?: Upstream | null) => Promise<Client>;
}

/** Staging, and a production that pulls from it. */
async function stages(open: OpenWorld, connect: Connect): Promise<Stages> {
  const staging = await connect(planeIn(await open()), { actor: 'ci' });
  const upstream = upstreamOf(staging, 'staging');
  const world = await open();
  const as: Stages['as'] = (as, from = upstream) => {
    const more = { ids: planeIn(world).ids, upstream: from ?? undefined };
    return connect(planeIn(world, { environment: 'production', control: more }), as);
  };
  return { staging, production: await as({ actor: 'ada' }), world, upstream, as };
}

onEvery('promoting', (open, connect) => {
  it('pulls what is active in the source, and makes it active', async () => {
    const { staging, production, world } = await stages(open, connect);
    await deploy(staging, one);
    expect(await production.call('GET /environment', {})).toMatchObject({ protected: true, upstream: 'staging' });
    const { plan, deployment, done } = await production.call('POST /promotions', { message: 'Go', commit: 'abc1234' });
    expect(done).toBe(true);
    expect(plan).toMatchObject({
      id: null,
      kind: 'promote',
      origin: 'staging',
      changes: { added: 2 },
      preflight: { problems: [] },
    });
    expect(deployment).toMatchObject({
      ...LOG,
      number: 1,
      kind: 'promote',
      origin: 'staging',
      release: one.digest,
      actor: 'ada',
      message: 'Go',
      commit: 'abc1234',
      forced: false,
    });
    expect(await production.call('GET /pipelines/:name', { name: 'pay' })).toMatchObject({
      text: one.pipelines[0]?.text,
    });
    expect((await world.store.audit.list({ limit: 1 }))[0]).toMatchObject({
      action: 'deployments.promote',
      target: 'production/shop#1',
    });
    expect(await production.call('POST /promotions', {})).toMatchObject({ done: false, deployment: { number: 1 } });
    expect(await world.store.audit.verify()).toEqual({ rows: 1, broken: null });
  });

  it('is planned and applied in two steps, too', async () => {
    const { staging, production } = await stages(open, connect);
    await deploy(staging, one);
    const plan = await production.call('POST /deployments/plan', { promote: {} });
    await deploy(staging, two);
    expect(plan).toMatchObject({ kind: 'promote', origin: 'staging', release: { digest: one.digest } });
    expect(plan.diff?.pipelines.added).toHaveLength(2);
    const { deployment } = await production.call('POST /deployments', { plan: plan.id ?? '', hash: plan.hash });
    expect(deployment).toMatchObject({ kind: 'promote', origin: 'staging', release: one.digest });
  });

  it('writes nothing in a dry run, and shows the whole difference', async () => {
    const { staging, production, world } = await stages(open, connect);
    await deploy(staging, one);
    const { plan, deployment, done } = await production.call('POST /promotions', { dry_run: true });
    expect([deployment, done, plan.missing, plan.diff?.pipelines.added.length]).toEqual([null, false, [], 2]);
    expect(await production.call('POST /deployments/plan', { promote: {}, dry_run: true })).toEqual(plan);
    expect(await world.store.releases.missing(Object.values(one.manifest.pipelines))).toHaveLength(2);
    expect(await world.store.releases.get(one.digest)).toBeUndefined();
    expect(await world.store.environments.get('production')).toBeUndefined();
  });

  it('promotes a named release that was active in the source, and no other', async () => {
    const { staging, production } = await stages(open, connect);
    for (const release of [one, two]) await deploy(staging, release);
    const stored = releaseOf([logs('pay', 'never')], { version: '3.0.0' });
    await planned(staging, stored);
    const promote = (release: string) => production.call('POST /promotions', { promote: { release } });
    await expect(promote(stored.digest)).rejects.toEqual(code('NEVER_ACTIVE', 'staging'));
    await expect(promote('f'.repeat(64))).rejects.toEqual(code('NEVER_ACTIVE', 'staging'));
    expect(await promote(one.digest)).toMatchObject({ deployment: { release: one.digest } });
  });

  it('refuses when the source has moved from what is expected, unless any will do', async () => {
    const { staging, production } = await stages(open, connect);
    for (const release of [one, two]) await deploy(staging, release);
    const promote = { expected: one.digest };
    await expect(production.call('POST /promotions', { promote })).rejects.toEqual(
      expect.objectContaining({
        code: 'SOURCE_MOVED',
        details: { expected: one.digest, active: { release: two.digest, version: '1.1.0', number: 2 } },
      }),
    );
    expect(
      await production.call('POST /promotions', { promote: { expected: two.digest }, dry_run: true }),
    ).toMatchObject({ plan: { release: { digest: two.digest } } });
    expect(await production.call('POST /promotions', { promote: { ...promote, any: true } })).toMatchObject({
      done: true,
    });
  });

  it('brings evidence and consents along, so that nobody has to repeat them', async () => {
    const { staging, production, world } = await stages(open, connect);
    for (const release of [one, two]) await deploy(staging, release);
    await world.store.environments.ensure('production', { ...OPEN, protected: true, requires: ['tests'] });
    const promote = (release: string) => production.call('POST /promotions', { promote: { release } });
    const evidence = (release: string) => ({ release, kind: 'tests', content: { passed: 1, failed: 0 } });
    await expect(promote(one.digest)).rejects.toEqual(code('EVIDENCE_MISSING', 'tests'));
    for (const release of [one, two]) await staging.call('PUT /evidence/:release', evidence(release.digest));
    await promote(one.digest);
    const shown = await production.call('POST /promotions', { promote: {}, dry_run: true });
    expect(shown.plan).toMatchObject({ removals: ['ship'], unconsented: [], preflight: { problems: [] } });
    expect(await promote(two.digest)).toMatchObject({ done: true, deployment: { removals: ['ship'] } });
    const { evidence: kept } = await production.call('GET /releases/:digest', { digest: two.digest });
    expect(kept).toEqual([
      expect.objectContaining({ kind: 'removals', content: { names: ['ship'] } }),
      expect.objectContaining({ kind: 'tests', content: { passed: 1, failed: 0 }, actor: 'ci' }),
    ]);
  });

  it('asks for consent to what the source did not remove', async () => {
    const { staging, production, as } = await stages(open, connect);
    await deploy(staging, two);
    const more = releaseOf([logs('pay'), logs('local')], { version: '0.9.0' });
    await deploy(await as({}), more, { force: true });
    await expect(production.call('POST /promotions', {})).rejects.toEqual(
      expect.objectContaining({
        code: 'REMOVALS_NEED_CONSENT',
        details: { removals: ['local'] },
        hint: 'fm promote production --prune',
      }),
    );
    expect(await production.call('POST /promotions', { consent: ['local'] })).toMatchObject({ done: true });
  });

  it('does not undo a rollback, until somebody says again', async () => {
    const { staging, production } = await stages(open, connect);
    await deploy(staging, one);
    await production.call('POST /promotions', {});
    await deploy(staging, two);
    await production.call('POST /promotions', {});
    await production.call('POST /rollbacks', { previous: true });
    await expect(production.call('POST /promotions', {})).rejects.toEqual(code('ROLLED_BACK', '#3'));
    expect(await production.call('POST /promotions', { again: true })).toMatchObject({ done: true });
  });

  it('recomputes what the source says', async () => {
    const { staging, upstream, as } = await stages(open, connect);
    await deploy(staging, one);
    const lying = (lie: Partial<Upstream>) => as({}, { ...upstream, ...lie });
    const found = await upstream.release(one.digest);
    const other = await lying({ release: async () => found && { ...found, manifest: two.manifest } });
    await expect(other.call('POST /promotions', {})).rejects.toEqual(code('RELEASE_MISMATCH'));
    const changed = await lying({
      pipelines: async (digests) =>
        (await upstream.pipelines(digests)).map((one) => ({ ...one, text: one.text.replace('first', 'other') })),
    });
    await expect(changed.call('POST /promotions', {})).rejects.toEqual(code('RELEASE_MISMATCH'));
    const short = await lying({ pipelines: async () => [] });
    await expect(short.call('POST /promotions', {})).rejects.toEqual(code('UPSTREAM_FAILED'));
    const more = await lying({ pipelines: async () => upstream.pipelines([...Object.values(one.manifest.pipelines)]) });
    expect(await more.call('POST /promotions', {})).toMatchObject({ done: true });
  });

  it('has one source', async () => {
    const { staging, production, world, as } = await stages(open, connect);
    await expect(production.call('POST /promotions', {})).rejects.toEqual(code('NOT_FOUND', 'staging'));
    await deploy(staging, one);
    const from = (from: string) => production.call('POST /promotions', { promote: { from } });
    await expect(from('qa')).rejects.toEqual(code('SOURCE_REFUSED', 'staging'));
    await expect(from('production')).rejects.toEqual(code('SOURCE_REFUSED', 'itself'));
    const lonely = await as({}, null);
    await expect(lonely.call('POST /promotions', {})).rejects.toEqual(code('UPSTREAM_MISSING'));
    await world.store.environments.ensure('production', { ...OPEN, promotes_from: 'qa' });
    await expect(from('staging')).rejects.toEqual(code('SOURCE_REFUSED', 'promoted from qa'));
    const { preflight } = (await production.call('POST /promotions', { dry_run: true })).plan;
    expect(preflight.problems).toEqual([
      expect.objectContaining({ code: 'SOURCE_REFUSED', hint: 'fm promote production --from qa' }),
    ]);
    await deploy(staging, releaseOf([logs('other')], { project: 'other' }));
    await expect(production.call('POST /promotions', {})).rejects.toEqual(code('USAGE', '`other`, `shop`'));
  });

  it('takes a release that whoever promotes brings, where the server has no upstream', async () => {
    const { staging, production, as } = await stages(open, connect);
    await deploy(staging, one);
    const { manifest, digest } = one;
    const evidence = [{ kind: 'tests', content: { passed: 1, failed: 0 } }];
    const relay = { from: 'staging', manifest, digest, evidence };
    await expect(production.call('POST /promotions', { promote: { relay } })).rejects.toEqual(
      code('SOURCE_REFUSED', 'pulls from staging itself'),
    );
    const lonely = await as({ actor: 'ada' }, null);
    const promote = (more: object = {}) =>
      lonely.call('POST /promotions', { promote: { relay: { ...relay, ...more } } });
    await expect(promote()).rejects.toEqual(code('PIPELINES_MISSING'));
    await uploaded(lonely, one);
    await expect(promote({ digest: two.digest })).rejects.toEqual(code('RELEASE_MISMATCH'));
    await expect(promote({ from: 'production' })).rejects.toEqual(code('SOURCE_REFUSED', 'itself'));
    expect(await promote()).toMatchObject({ done: true, deployment: { kind: 'promote', origin: 'staging' } });
    expect((await lonely.call('GET /releases/:digest', { digest })).evidence).toEqual([
      expect.objectContaining({ kind: 'tests', actor: 'ada' }),
    ]);
  });

  it('needs the scope to deploy, and knows its fields', async () => {
    const { as, production } = await stages(open, connect);
    const reader = await as({ scopes: ['releases:read'] });
    await expect(reader.call('POST /promotions', {})).rejects.toEqual(code('FORBIDDEN', 'deploy'));
    const { manifest, digest } = one;
    const relay = { from: 'staging', manifest, digest };
    for (const wrong of [
      { x: 1 },
      { promote: { x: 1 } },
      { promote: { relay, release: digest } },
      { promote: { relay: { ...relay, from: '../x' } } },
    ])
      await expect(production.call('POST /promotions', wrong as never)).rejects.toEqual(code('REQUEST_INVALID'));
  });
});
