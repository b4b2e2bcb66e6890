import { describe, expect, it } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { bootstrapKey, startServer } from './server-process.ts';
import { Checkout, newKey, type Servers, startServers, variablesOf } from './shop-servers.ts';

const said = (...texts: string[]) => expect.stringMatching(new RegExp(texts.join('[^]*')));

/** Both servers with a release in staging; `ci` has the credentials of production alone. */
async function deployed(options: { readonly upstream?: boolean } = {}) {
  const servers = await startServers(options);
  const checkout = new Checkout();
  const all = variablesOf(servers);
  const fm = checkout.with(all);
  expect(await fm('deploy staging')).toMatchObject({ code: 0 });
  return { servers, checkout, fm, ci: checkout.with(onlyProduction(servers)) };
}

function onlyProduction({ production }: Servers): Record<string, string> {
  return { FM_PROD_URL: production.url, FM_PROD_KEY: production.key };
}

describe('fm promote', () => {
  it('has the server pull what is active before it: the same bytes, with the credentials of production alone', async () => {
    const { servers, ci } = await deployed();
    const dry = await ci('promote prod --dry-run');
    expect(dry).toMatchObject({
      code: 0,
      stdout: said('^target: production', 'nothing to upload', 'fm promote production\n$'),
    });
    expect(await ci('promote prod')).toMatchObject({
      code: 0,
      stdout: said('^#1 promote 1.0.0', 'is active in production'),
      stderr: said('^target: production http:'),
    });
    expect(await ci('promote prod')).toMatchObject({ code: 0, stdout: said('^nothing to do: #1 1.0.0') });
    const [there, here] = await Promise.all(
      [servers.staging, servers.production].map(async ({ call }) =>
        (await call('GET', '/api/v1/pipelines/pay')).json(),
      ),
    );
    expect((here as { text: string }).text).toBe((there as { text: string }).text);
    const { deployments } = (await ci('history --env prod --json')).json() as { deployments: unknown[] };
    expect(deployments).toMatchObject([{ kind: 'promote', origin: 'staging', forced: false }]);
  });

  it('needs the scope deploy and no other', async () => {
    const { servers, checkout } = await deployed();
    const FM_STAGING_KEY = await newKey(servers.staging, ['deploy']);
    const FM_PROD_KEY = await newKey(servers.production, ['deploy']);
    const fm = checkout.with({ ...variablesOf(servers), FM_STAGING_KEY, FM_PROD_KEY });
    checkout.pipeline('pay', 'second');
    expect(await fm('deploy staging')).toMatchObject({ code: 0, stdout: said('^#2 deploy') });
    expect(await fm('promote prod')).toMatchObject({ code: 0, stdout: said('^#1 promote') });
    expect(await fm('promote prod')).toMatchObject({ code: 0, stdout: said('^nothing to do') });
  });

  it('promotes what the files of this checkout are, or nothing', async () => {
    const { checkout, fm, ci } = await deployed();
    checkout.pipeline('pay', 'second');
    const moved = await ci('promote prod');
    expect(moved).toMatchObject({ code: 5, stderr: said('SOURCE_MOVED', 'Try: fm diff files staging') });
    expect((await ci('promote prod --json')).json()).toMatchObject({ error: { code: 'SOURCE_MOVED' } });
    expect(await ci('promote prod --any')).toMatchObject({ code: 0, stdout: said('^#1 promote 1.0.0') });
    await fm('deploy staging');
    expect(await ci('promote prod')).toMatchObject({ code: 0, stdout: said('^#2 promote') });
  });

  it('promotes another release that was active in the source, and none that was not', async () => {
    const { checkout, fm, ci } = await deployed();
    checkout.pipeline('pay', 'second');
    checkout.version('1.1.0');
    await fm('deploy staging');
    expect(await fm('promote prod --release v1.0.0')).toMatchObject({ code: 0, stdout: said('^#1 promote 1.0.0') });
    expect(await fm('promote prod --release v7.0.0')).toMatchObject({ code: 4, stderr: said('v7.0.0') });
    // A version is looked up in the source, a whole digest is not.
    expect(await ci('promote prod --release v1.1.0')).toMatchObject({ code: 5, stderr: said('UPSTREAM_MISSING') });
    const { deployments } = (await fm('history --env staging --json')).json() as { deployments: { release: string }[] };
    const newest = await ci(`promote prod --release ${deployments[0]?.release}`);
    expect(newest).toMatchObject({ code: 0, stdout: said('^#2 promote 1.1.0') });
    const never = 'a'.repeat(64);
    expect(await ci(`promote prod --release ${never}`)).toMatchObject({ code: 5, stderr: said('NEVER_ACTIVE') });
  });

  it('brings the release where the server does not know from where to pull', async () => {
    const { checkout, fm, ci } = await deployed({ upstream: false });
    expect(await ci('promote prod')).toMatchObject({
      code: 5,
      stderr: said('UPSTREAM_MISSING', 'staging', 'FM_STAGING_URL'),
    });
    expect(await fm('promote prod --dry-run')).toMatchObject({ code: 0, stdout: said('to upload: 1 pipeline') });
    expect(await fm('promote prod')).toMatchObject({ code: 0, stdout: said('^#1 promote 1.0.0') });
    checkout.pipeline('pay', 'second');
    expect(await fm('promote prod')).toMatchObject({ code: 5, stderr: said('SOURCE_MOVED') });
    await fm('deploy staging');
    expect(await fm('promote prod --from staging')).toMatchObject({ code: 0, stdout: said('^#2 promote 1.0.0') });
  });

  it('is refused from elsewhere, when it was rolled back, and while the environment is locked', async () => {
    const { servers, checkout, fm, ci } = await deployed();
    await ci('promote prod');
    expect(await ci('promote prod --from demo')).toMatchObject({
      code: 5,
      stderr: said('SOURCE_REFUSED', '--from staging'),
    });
    checkout.pipeline('pay', 'second');
    await fm('deploy staging');
    await ci('promote prod');
    await ci('rollback --previous --env prod');
    expect(await ci('promote prod')).toMatchObject({
      code: 5,
      stderr: said('ROLLED_BACK', 'fm promote production --again'),
    });
    const other = await newKey(servers.production, ['deploy', 'releases:read']);
    await ci('env lock prod --reason Freeze');
    const locked = checkout.with({ ...onlyProduction(servers), FM_PROD_KEY: other });
    expect(await locked('promote prod --again')).toMatchObject({ code: 5, stderr: said('ENVIRONMENT_LOCKED') });
  });

  it('carries the consent to removals along, and asks for one that nobody gave', async () => {
    const { checkout, fm, ci } = await deployed();
    checkout.pipeline('ship', 'x');
    await fm('deploy staging');
    await ci('promote prod');
    checkout.remove('ship');
    await fm('deploy staging --prune');
    expect((await ci('promote prod --json')).json()).toMatchObject({ deployment: { removals: ['ship'] } });
  });

  it('takes the refusal of the environment before it for none of its own', async () => {
    const staging = await startServer(tempFolder(), { FM_ENVIRONMENT: 'staging' });
    const production = await startServer(tempFolder(), {
      FM_ENVIRONMENT: 'production',
      FM_UPSTREAM_URL: staging.url,
      FM_UPSTREAM_KEY: bootstrapKey('staging'),
    });
    const ci = new Checkout().with(onlyProduction({ staging, production, forcing: '' }));
    const refused = await ci('promote prod');
    expect(refused).toMatchObject({ code: 7, stderr: said('UPSTREAM_FAILED', 'production cannot read from staging') });
    await staging.end();
    expect(await ci('promote prod')).toMatchObject({ code: 7, stderr: said('UPSTREAM_FAILED', 'FM_UPSTREAM_URL') });
    await production.end();
    expect(await ci('promote prod')).toMatchObject({ code: 7, stderr: said('SERVER_UNREACHABLE') });
  });
});

