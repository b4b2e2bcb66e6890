import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { privateNetworkGuard, refusedAddresses } from '../../../src/hosts/node/fetch/private-networks.ts';
import { createFetch } from '../../../src/hosts/node/fetch.ts';
import { createSecretSource } from '../../../src/secrets/index.ts';
import { unpackEpoch } from '../../../src/store/epoch.ts';
import { deliverFailures, type FailureHost, type Untold } from '../../../src/worker/failure-webhook.ts';
import { effects, type Open } from '../open.ts';
import { effect, value, type WorkerWorld } from '../world.ts';

interface Told {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const SECRET = 'alarm-secret';

/** Somebody who is told of failed runs, and answers with the statuses of a list, then with 204. */
async function listener(...statuses: number[]) {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      told.push({ headers: request.headers, body });
      response.writeHead(statuses.shift() ?? 204, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarm` };
}

export function failureWebhookContract(open: Open): void {
  /** A world with a pipeline that fails and an environment that tells of it. */
  async function failing(secret: string | null, ...statuses: number[]) {
    const { world } = await open();
    const { server, url: effectsUrl } = await effects();
    server.failing.add('pay');
    const { told, url } = await listener(...statuses);
    const { store, environment } = world;
    const settings = { protected: false, promotes_from: null, immutable_versions: false, requires: [] };
    const { revision } = await store.environments.ensure(environment, settings);
    await store.environments.change(environment, revision, { failure_webhook: { url, secret } });
    await world.deploy([
      { name: 'pay', stages: [effect('pay', effectsUrl)] },
      { name: 'fine', stages: [value('x', 1)] },
    ]);
    return { world, told, url, ...hostOf(world) };
  }

  function hostOf({ store, environment, clock }: WorkerWorld) {
    const fetch = createFetch();
    onTestFinished(() => fetch.close());
    const secrets = createSecretSource('env', { variables: { FM_SECRET_ALARM: SECRET }, reserved: [] });
    const untold: Untold[] = [];
    const onUntold = (one: Untold): void => void untold.push(one);
    const host: FailureHost = { store, environment, tenant: null, clock, fetch, secrets, onUntold };
    return { host, untold };
  }

  it('once each, signed, whoever delivers it', async () => {
    const { world, told, host } = await failing('ALARM');
    const run = await world.start('pay', { password: 'hidden-input' });
    await world.execute(run);
    await world.execute(await world.start('fine'));
    await Promise.all([1, 2, 3].map(() => deliverFailures(host)));
    await deliverFailures(host);
    expect(told).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: '' }] = told;
    expect(headers['idempotency-key']).toBe(`${run}/1`);
    const [, time, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-flowmason-signature'])) ?? [];
    expect(digest).toBe(createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex'));
    expect(JSON.parse(body)).toMatchObject({
      type: 'run.failed',
      id: `${run}/1`,
      environment: world.environment,
      run: { run_id: run, pipeline: 'pay', version: '1.0.0', error: { code: 'server_error', stage: 'pay' } },
    });
    expect(body).not.toContain('hidden-input');
    expect(await world.store.failureCalls.nextDue(world.environment)).toBeUndefined();
  });

  it('again and again until it works, with longer and longer pauses and the same key', async () => {
    const { world, told, host } = await failing(null, 500, 302);
    const run = await world.start('pay');
    await world.execute(run);
    const call = async () => (await world.store.failureCalls.of(run))[0];
    await deliverFailures(host);
    expect(await call()).toMatchObject({ attempts: 1, problem: 'it answered 500', ended_at: null });
    await deliverFailures(host);
    expect(told).toHaveLength(1);
    world.clock.jump(10_000);
    await deliverFailures(host);
    expect(await call()).toMatchObject({ attempts: 2, problem: 'it answered 302' });
    world.clock.jump(29_000);
    await deliverFailures(host);
    expect(told).toHaveLength(2);
    world.clock.jump(1_000);
    await deliverFailures(host);
    expect(await call()).toMatchObject({ attempts: 3, problem: null, ended_at: expect.any(Number) });
    expect(told.map(({ headers }) => headers['idempotency-key'])).toEqual([`${run}/1`, `${run}/1`, `${run}/1`]);
    expect(told[0]?.headers['x-flowmason-signature']).toBeUndefined();
  });

  it('and gives up after a while; what keeps it from being sent is kept', async () => {
    const { world, told, url, host, untold } = await failing('NOT_SET');
    const run = await world.start('pay');
    await world.execute(run);
    for (let attempt = 0; attempt < 20; attempt++) {
      await deliverFailures(host);
      world.clock.jump(3_600_000);
    }
    const [call] = await world.store.failureCalls.of(run);
    expect(call).toMatchObject({
      attempts: 12,
      problem: expect.stringContaining('NOT_SET'),
      ended_at: expect.any(Number),
    });
    expect(told).toEqual([]);
    // Said at first and at last, without the path.
    const said = { run, host: new URL(url).host, why: expect.stringContaining('NOT_SET is not set') };
    expect(untold).toEqual([
      { ...said, attempt: 1, given_up: false },
      { ...said, attempt: 12, given_up: true },
    ]);
    expect(JSON.stringify(untold)).not.toContain('/alarm');
  });

  it('not into a private network, and says so, until that is allowed', async () => {
    const { world, told, url, host, untold } = await failing(null);
    const run = await world.start('pay');
    await world.execute(run);
    const guarded = createFetch({ guard: privateNetworkGuard(refusedAddresses([])) });
    onTestFinished(() => guarded.close());
    await deliverFailures({ ...host, fetch: guarded });
    const why = 'private_network: To allow it: FM_ALLOW_PRIVATE_NETWORK=127.0.0.1';
    expect(untold).toEqual([{ run, attempt: 1, given_up: false, host: new URL(url).host, why }]);
    expect(told).toEqual([]);
    const allowed = createFetch({
      guard: privateNetworkGuard(refusedAddresses([{ address: '127.0.0.1', bits: 32, family: 'ipv4' }])),
    });
    onTestFinished(() => allowed.close());
    world.clock.jump(10_000);
    await deliverFailures({ ...host, fetch: allowed });
    expect([told.length, untold.length]).toEqual([1, 1]);
  });

  it('of a run that was resumed and failed again, too, and of none without a webhook', async () => {
    const { world, told, host } = await failing(null);
    const run = await world.start('pay');
    await world.execute(run);
    const row = await world.row(run);
    const { entries } = await world.store.journal.load(run);
    const again = { epoch: unpackEpoch(row.epoch), entries: entries.map(({ seq }) => seq), paths: [] };
    await world.store.runs.resume(run, again);
    await world.execute(run);
    await deliverFailures(host);
    expect(told.map(({ headers }) => headers['idempotency-key']).sort()).toEqual([`${run}/1`, `${run}/2`]);
    const { revision } = (await world.store.environments.get(world.environment)) ?? { revision: 0 };
    await world.store.environments.change(world.environment, revision, { failure_webhook: null });
    await world.execute(await world.start('pay'));
    expect(await world.store.failureCalls.nextDue(world.environment)).toBeUndefined();
  });
}
