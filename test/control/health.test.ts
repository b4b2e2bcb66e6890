import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import type { ControlPlane } from '../../src/control/control.ts';
import { FlowMasonError } from '../../src/core/errors.ts';
import type { NewWorker } from '../../src/store/workers.ts';
import { epoch, FAILED, newRun, SUCCEEDED } from '../store/samples.ts';
import { code, type World } from '../store/world.ts';
import { databases } from './databases.ts';
import { Jobs, planeIn, WAYS } from './plane.ts';
import { type Definition, deploy, logs, releaseOf } from './shop.ts';

const [[, connect]] = WAYS as [(typeof WAYS)[number]];
const [MINUTE, HOUR] = [60_000, 3_600_000];
const ALL = ['deploy', 'deploy:force', 'releases:read', 'runs:read', 'admin'] as const;

const worker = (world: World, more: Partial<NewWorker> = {}): NewWorker => ({
  id: 'w1',
  host: 'one',
  pid: 7,
  version: '1.0.0',
  concurrency: 8,
  running: 0,
  pools: [],
  components: ['logger@1.0.0'],
  cached: 0,
  draining: false,
  started_at: world.clock.now(),
  ...more,
});

/** An environment whose runs are executed by workers of their own. */
async function environment(world: World, control: Partial<ControlPlane> = {}): Promise<Client> {
  const dispatcher = Object.assign(new Jobs(), { workers: async () => 0 });
  return connect(planeIn(world, { control: { dispatcher, ...control } }), { scopes: ALL });
}

const deployShop = (client: Client, ...pipelines: Definition[]) => deploy(client, releaseOf(pipelines));
const causesOf = async (client: Client) =>
  (await client.call('GET /health/report', {})).causes.map(({ cause }) => cause);
const run = (id: string) => newRun(id, { environment: 'staging' });