describe('fm drift', () => {
  it('compares production with staging, and staging with the files', async () => {
    const { checkout, fm, ci } = await deployed();
    expect(await fm('drift prod')).toMatchObject({
      code: 1,
      stdout: said('^production has nothing active', '\\+ pay'),
      stderr: said('DRIFT_FOUND', 'Try: fm promote production'),
    });
    await ci('promote prod');
    expect(await fm('drift')).toMatchObject({
      code: 0,
      stdout: said('production has active what staging has', 'staging has active what the files are'),
    });
    checkout.pipeline('pay', 'second');
    expect(await fm('drift staging')).toMatchObject({ code: 1, stderr: said('Try: fm deploy staging') });
    await fm('deploy staging');
    const document = (await fm('drift --json')).json();
    expect(document).toMatchObject({
      drifted: true,
      environments: [
        { environment: 'production', against: 'staging', drifted: true, active: { number: 1 } },
        { environment: 'staging', against: 'files', drifted: false },
      ],
      error: { code: 'DRIFT_FOUND' },
    });
    // Production reads from staging itself, so its credentials are enough.
    expect(await ci('drift prod')).toMatchObject({ code: 1, stdout: said('~ pay') });
    expect(await ci('drift')).toMatchObject({ code: 1, stderr: said('staging is left out: ') });
    expect(await checkout.with({})('drift')).toMatchObject({ code: 4, stderr: said('fm config set staging.url') });
  });
});
