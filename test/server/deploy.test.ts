import { describe, expect, it } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { startServer } from './server-process.ts';
import { Checkout, newKey, startServers, variablesOf } from './shop-servers.ts';

/** A server `staging` alone, and a checkout that knows it. */
async function staging() {
  const server = await startServer(tempFolder(), { FM_ENVIRONMENT: 'staging' });
  const checkout = new Checkout();
  const as = (key: string) => checkout.with({ FM_STAGING_URL: server.url, FM_STAGING_KEY: key });
  return { server, checkout, as, fm: as(server.key) };
}

const said = (...texts: string[]) => expect.stringMatching(new RegExp(texts.join('[^]*')));

describe('fm deploy', () => {
  it('shows its plan, uploads what is missing, activates it, and says how to go on', async () => {
    const { fm, checkout, server } = await staging();
    const dry = await fm('deploy staging --dry-run');
    expect(dry).toMatchObject({
      code: 0,
      stdout: said('^target: staging http:', 'pay 1 stage', 'fm deploy staging\n$'),
    });
    expect(await fm('history --env staging --json')).toMatchObject({ code: 0, stdout: said('"deployments": \\[\\]') });
    const done = await fm('deploy staging --message Begin');
    expect(done).toMatchObject({
      code: 0,
      stdout: said('^#1 deploy 1.0.0', 'is active in staging', 'fm run pay --env staging'),
      stderr: said('^target: staging http:', 'is the first release here', '1 pipeline, '),
    });
    expect(done.stderr.match(/^target:/gm)).toHaveLength(1);
    expect((await fm('run pay --env staging')).code).toBe(0);
    checkout.pipeline('ship', 'x');
    checkout.version('1.1.0');
    const document = (await fm('deploy stage --json')).json();
    expect(document).toMatchObject({
      target: { kind: 'env', name: 'staging', place: server.url },
      done: true,
      deployment: { number: 2, kind: 'deploy', version: '1.1.0', message: null, forced: false },
      uploaded: 1,
    });
    expect(await fm('deploy staging')).toMatchObject({ code: 0, stdout: said('^nothing to do: #2 1.1.0') });
    expect((await fm('status --env staging --json')).json()).toMatchObject({ in_sync: true });
  });

  it('removes nothing without consent to it', async () => {
    const { fm, checkout } = await staging();
    checkout.pipeline('ship', 'x');
    await fm('deploy staging');
    checkout.remove('ship');
    const refused = await fm('deploy staging --yes');
    expect(refused).toMatchObject({
      code: 9,
      stderr: said('REMOVALS_NEED_CONSENT', 'ship', 'fm deploy staging --prune'),
    });
    // A kept plan has the consent in it, so it is made with it.
    const kept = await fm('deploy staging --plan-out plan.json');
    expect(kept).toMatchObject({ code: 0, stdout: said('fm deploy staging --prune --plan-out plan.json\n$') });
    expect(await fm('deploy staging --plan plan.json')).toMatchObject({
      code: 9,
      stderr: said('fm deploy staging --prune'),
    });
    expect((await fm('deploy staging --prune --json')).json()).toMatchObject({ deployment: { removals: ['ship'] } });
  });

  it('applies a plan that was kept, and refuses one that is stale or of somewhere else', async () => {
    const servers = await startServers();
    const checkout = new Checkout();
    const fm = checkout.with({ ...variablesOf(servers), FM_PROD_KEY: servers.forcing });
    const kept = await fm('deploy staging --plan-out plan.json');
    expect(kept).toMatchObject({ code: 0, stdout: said('fm deploy staging --plan plan.json\n$') });
    expect(await fm('deploy production --plan plan.json')).toMatchObject({
      code: 2,
      stderr: said('a plan for staging', 'fm deploy staging --plan plan.json'),
    });
    expect(await fm('deploy staging --plan plan.json --prune')).toMatchObject({
      code: 2,
      stderr: said('fm deploy staging --plan plan.json'),
    });
    // The files of now do not count any more.
    checkout.pipeline('pay', 'second');
    expect(await fm('deploy staging --plan plan.json')).toMatchObject({ code: 0, stdout: said('^#1 deploy 1.0.0') });
    expect(await fm('deploy staging --plan-out plan.json')).toMatchObject({ code: 0 });
    checkout.pipeline('pay', 'third');
    await fm('deploy staging');
    expect(await fm('deploy staging --plan plan.json')).toMatchObject({
      code: 5,
      stderr: said('PLAN_STALE', '#2 deploy'),
    });
  });

  it('goes past the protection of production only with --force and a key that may', async () => {
    const servers = await startServers();
    const checkout = new Checkout();
    const all = variablesOf(servers);
    const admin = checkout.with(all);
    for (const line of ['deploy prod', 'deploy prod --force']) {
      const refused = await admin(line);
      expect(refused).toMatchObject({ code: 5, stderr: said('ENVIRONMENT_PROTECTED', 'Try: fm promote production') });
    }
    const forcing = checkout.with({ ...all, FM_PROD_KEY: servers.forcing });
    expect(await forcing('deploy prod')).toMatchObject({ code: 5 });
    expect(await forcing('deploy prod --force --dry-run')).toMatchObject({
      code: 0,
      stdout: said('fm deploy production --force\n$'),
    });
    expect((await forcing('deploy prod --force --json')).json()).toMatchObject({ deployment: { forced: true } });
    expect(await forcing('history --env prod')).toMatchObject({ code: 0, stdout: said('forced') });
  });

  it('does not undo a rollback, and respects a lock', async () => {
    const { server, fm, as, checkout } = await staging();
    const ci = as(await newKey(server, ['deploy', 'releases:read']));
    await ci('deploy staging');
    checkout.pipeline('pay', 'second');
    await ci('deploy staging');
    await ci('rollback --previous --env staging');
    expect(await ci('deploy staging')).toMatchObject({
      code: 5,
      stderr: said('ROLLED_BACK', 'fm deploy staging --again'),
    });
    expect(await ci('deploy staging --again')).toMatchObject({ code: 0 });
    checkout.pipeline('pay', 'third');
    await fm('env lock staging --reason Freeze');
    expect(await ci('deploy staging')).toMatchObject({ code: 5, stderr: said('ENVIRONMENT_LOCKED', 'Freeze') });
  });

  it('runs the tests where they are demanded, and records that they passed', async () => {
    const { server, fm, checkout } = await staging();
    await fm('env set staging --requires tests');
    expect(await fm('deploy staging')).toMatchObject({ code: 4, stderr: said('NO_TESTS') });
    const test = { name: 'works', assertions: [{ path: 'output.message', equals: 'second' }] };
    checkout.write('pipelines/pay.test.json', { name: 'pay', pipeline: 'pay', tests: [test] });
    const failed = await fm('deploy staging');
    expect(failed).toMatchObject({ code: 1, stderr: said('its tests|whose tests', 'TEST_FAILED') });
    expect((await fm('history --env staging --json')).json()).toMatchObject({ deployments: [] });
    checkout.pipeline('pay', 'second');
    expect(await fm('deploy staging --dry-run')).toMatchObject({ code: 0 });
    const done = (await fm('deploy staging --json')).json() as { active: { digest: string } };
    expect(done).toMatchObject({ done: true });
    const release = await (await server.call('GET', `/api/v1/releases/${done.active.digest}`)).json();
    expect(release).toMatchObject({
      evidence: [{ kind: 'tests', content: { tests: 1, passed: 1, failed: 0, coverage: { stages: 100 } } }],
    });
  });

  it('says what is wrong with the way to the server', async () => {
    const { server, checkout, fm, as } = await staging();
    const { url } = server;
    const none = await checkout.with({ FM_STAGING_URL: url })('deploy staging');
    expect(none).toMatchObject({ code: expect.any(Number), stderr: said('FM_STAGING_KEY') });
    const reading = as(await newKey(server, ['releases:read']));
    expect(await reading('deploy staging')).toMatchObject({ code: 6, stderr: said('FORBIDDEN', 'scope deploy') });
    const foreign = server.key.replace('fm_staging', 'fm_production');
    expect(await as(foreign)('deploy staging')).toMatchObject({ code: 6, stderr: said('mistyped') });
    expect(await as('nonsense')('deploy staging')).toMatchObject({ code: 6, stderr: said('UNAUTHENTICATED') });
    expect(await fm('deploy stagin')).toMatchObject({ code: 4, stderr: said('Try: fm deploy staging') });
    expect(await fm('deploy local')).toMatchObject({ code: 2, stderr: said('Try: fm push') });
    expect(await fm('deploy')).toMatchObject({ code: 2 });
    const insecure = checkout.with({ FM_STAGING_URL: 'http://staging.example.com', FM_STAGING_KEY: server.key });
    expect(await insecure('deploy staging')).toMatchObject({ stderr: said('URL_INSECURE') });
    const portless = checkout.with({ FM_STAGING_URL: 'http://127.0.0.1', FM_STAGING_KEY: server.key });
    expect(await portless('deploy staging')).toMatchObject({
      code: 7,
      stderr: said('staging.url http://127.0.0.1:8787'),
    });
    checkout.write('pipelines/bad.pipeline.json', { name: 'bad', stages: [{ id: 'x', component: 'nothing' }] });
    expect(await fm('deploy staging')).toMatchObject({ code: 3, stderr: said('bad.pipeline.json') });
    checkout.remove('bad');
    await server.end();
    expect(await fm('deploy staging')).toMatchObject({ code: 7, stderr: said('SERVER_UNREACHABLE') });
  });

  it('does not deploy to a server that is another environment', async () => {
    const { url } = await startServer(tempFolder(), { FM_ENVIRONMENT: 'production' });
    const { server, checkout } = await staging();
    const fm = checkout.with({ FM_STAGING_URL: url, FM_STAGING_KEY: server.key });
    expect(await fm('deploy staging')).toMatchObject({ code: expect.toBeOneOf([5, 6]) });
  });
});