describe.each(databases())('health, over %s', (database, open) => {
  it('is ok, with numbers, when there is nothing to complain about', async () => {
    const world = await open();
    const client = await environment(world);
    await deployShop(client, logs('pay'));
    await world.store.workers.beat(worker(world));
    expect(await client.call('GET /health/report', {})).toEqual({
      environment: 'staging',
      verdict: 'ok',
      causes: [],
      checked_at: world.clock.now(),
      workers: { live: 1, draining: 0 },
      // Of PostgreSQL only with the queue, which this one lacks.
      queue: database === 'libSQL' ? { depth: 0, oldest_ms: 0 } : null,
      runs: {},
      last_hour: { ended: 0, failed: 0 },
      before: { ended: 0, failed: 0 },
    });
  });

  it('asks for no worker where the server executes runs', async () => {
    const world = await open();
    const client = await connect(planeIn(world), { scopes: ALL });
    await deployShop(client, logs('pay'));
    expect(await client.call('GET /health/report', {})).toMatchObject({ verdict: 'ok', workers: null });
  });

  it('is down without a worker, also when all are about to end or were not heard of', async () => {
    const world = await open();
    const client = await environment(world);
    await deployShop(client, logs('pay'));
    expect(await client.call('GET /health/report', {})).toMatchObject({
      verdict: 'down',
      causes: [{ cause: 'no_workers', verdict: 'down', hint: expect.stringContaining('fm worker') }],
    });
    await world.store.workers.beat(worker(world, { draining: true }));
    expect(await causesOf(client)).toEqual(['no_workers']);
    await world.store.workers.beat(worker(world));
    expect(await causesOf(client)).toEqual([]);
    world.clock.advance(31_000);
    expect(await causesOf(client)).toEqual(['no_workers']);
  });

  it('is down without a worker as soon as something waits for one, and before that it is not well', async () => {
    const world = await open();
    const client = await environment(world);
    expect(await client.call('GET /health/report', {})).toMatchObject({
      verdict: 'degraded',
      causes: [{ cause: 'no_workers', verdict: 'degraded', message: expect.stringMatching(/found none$/) }],
    });
    if (database === 'PostgreSQL') return;
    await world.store.runs.create(run('a'));
    expect(await client.call('GET /health/report', {})).toMatchObject({
      verdict: 'down',
      causes: [{ cause: 'no_workers', verdict: 'down', message: expect.stringContaining('1 jobs are due') }],
    });
  });

  it('names pools and components that no worker has', async () => {
    const world = await open();
    const client = await environment(world);
    await deployShop(client, logs('pay', 'first', { pool: 'gpu' }), logs('ship', 'the word "pool": in a text'));
    await world.store.workers.beat(worker(world, { components: ['logger@0.9.0', 'loggers@1.0.0'] }));
    expect(await client.call('GET /health/report', {})).toMatchObject({
      verdict: 'degraded',
      causes: [
        { cause: 'pool_without_worker', hint: 'fm worker --tags gpu', details: { pool: 'gpu', pipelines: ['pay'] } },
        { cause: 'component_without_worker', details: { component: 'logger', version: '1.0.0' } },
      ],
    });
    // A later version of the same major one does all that the earlier did.
    await world.store.workers.beat(worker(world, { id: 'w2', pools: ['gpu'], components: ['logger@1.2.0'] }));
    expect(await causesOf(client)).toEqual([]);
  });

  it('names runs whose worker is gone, until somebody takes them over', async () => {
    const world = await open();
    const { store, clock } = world;
    const client = await environment(world);
    const beat = () => store.workers.beat(worker(world, { id: 'w2' }));
    await store.workers.beat(worker(world));
    await store.runs.create(run('a'));
    await store.runs.claim('a', epoch(1), { worker: 'w1', host: 'one' });
    await beat();
    expect(await causesOf(client)).toEqual([]);
    clock.advance(MINUTE + 1);
    await beat();
    expect(await client.call('GET /health/report', {})).toMatchObject({
      causes: [{ cause: 'runs_stuck', hint: 'fm runs show a --env staging', details: { runs: ['a'] } }],
    });
    await store.runs.claim('a', epoch(1, 1), { worker: 'w2', host: 'two' });
    expect(await causesOf(client)).toEqual([]);
  });

  it('compares how many runs failed in the last hour with the day before', async () => {
    const world = await open();
    const { store, clock } = world;
    const client = await environment(world);
    let count = 0;
    const ended = async (runs: number, end: typeof SUCCEEDED | typeof FAILED) => {
      for (let i = 0; i < runs; i++) {
        const id = `r${++count}`;
        await store.runs.create(run(id));
        await store.runs.claim(id, epoch(1));
        await store.runs.finish(id, epoch(1), end);
      }
    };
    await ended(9, SUCCEEDED);
    await ended(1, FAILED);
    clock.advance(2 * HOUR);
    await store.workers.beat(worker(world));
    await ended(4, FAILED);
    expect(await causesOf(client)).toEqual([]);
    await ended(4, SUCCEEDED);
    expect(await client.call('GET /health/report', {})).toMatchObject({
      verdict: 'degraded',
      causes: [
        { cause: 'failure_rate', message: '4 of 8 runs failed in the last hour (50%), and 10% in the day before' },
      ],
      last_hour: { ended: 8, failed: 4 },
      before: { ended: 10, failed: 1 },
    });
    // What fails as it always has is no news.
    clock.advance(2 * HOUR);
    await store.workers.beat(worker(world));
    await ended(3, FAILED);
    await ended(3, SUCCEEDED);
    expect(await causesOf(client)).toEqual([]);
  });

  it('names what active releases need and nobody has set', async () => {
    const world = await open();
    const known = new Set(['API_KEY']);
    const client = await environment(world, { secrets: async () => known });
    const config = { url: 'https://example.com/{{ vars.region }}', headers: { 'x-key': '{{ secrets.API_KEY }}' } };
    await client.call('PUT /vars/:name', { name: 'region', value: 'eu' });
    await deployShop(client, { name: 'pay', stages: [{ id: 'call', component: 'http-request', config }] });
    await world.store.workers.beat(worker(world, { components: ['http-request@1.0.0'] }));
    expect(await causesOf(client)).toEqual([]);
    await client.call('DELETE /vars/:name', { name: 'region' });
    known.clear();
    expect(await client.call('GET /health/report', {})).toMatchObject({
      verdict: 'degraded',
      causes: [
        { cause: 'variable_missing', hint: 'fm vars set region=VALUE --env staging' },
        { cause: 'secret_missing', message: expect.stringContaining('API_KEY') },
      ],
    });
  });

  it('names components of active releases that the server lacks, or has another major version of', async () => {
    const world = await open();
    await deployShop(await environment(world), logs('pay'));
    await world.store.workers.beat(worker(world));
    const { descriptors: all } = planeIn(world);
    const logger = all.get('logger');
    if (!logger) throw new Error('The logger is built in');
    const causesWith = async (version: string | undefined) => {
      const descriptors = new Map(all);
      descriptors.delete('logger');
      if (version !== undefined) descriptors.set('logger', { ...logger, version });
      const { verdict, causes } = await (await environment(world, { descriptors })).call('GET /health/report', {});
      return [verdict, ...causes];
    };
    const needed = '; the active release of shop needs it';
    expect(await causesWith(undefined)).toEqual([
      'degraded',
      {
        cause: 'component_unknown',
        verdict: 'degraded',
        message: `staging does not have the component \`logger\` 1.0.0${needed}`,
        hint: 'Start the servers and the workers of staging with a folder whose components/ has it: fm serve --project DIR, fm worker --project DIR',
      },
    ]);
    for (const version of ['2.0.0', '0.9.0']) {
      expect(await causesWith(version)).toEqual([
        'degraded',
        {
          cause: 'component_version',
          verdict: 'degraded',
          message: `staging has version ${version} of the component \`logger\`, and the release was made with 1.0.0${needed}`,
          hint: 'Run the same version of FlowMason here and in staging',
        },
      ]);
    }
    // A later version of the same major one does all that the earlier did.
    for (const version of ['1.0.0', '1.2.0']) expect(await causesWith(version)).toEqual(['ok']);
  });

  it('tells of a last deployment that failed or does not end', async () => {
    const world = await open();
    const { store, clock } = world;
    const client = await environment(world);
    const log = { environment: 'staging', project: 'shop' };
    await deployShop(client, logs('pay'));
    const { digest: release = '' } = (await store.releases.active('staging', 'shop')) ?? {};
    const { number } = await store.deployments.begin({ ...log, kind: 'deploy', release, base: 1, actor: 'ada' });
    await store.workers.beat(worker(world));
    expect(await causesOf(client)).toEqual([]);
    clock.advance(11 * MINUTE);
    await store.workers.beat(worker(world));
    expect(await causesOf(client)).toEqual(['deployment_pending']);
    await store.deployments.fail(log, number, { code: 'DATABASE_DISK' });
    expect(await client.call('GET /health/report', {})).toMatchObject({
      causes: [{ cause: 'deployment_failed', hint: 'fm history --env staging', details: { number: 2 } }],
    });
  });

  it('tells of schedules that are late, but not of those that are paused', async () => {
    const world = await open();
    const { store, clock } = world;
    const client = await environment(world);
    const nightly = {
      pipeline: 'pay',
      id: 'nightly',
      type: 'schedule',
      definition: {},
      path: null,
      next_at: clock.now(),
    };
    await store.triggers.replace('staging', 'shop', [nightly]);
    await store.triggers.replace('production', 'shop', [{ ...nightly, id: 'not-ours' }]);
    clock.advance(2 * MINUTE);
    await store.workers.beat(worker(world));
    expect(await client.call('GET /health/report', {})).toMatchObject({
      causes: [{ cause: 'schedules_late', details: { schedules: ['pay/nightly'] } }],
    });
    await store.triggers.pause({ environment: 'staging', project: 'shop', pipeline: 'pay', id: 'nightly' });
    expect(await causesOf(client)).toEqual([]);
  });

  it.each([
    [
      'refuses',
      () => Promise.reject(new FlowMasonError('SERVER_UNREACHABLE', 'Nobody listens at 127.0.0.1:1')),
      /Nobody listens/,
    ],
    ['does not answer', () => new Promise<never>(() => {}), /testing, .*: it does not answer in time$/],
  ])('tells that the environment before cannot be asked, which %s', async (_, active, message) => {
    const world = await open();
    const upstream = { environment: 'testing', active, release: async () => undefined, pipelines: async () => [] };
    const client = await environment(world, { upstream });
    await world.store.workers.beat(worker(world));
    const { causes } = await client.call('GET /health/report', {});
    expect(causes).toMatchObject([{ cause: 'upstream_unreachable', message: expect.stringMatching(message) }]);
  });

  it('is told to those who may read runs', async () => {
    const world = await open();
    const other = await connect(planeIn(world), { scopes: ['deploy'] });
    await expect(other.call('GET /health/report', {})).rejects.toEqual(code('FORBIDDEN', 'runs:read'));
  });
});

it('a queue whose oldest job has waited for more than a minute is not well', async () => {
  const [[, open]] = databases() as [ReturnType<typeof databases>[number]];
  const world = await open();
  const client = await environment(world);
  await world.store.runs.create(run('a'));
  world.clock.advance(MINUTE);
  await world.store.workers.beat(worker(world));
  expect(await causesOf(client)).toEqual([]);
  world.clock.advance(1_000);
  const report = await client.call('GET /health/report', {});
  expect(report).toMatchObject({ verdict: 'degraded', queue: { depth: 1, oldest_ms: 61_000 } });
  expect(report.causes).toMatchObject([{ cause: 'queue_old', details: { depth: 1, age_ms: 61_000 } }]);
});
