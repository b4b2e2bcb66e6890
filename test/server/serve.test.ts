import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAccessKey } from '../../src/core/access-key.ts';
import type { OpenedDatabase } from '../../src/hosts/edge/opened.ts';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { readMigrations } from '../../src/hosts/node/database/migrations.ts';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { migrate } from '../../src/store/migrate.ts';
import { fm, tempFolder } from '../setup/fm.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { ENVIRONMENT, WorkerWorld } from '../worker/world.ts';
import { bootstrapKey, launchServer, startServer } from './server-process.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('fm serve', () => {
  it('serves a trial from nothing, and says how to get on', async () => {
    const { call, log, key, url, end } = await startServer(tempFolder());
    expect(log()).toMatchObject([
      { level: 'info', msg: expect.stringContaining('FM_BOOTSTRAP_KEY administers trial'), next: expect.any(String) },
      { level: 'info', msg: 'serving', environment: 'trial', url },
    ]);
    expect(await (await call('GET', '/api/v1/environment')).json()).toMatchObject({ name: 'trial', kind: 'server' });
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ status: 'ready' });
    const made = await (await call('POST', '/api/v1/keys', { name: 'ada', scopes: ['admin'] })).json();
    expect(parseAccessKey((made as { key: string }).key)).toMatchObject({ environment: 'trial' });
    expect((await call('GET', '/api/v1/keys', undefined, (made as { key: string }).key)).status).toBe(200);
    expect((await fetch(`${url}/api/v1/keys`)).status).toBe(401);
    for (const traceparent of [`00-${TRACE}-00f067aa0ba902b7-01`, `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, '"}\t'])
      await fetch(`${url}/docs.css`, { headers: { traceparent } });
    expect(await end()).toBe(0);
    const lines = log().filter(({ msg }) => msg === 'answered');
    expect(lines).toContainEqual(
      expect.objectContaining({ method: 'POST', route: '/api/v1/keys', status: 201, actor: 'bootstrap' }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ status: 401, code: 'UNAUTHENTICATED' }));
    // The caller's trace; this server records no spans of its own, and most callers have no trace.
    const traced = lines.filter((line) => 'trace_id' in line || 'span_id' in line);
    expect(traced).toEqual([expect.objectContaining({ route: '/docs.css', trace_id: TRACE })]);
    expect(traced[0]).not.toHaveProperty('span_id');
    expect(JSON.stringify(log())).not.toContain(key);
  });

  it('is never open: without a key to administer it, it does not start', async () => {
    const cwd = tempFolder();
    const ended = await fm(['serve', '--port', '0'], { cwd });
    expect(ended).toMatchObject({ code: 9, stderr: expect.stringContaining('fm keys generate --env trial') });
    const admin = await startServer(cwd);
    await admin.call('POST', '/api/v1/keys', { name: 'ada', scopes: ['admin'] });
    await admin.end();
    // An admin key is there now, so none is needed to start, and the bootstrap key is nobody's.
    const again = await startServer(cwd, { FM_BOOTSTRAP_KEY: '' });
    expect((await again.call('GET', '/api/v1/keys', undefined, admin.key)).status).toBe(401);
  });

  it('serves PostgreSQL once its schema is there', async () => {
    const cwd = tempFolder();
    const url = await postgresDatabase({ empty: true });
    const key = bootstrapKey('staging');
    const env = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: url, FM_BOOTSTRAP_KEY: key, FM_PORT: '0' };
    expect(await fm(['serve'], { cwd, env })).toMatchObject({ code: 5, stderr: expect.stringContaining('fm migrate') });
    const dry = await fm(['migrate', '--dry-run', '--json'], { cwd, env });
    expect(JSON.parse(dry.stdout)).toMatchObject({
      dry_run: true,
      applied: expect.arrayContaining([expect.any(String)]),
    });
    expect(await fm(['migrate'], { cwd, env })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Applied /) });
    expect(await fm(['migrate'], { cwd, env })).toMatchObject({ code: 0, stdout: 'The database is of this version\n' });
    const server = await startServer(cwd, env);
    expect((await server.call('PUT', '/api/v1/vars/region', { value: 'eu' })).status).toBe(200);
    expect(await (await server.call('GET', '/api/v1/vars/region')).json()).toMatchObject({ value: 'eu' });
    expect(existsSync(join(cwd, 'flowmason-server.db'))).toBe(false);
    expect(server.output()).not.toContain(new URL(url).password || key);
    expect(await server.end('SIGINT')).toBe(0);
  });

  it('executes no run over PostgreSQL unless it is told to, and needs the queue', async () => {
    const cwd = tempFolder();
    const env = { FM_ENVIRONMENT: ENVIRONMENT, FM_BOOTSTRAP_KEY: bootstrapKey(ENVIRONMENT), FM_PORT: '0' };
    const lacking = { ...env, FM_DATABASE_URL: await postgresDatabase() };
    expect(await fm(['serve'], { cwd, env: lacking })).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/queue.*\n.*fm migrate/),
    });
    const whole = { ...env, FM_DATABASE_URL: await queueDatabase() };
    await withHello(await openDatabase(whole.FM_DATABASE_URL, cwd));
    const alone = await launchServer(cwd, whole, (child) => onTestFinished(() => void child.kill('SIGKILL')), []);
    const run = async (): Promise<string> => {
      const answer = await alone.call('POST', '/api/v1/pipelines/hello/runs', { input: { who: 'ada' } });
      return ((await answer.json()) as { run_id: string }).run_id;
    };
    const first = await run();
    const other = await startServer(cwd, whole);
    expect(other.log().find(({ msg }) => msg === 'serving')?.runs).toContain('this process');
    // Whoever asks the first one learns what the other one did.
    const ended = await alone.call('GET', `/api/v1/runs/${first}?wait=30s`);
    expect(await ended.json()).toMatchObject({ status: 'succeeded' });
    expect(await (await other.call('GET', '/api/v1/workers')).json()).toMatchObject({ workers: [{ running: 0 }] });
    expect(await other.end()).toBe(0);
    expect(await (await alone.call('GET', '/api/v1/workers')).json()).toMatchObject({ workers: [] });
    const queued = await run();
    const seen = await (await alone.call('GET', `/api/v1/runs/${queued}`)).json();
    expect(seen).toMatchObject({ status: 'queued', queue: { workers: 0, pool: null } });
    expect(await alone.end()).toBe(0);
  });

  it('says everything that is wrong with its settings, and no value of a secret', async () => {
    const cwd = tempFolder();
    const wrong = {
      FM_PORT: '99999',
      FM_LOG_LEVEL: 'loud',
      FM_ENVIRONMENT: 'Prod 1',
      FM_RUNS_KEEP: 'ever',
      FM_QUEUE_MOST: '0',
      FM_QUEUE_MAX_AGE: '10',
      FM_ALLOW_PRIVATE_NETWORK: '10.0.0.0/8,10.0.0.0/33',
    };
    const env = { ...wrong, FM_DATABASE_URL: 'mysql://root:hunter2@db/x' };
    const ended = await fm(['serve'], { cwd, env });
    expect(ended.code).toBe(2);
    for (const name of Object.keys(env)) expect(ended.stderr).toContain(name);
    for (const name of ['FM_PORT', 'FM_LOG_LEVEL', 'FM_RUNS_KEEP', 'FM_QUEUE_MOST', 'FM_QUEUE_MAX_AGE'] as const)
      expect(ended.stderr).toMatch(new RegExp(`${name}.*: Expected .*, found .${wrong[name]}.\n`));
    expect(ended.stderr).not.toContain('hunter2');
    const unnamed = await fm(['serve'], { cwd, env: { FM_DATABASE_URL: 'postgresql://fm:hunter2@localhost/fm' } });
    expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringContaining('FM_ENVIRONMENT') });
    const other = bootstrapKey('production');
    const foreign = await fm(['serve'], { cwd, env: { FM_ENVIRONMENT: 'staging', FM_BOOTSTRAP_KEY: other } });
    expect(foreign).toMatchObject({ code: 2, stderr: expect.stringContaining('found one of production') });
    const mistyped = await fm(['serve'], { cwd, env: { FM_BOOTSTRAP_KEY: `${other.slice(0, -1)}x` } });
    expect(mistyped).toMatchObject({ code: 2, stderr: expect.stringContaining('mistyped') });
    expect(mistyped.stderr).not.toContain(other.slice(0, -1));
    const upstreams: [Record<string, string>, string][] = [
      [{ FM_UPSTREAM_URL: 'https://staging.example.com' }, 'FM_UPSTREAM_KEY'],
      [{ FM_UPSTREAM_KEY: other }, 'FM_UPSTREAM_URL'],
      [{ FM_UPSTREAM_URL: 'https://staging.example.com', FM_UPSTREAM_KEY: other }, 'found one of itself'],
      [{ FM_UPSTREAM_URL: 'https://staging.example.com', FM_UPSTREAM_KEY: 'hunter2' }, 'Expected a whole key'],
      [{ FM_UPSTREAM_URL: 'https://ada:hunter2@staging.example.com' }, 'without user, password'],
      [{ FM_UPSTREAM_URL: 'staging.example.com' }, 'Expected an address'],
    ];
    for (const [upstream, text] of upstreams) {
      const refused = await fm(['serve'], { cwd, env: { FM_ENVIRONMENT: 'production', ...upstream } });
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(text) });
      expect(refused.stderr).not.toContain('hunter2');
      expect(refused.stderr).not.toContain(other);
    }
  });

  it('warns of variables that look like settings, and of those that this version passes over', async () => {
    const { log } = await startServer(tempFolder(), {
      FM_PROT: '1',
      FM_API_KEY: 'x',
      FM_SECRET_PORT: 'x',
      FM_REDIS_URL: 'x',
      FM_UPSTREAM_URL: 'http://staging.example.com',
      FM_UPSTREAM_KEY: bootstrapKey('staging'),
    });
    const warnings = log().filter(({ level }) => level === 'warn');
    expect(warnings.map(({ msg }) => msg)).toEqual([
      'FM_PROT is not a setting of a server; did you mean FM_PORT?',
      'FM_REDIS_URL is passed over: this version does not have a shared cache and rate limit',
      'FM_UPSTREAM_URL is http://: FM_UPSTREAM_KEY crosses the network readable for everybody',
    ]);
  });

  it('does not take the port of another', async () => {
    const { url } = await startServer(tempFolder());
    const env = { FM_BOOTSTRAP_KEY: bootstrapKey() };
    const ended = await fm(['serve', '--port', new URL(url).port], { cwd: tempFolder(), env });
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('PORT_TAKEN') });
  });

  it('takes no path that is another when it is taken apart', async () => {
    const { url, key } = await startServer(tempFolder());
    const { port } = new URL(url);
    for (const path of [
      '/x/../api/v1/environment',
      '/api/v1/./environment',
      '/api/v1/%2e%2e/v1/environment',
      '/api\\v1\\environment',
    ]) {
      const socket = connect(Number(port), '127.0.0.1').setEncoding('latin1');
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nx-api-key: ${key}\r\nconnection: close\r\n\r\n`);
      let text = '';
      for await (const data of socket) text += data;
      expect(text).toMatch(/^HTTP\/1\.1 40[04] /);
    }
  });

  it('answers what was begun when it is told to end, and takes nothing new', async () => {
    const { url, key, child, log } = await startServer(tempFolder());
    const { port } = new URL(url);
    const body = '{"value":1}';
    const socket = connect(Number(port), '127.0.0.1').setEncoding('latin1');
    socket.write(
      `PUT /api/v1/vars/x HTTP/1.1\r\nhost: x\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 4)}`,
    );
    // Another answer over the same server says that the first request has come in.
    await (await fetch(`${url}/health`)).text();
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    while (!log().some(({ signal }) => signal === 'SIGTERM')) await once(child.stdout ?? child, 'data');
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    socket.write(body.slice(4));
    let text = '';
    for await (const data of socket) text += data;
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text.toLowerCase()).toContain('connection: close');
    await closed;
    expect(child.exitCode).toBe(0);
    expect(log().at(-1)).toMatchObject({ msg: 'ended' });
  });

  it('executes what is started over its API, and cuts streams off when it is to end', async () => {
    const cwd = tempFolder();
    const database = await openDatabase('sqlite:///flowmason-server.db', cwd);
    await migrate(database.migrations, readMigrations().sqlite, 0);
    await withHello(database);
    const server = await startServer(cwd, { FM_ENVIRONMENT: ENVIRONMENT });
    const started = await server.call('POST', '/api/v1/pipelines/hello/runs?wait=30s', { input: { who: 'ada' } });
    expect(await started.json()).toMatchObject({ status: 'succeeded', result: { who: 'ada' } });
    const parked = await server.call('POST', '/api/v1/pipelines/patient/runs', {});
    const { run_id } = (await parked.json()) as { run_id: string };
    const events = await server.call('GET', `/api/v1/runs/${run_id}/events`);
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    const cut = expect(events.text()).rejects.toThrow();
    expect(await server.end()).toBe(0);
    await cut;
  });

  it('executes the runs that are queued in its database, also those of a server that was killed', async () => {
    const cwd = tempFolder();
    const database = await openDatabase('sqlite:///flowmason-server.db', cwd);
    await migrate(database.migrations, readMigrations().sqlite, 0);
    const world = new WorkerWorld(database, systemClock);
    const config = { message: 'hello' };
    await world.deploy([{ name: 'hello', version: '1.0.0', stages: [{ id: 'say', component: 'logger', config }] }]);
    await world.start('hello');
    await world.start('hello');
    await world.close();
    await database.release();
    const variables = { FM_ENVIRONMENT: ENVIRONMENT };
    await (await startServer(cwd, variables)).end('SIGKILL');
    const server = await startServer(cwd, variables);
    const metrics = async () => (await server.call('GET', '/metrics')).text();
    while (!(await metrics()).includes('flowmason_runs{status="succeeded"} 2')) await server.call('GET', '/health');
    expect(await server.end()).toBe(0);
    expect(server.log().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

/** Deploys pipelines that say hello and that wait for a signal, and closes the database. */
async function withHello(database: OpenedDatabase): Promise<void> {
  const world = new WorkerWorld(database, systemClock);
  const [say, wait] = [{ message: '{{ input.who }}' }, { name: 'go' }];
  await world.deploy([
    {
      name: 'hello',
      version: '1.0.0',
      stages: [{ id: 'say', component: 'logger', config: say }],
      result: '{{ input }}',
    },
    { name: 'patient', version: '1.0.0', stages: [{ id: 'wait', component: 'signal', config: wait }] },
  ]);
  await world.close();
  await database.release();
}
