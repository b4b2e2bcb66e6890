import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, type Transport } from '../../src/client/client.ts';
import { SECURITY_HEADERS } from '../../src/control/http/security-headers.ts';
import type { RunNotice } from '../../src/core/api/run.ts';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { QueueWorker } from '../../src/hosts/node/dispatcher/pg-boss/queue-worker.ts';
import { postgres } from '../../src/store/dialects/postgres.ts';
import { asDescribed } from '../control/answers.ts';
import { issuer } from '../control/identity.ts';
import { DIVIDE, GREET } from '../control/runs/world.ts';
import { deploy, logs, planned, releaseOf } from '../control/shop.ts';
import { bootstrapKey } from '../server/server-process.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { code } from '../store/world.ts';
import { WorkerWorld } from '../worker/world.ts';

export interface EdgeServer {
  /** Sends a request to it. */
  readonly transport: Transport;
  /** What it has written to its log so far. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

/** Starts a control plane with these settings. */
export type StartEdge = (variables: Readonly<Record<string, string>>) => Promise<EdgeServer>;

export interface EdgeTraits {
  /** Whether events come when they happen, not at the end. */
  readonly streams: boolean;
}

const ENVIRONMENT = 'staging';
const URL = 'http://edge.test';
const ORIGIN = 'https://app.example.com';
const ALWAYS = SECURITY_HEADERS.filter(([name]) => name !== 'content-security-policy');

/** What every host without Node's server has to do, over a PostgreSQL of its own. */
export function edgeContract(start: StartEdge, { streams }: EdgeTraits): void {
  let server: EdgeServer;
  let world: WorkerWorld<typeof systemClock>;
  const key = bootstrapKey(ENVIRONMENT);

  let url: string;

  beforeAll(async () => {
    url = await queueDatabase();
    const database = await openPostgres(url);
    world = new WorkerWorld(database, systemClock, { environment: ENVIRONMENT });
    const settings = { FM_ENVIRONMENT: ENVIRONMENT, FM_DATABASE_URL: url, FM_BOOTSTRAP_KEY: key };
    server = await start({ ...settings, FM_CORS_ORIGINS: ORIGIN });
    return async () => {
      await server.close();
      await world.close();
      await world.store.close();
    };
  });

  const transport = asDescribed((request) => server.transport(request));
  const send = (path: string, init?: RequestInit) => transport(new Request(`${URL}${path}`, init));
  const connect = (who: string | undefined = key, idempotencyKey?: () => string): Client =>
    createClient({ transport, url: URL, key: who, environment: ENVIRONMENT, idempotencyKey });
  const connections = async (): Promise<number> => {
    const [row] = await postgres.rows(
      world.database.db,
      sql`select count(*)::int as count from pg_stat_activity where datname = current_database()`,
    );
    return Number(row?.count);
  };

  it('says how it is, to whoever asks', async () => {
    expect(await (await send('/health')).json()).toMatchObject({ status: 'ok' });
    expect(await (await send('/ready')).json()).toMatchObject({ status: 'ready', environment: ENVIRONMENT });
    expect(await (await send('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
  });

  it('counts for Prometheus what this process answers, for who may read runs', async () => {
    expect((await send('/metrics')).status).toBe(401);
    await send('/api/v1/environment', { headers: { 'x-api-key': key } });
    const answer = await send('/metrics', { headers: { 'x-api-key': key } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const text = await answer.text();
    expect(text).toContain(`environment="${ENVIRONMENT}"`);
    expect(text).toMatch(
      /^flowmason_http_requests_total\{method="GET",route="\/api\/v1\/environment",status="200"\} \d+$/m,
    );
    expect(text).toContain('flowmason_database_up 1');
  });

  it('says the same to browsers with every answer, and lets pages of the set origins call', async () => {
    const headers = { origin: ORIGIN, 'access-control-request-method': 'GET' };
    for (const [path, init, status] of [
      ['/health', {}, 200],
      ['/metrics', {}, 401],
      ['/docs', {}, 200],
      ['/docs.css', {}, 200],
      ['/nothing', {}, 404],
      ['/health', { method: 'POST' }, 405],
      ['/api/v1/environment', { headers }, 401],
      ['/api/v1/environment', { method: 'OPTIONS', headers }, 204],
    ] as const) {
      const answer = await send(path, init);
      const found = Object.fromEntries(answer.headers);
      expect([path, answer.status, found]).toMatchObject([path, status, Object.fromEntries(ALWAYS)]);
      expect(found['content-security-policy']).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
      expect(found['access-control-allow-origin']).toBe(path.startsWith('/api/') ? ORIGIN : undefined);
      await answer.arrayBuffer();
    }
  });

  it('lets in who has a key, as far as its scopes go, until it is revoked', async () => {
    for (const wrong of [undefined, bootstrapKey(ENVIRONMENT), `${key}0`]) {
      const answer = await send('/api/v1/environment', wrong === undefined ? {} : { headers: { 'x-api-key': wrong } });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    }
    const made = await connect().call('POST /keys', { name: 'reader', scopes: ['runs:read'] });
    const reader = connect(made.key ?? '');
    expect(await reader.call('GET /environment', {})).toMatchObject({ name: ENVIRONMENT, kind: 'server' });
    await expect(reader.call('GET /keys', {})).rejects.toEqual(code('FORBIDDEN', 'admin'));
    await connect().call('DELETE /keys/:id', { id: made.id });
    await expect(reader.call('GET /environment', {})).rejects.toEqual(code('UNAUTHENTICATED'));
  });

  it('answers errors as documents', async () => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-request-id': 'mine-1' };
    const cases: [string, RequestInit, number, string][] = [
      ['/api/v1/nothing', {}, 404, 'NOT_FOUND'],
      ['/api/v1/keys/', {}, 404, 'NOT_FOUND'],
      ['/api/v1/environment', { method: 'POST', body: '{}' }, 405, 'METHOD_NOT_ALLOWED'],
      ['/api/v1/keys', { method: 'POST', body: '{' }, 400, 'BODY_INVALID'],
      ['/api/v1/keys', { method: 'POST', body: '{"a":1,"a":2}' }, 400, 'BODY_INVALID'],
      ['/api/v1/keys', { method: 'POST', body: '{"name":"x","scopes":["root"]}' }, 422, 'REQUEST_INVALID'],
      ['/api/v1/keys', { method: 'POST', body: ' '.repeat(5_000_001) }, 413, 'BODY_TOO_LARGE'],
      ['/api/v1/runs/none', {}, 404, 'NOT_FOUND'],
      ["/api/v1/vars/a'%3B%20drop%20table%20vars", {}, 422, 'REQUEST_INVALID'],
    ];
    for (const [path, init, status, expected] of cases) {
      const answer = await send(path, { ...init, headers });
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        status,
        'application/problem+json',
      ]);
      expect(await answer.json()).toMatchObject({ status, code: expected, request_id: 'mine-1' });
    }
    await expect.poll(server.log).toContain('"request_id":"mine-1"');
    expect(server.log()).not.toContain(key);
    const other = createClient({ transport: server.transport, url: URL, key, environment: 'production' });
    await expect(other.call('GET /environment', {})).rejects.toEqual(code('ENVIRONMENT_MISMATCH'));
  });

  it('deploys whole releases, once per call that is repeated, and nothing goes without consent', async () => {
    const client = connect();
    const project = 'press';
    const first = releaseOf([logs('print'), logs('bind')], { project });
    const { deployment } = await deploy(client, first);
    expect(deployment).toMatchObject({ release: first.digest, status: 'succeeded' });
    expect((await client.call('GET /pipelines', { project })).pipelines.map(({ name }) => name)).toEqual([
      'bind',
      'print',
    ]);
    const second = releaseOf([logs('print', 'second')], { project, version: '1.1.0' });
    const plan = await planned(client, second);
    expect(plan.removals).toEqual(['bind']);
    const apply = { plan: plan.id ?? '', hash: plan.hash };
    await expect(client.call('POST /deployments', apply)).rejects.toEqual(code('REMOVALS_NEED_CONSENT', 'bind'));
    const repeated = connect(key, () => 'deploy-1');
    const consent = { ...apply, consent: ['bind'] };
    const answers = [
      await repeated.call('POST /deployments', consent),
      await repeated.call('POST /deployments', consent),
    ];
    expect(answers[1]).toEqual(answers[0]);
    const { deployments } = await client.call('GET /deployments', { project });
    expect(deployments.map(({ release, status }) => [release, status])).toEqual([
      [second.digest, 'succeeded'],
      [first.digest, 'succeeded'],
    ]);
    expect(await client.call('POST /deployments', apply)).toMatchObject({ done: false });
    const stale = client.call('POST /deployments', { ...apply, hash: '0'.repeat(64) });
    await expect(stale).rejects.toEqual(code('PLAN_STALE'));
    expect(await client.call('GET /audit/verification', {})).toMatchObject({ broken: null });
  });

  describe('of a project with runs', () => {
    beforeAll(async () => {
      await deploy(connect(), releaseOf([GREET, DIVIDE], { project: 'shop' }));
    });

    it('puts runs into the queue as it accepts them, and executes none; a worker on the database does', async () => {
      const client = connect(key, () => 'run-1');
      const start = { name: 'greet', input: { name: 'Ada' } };
      const { run_id: id, status } = await client.call('POST /pipelines/:name/runs', start);
      expect(status).toBe('queued');
      expect(await client.call('POST /pipelines/:name/runs', start)).toMatchObject({ run_id: id });
      expect(await world.row(id)).toMatchObject({ status: 'queued' });
      const jobs = await postgres.rows(world.database.db, sql`select data from pgboss.job where name = 'runs'`);
      expect(jobs).toEqual([{ data: { tenant: null, run: id, segment: 1 } }]);
      const hosts = [world.host];
      const worker = await QueueWorker.open({ url, clock: systemClock, hosts, concurrency: 1, onError: () => {} });
      await worker.once().finally(() => worker.close(0));
      expect(await client.call('GET /runs/:id', { id })).toMatchObject({ status: 'succeeded', result: 'hello Ada x2' });
      const wrong = client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: '' } });
      await expect(wrong).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
      await expect(
        connect().call('POST /pipelines/:name/runs', { name: 'greet', input: { name: '' } }),
      ).rejects.toEqual(code('VALIDATION', 'name'));
    });

    it('tells what happens to a run, and goes on behind what somebody has got', async () => {
      const client = connect();
      const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } });
      const events = client.events('GET /runs/:id/events', { id });
      const seen: RunNotice[] = [];
      if (streams) {
        const { value } = await events.next();
        if (value) seen.push(value);
        expect(seen).toMatchObject([{ type: 'run', status: 'queued' }]);
      }
      await world.execute(id);
      for await (const notice of events) seen.push(notice);
      expect(seen.at(-1)).toMatchObject({ type: 'run', status: 'failed' });
      const headers = { authorization: `Bearer ${key}` };
      const whole = await (await send(`/api/v1/runs/${id}/events`, { headers })).text();
      expect(whole).toMatch(/event: end\ndata: \{\}\n\n$/);
      const [first = ''] = [...whole.matchAll(/^id: (.+)$/gm)].map(([, at = '']) => at);
      const rest = await send(`/api/v1/runs/${id}/events`, { headers: { ...headers, 'last-event-id': first } });
      const text = await rest.text();
      expect(text).not.toContain(`id: ${first}\n`);
      expect(text).toContain('"failed"');
    });

    it('gives every connection back, also those of who leaves', async () => {
      const client = connect();
      const before = await connections();
      await Promise.all(
        Array.from({ length: 12 }, async (_, at) => {
          await client.call('PUT /vars/:name', { name: `v${at}`, value: at });
          await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: `n${at}` } });
        }),
      );
      expect((await client.call('GET /vars', {})).vars).toHaveLength(12);
      if (streams) {
        const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'x' } });
        const headers = { authorization: `Bearer ${key}` };
        const left = await send(`/api/v1/runs/${id}/events`, { headers });
        const reader = left.body?.getReader();
        await reader?.read();
        await reader?.cancel();
      }
      await expect.poll(connections, { timeout: 20_000 }).toBeLessThanOrEqual(before);
    });
  });

  it('exchanges identity tokens for keys, call after call', async () => {
    const by = await issuer();
    const rule = { provider: 'github', issuer: by.url, repository: 'acme/shop', branch: 'main', scopes: ['deploy'] };
    const settings = { FM_ENVIRONMENT: ENVIRONMENT, FM_DATABASE_URL: url, FM_OIDC: JSON.stringify([rule]) };
    const other = await start(settings);
    try {
      const iat = Math.floor(Date.now() / 1_000);
      const claims = { iss: by.url, aud: 'flowmason:staging', iat, exp: iat + 300, ref: 'refs/heads/main' };
      const token = await by.sign({ ...claims, repository: 'acme/shop' });
      const anybody = createClient({ transport: other.transport, url: URL });
      for (let times = 0; times < 3; times++) {
        const { key, name } = await anybody.call('POST /auth/oidc', { token });
        expect(name).toBe('github:acme/shop@main');
        const client = createClient({ transport: other.transport, url: URL, key: key ?? '' });
        expect(await client.call('POST /releases/missing', { pipelines: [] })).toEqual({ missing: [] });
      }
      expect(by.asked).toHaveLength(2);
      const foreign = anybody.call('POST /auth/oidc', { token: await by.sign({ ...claims, repository: 'evil/shop' }) });
      await expect(foreign).rejects.toEqual(code('OIDC_UNTRUSTED', 'evil'));
    } finally {
      await other.close();
    }
  });

  it('takes calls of webhooks, but none that it cannot check', async () => {
    const hook = (id: string, signature: object) => ({ type: 'webhook', id, path: id, signature });
    const github = { scheme: 'github', secret: '{{ secrets.HOOK }}' };
    const triggers = [hook('open', { scheme: 'none' }), hook('signed', github)];
    await deploy(connect(), releaseOf([logs('called', 'x', { triggers })], { project: 'hooked' }));
    const { triggers: listed } = await connect().call('GET /triggers', { pipeline: 'called' });
    const call = async (path: string | null | undefined, body = '{"order": 7}') => {
      const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
      const answer = await send(path ?? '', { method: 'POST', body, headers });
      return [answer.status, (await answer.json()) as { run_id?: string; code?: string }] as const;
    };
    const [status, { run_id = '' }] = await call(listed[0]?.path);
    expect(status).toBe(202);
    expect(await world.row(run_id)).toMatchObject({ input: { order: 7 }, trigger: 'webhook:open', status: 'queued' });
    expect(await call(listed[1]?.path)).toMatchObject([503, { code: 'HOOK_UNAVAILABLE' }]);
    expect(await call('/hooks/unknown/open')).toMatchObject([404, { code: 'NOT_FOUND' }]);
    expect(await call(listed[0]?.path, 'x'.repeat(5_000_001))).toMatchObject([413, { code: 'BODY_TOO_LARGE' }]);
    expect(server.log()).not.toContain(listed[0]?.path?.split('/')[2]);
  });

  it('accepts no more runs than may wait in the queue that it shares, whoever starts them, and says so', async () => {
    const full = await start({
      FM_ENVIRONMENT: ENVIRONMENT,
      FM_DATABASE_URL: url,
      FM_BOOTSTRAP_KEY: key,
      FM_QUEUE_MOST: '1',
    });
    try {
      const triggers = [{ type: 'webhook', id: 'more', path: 'more', signature: { scheme: 'none' } }];
      await deploy(connect(), releaseOf([logs('piled', 'x', { triggers })], { project: 'full' }));
      await connect().call('POST /pipelines/:name/runs', { name: 'piled' });
      const { triggers: listed } = await connect().call('GET /triggers', { pipeline: 'piled' });
      const before = await world.store.runs.counts();
      const to = createClient({ transport: asDescribed(full.transport), url: URL, key });
      // Two at once: requests may not wait for each other's looks at the queue.
      const refused = [1, 2].map(() => to.call('POST /pipelines/:name/runs', { name: 'piled' }));
      await Promise.all(refused.map((call) => expect(call).rejects.toEqual(code('QUEUE_FULL', '1 runs are queued'))));
      const hook = new Request(`${URL}${listed[0]?.path}`, { method: 'POST', body: '' });
      const answer = await full.transport(hook);
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ code: 'QUEUE_FULL', details: { queued: 1 } });
      expect(await world.store.runs.counts()).toEqual(before);
      // The bound is a setting, and others may have more.
      await connect().call('POST /pipelines/:name/runs', { name: 'piled' });
    } finally {
      await full.close();
    }
  });

  it('takes no work on a database without this version’s schema', async () => {
    for (const [database, what] of [
      [await postgresDatabase({ empty: true }), 'steps'],
      [await postgresDatabase(), 'queue'],
    ] as const) {
      const other = await start({ FM_ENVIRONMENT: ENVIRONMENT, FM_DATABASE_URL: database, FM_BOOTSTRAP_KEY: key });
      try {
        const ready = await other.transport(new Request(`${URL}/ready`));
        expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ code: 'SCHEMA_BEHIND' })]);
        const call = createClient({ transport: other.transport, url: URL, key }).call('GET /environment', {});
        await expect(call).rejects.toEqual(code('SCHEMA_BEHIND', what));
      } finally {
        await other.close();
      }
    }
  });

  it('says nothing of wrong settings but in its log', async () => {
    const other = await start({
      FM_ENVIRONMENT: 'No Name',
      FM_DATABASE_URL: 'mysql://root:pass-1@x/y',
      FM_QUEUE_MOST: 'all',
    });
    try {
      const answer = await other.transport(new Request(`${URL}/health`));
      expect(answer.status).toBe(500);
      expect(Object.fromEntries(answer.headers)).toMatchObject(Object.fromEntries(SECURITY_HEADERS));
      const text = await answer.text();
      expect(text).toContain('INTERNAL');
      expect(text).not.toMatch(/mysql|pass-1|No Name/);
      await expect.poll(other.log).toContain('FM_ENVIRONMENT');
      expect(other.log()).toContain('FM_QUEUE_MOST');
      expect(other.log()).not.toMatch(/mysql|pass-1/);
    } finally {
      await other.close();
    }
  });
}
