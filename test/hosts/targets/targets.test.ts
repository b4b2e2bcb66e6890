import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openWorkspace, type Workspace } from '../../../src/cli/project/workspace.ts';
import { openTarget, type TargetFlags, type TargetOptions } from '../../../src/cli/target.ts';
import { createApp } from '../../../src/control/http/app.ts';
import { fail } from '../../../src/core/errors.ts';
import { openDatabase } from '../../../src/hosts/node/database/open.ts';
import { leadThere } from '../../../src/hosts/node/targets/lead-there.ts';
import { planeIn } from '../../control/plane.ts';
import { tempFolder } from '../../setup/fm.ts';
import { code, worldOf } from '../../store/world.ts';

function project(settings: object = {}, variables: Record<string, string> = {}): Workspace {
  const root = tempFolder();
  writeFileSync(join(root, 'flowmason.json'), JSON.stringify({ name: 'shop', ...settings }));
  return openWorkspace({ cwd: root, variables: { HOME: tempFolder(), ...variables } });
}

async function open(workspace: Workspace, flags: TargetFlags = {}, options: TargetOptions = {}) {
  const target = await openTarget(workspace, flags, options);
  onTestFinished(() => target.close());
  return target;
}

describe('an org', () => {
  it('is made when a command makes orgs, and answers in this process', async () => {
    const workspace = project();
    await expect(open(workspace)).rejects.toEqual(code('NOT_FOUND', 'The local org does not exist yet'));
    expect(existsSync(join(workspace.cwd, 'flowmason.db'))).toBe(false);
    const target = await open(workspace, {}, { create: true });
    expect(target).toMatchObject({ kind: 'org', name: 'local', label: 'local org sqlite:///flowmason.db' });
    expect(await target.client.call('GET /environment', {})).toMatchObject({ name: 'local', kind: 'org' });
    expect(statSync(join(workspace.cwd, 'flowmason.db')).mode & 0o777).toBe(0o600);
    expect((await open(workspace)).place).toBe('sqlite:///flowmason.db');
  });

  it('is a file of the project by its name, or where the settings have it', async () => {
    const workspace = project({ environments: { local: { database: 'sqlite:///data/mine.db' } } });
    await open(workspace, {}, { create: true });
    expect(existsSync(join(workspace.cwd, 'data', 'mine.db'))).toBe(true);
    const demo = await open(workspace, { org: 'demo' }, { create: true });
    expect(demo.label).toBe('demo org sqlite:///.flowmason/orgs/demo.db');
    expect(readFileSync(join(workspace.cwd, '.flowmason', '.gitignore'), 'utf8')).toBe('*\n');
    await expect(open(workspace, { org: 'demp' })).rejects.toEqual(code('NOT_FOUND', 'there are demo'));
    const elsewhere = join(tempFolder(), 'x.db');
    const absolute = project({ environments: { local: { database: `sqlite:///${elsewhere}` } } });
    await open(absolute, {}, { create: true });
    expect(existsSync(elsewhere)).toBe(true);
  });

  it('cannot have a name that leads elsewhere, or that is an environment', async () => {
    const workspace = project({ environments: { staging: { url: 'https://staging.test' } } });
    for (const org of ['../x', 'a/b', 'A', '', 'x.db', 'scratch', '‮x'])
      await expect(open(workspace, { org }, { create: true })).rejects.toEqual(code('USAGE', 'The name of an org is'));
    await expect(open(workspace, { org: 'stage' })).rejects.toEqual(code('USAGE', 'is an environment'));
    const outside = openWorkspace({ cwd: tempFolder(), variables: {} });
    await expect(open(outside)).rejects.toEqual(code('NOT_FOUND', 'There is no project here'));
  });

  it('is never reached through a link', async () => {
    const workspace = project();
    const other = join(tempFolder(), 'other');
    symlinkSync(other, join(workspace.cwd, 'flowmason.db'));
    await expect(open(workspace, {}, { create: true })).rejects.toEqual(code('DATABASE_LINKED', 'flowmason.db'));
    const beside = project();
    await (await openTarget(beside, {}, { create: true })).close();
    symlinkSync(other, join(beside.cwd, 'flowmason.db-journal'));
    await expect(open(beside)).rejects.toEqual(code('DATABASE_LINKED', 'flowmason.db-journal'));
    const folder = project({ environments: { local: { database: 'sqlite:///data/mine.db' } } });
    symlinkSync(tempFolder(), join(folder.cwd, 'data'));
    await expect(open(folder, {}, { create: true })).rejects.toEqual(code('DATABASE_LINKED', 'data'));
    const home = project();
    mkdirSync(join(home.cwd, '.flowmason'));
    symlinkSync(tempFolder(), join(home.cwd, '.flowmason', 'orgs'));
    await expect(open(home, { org: 'demo' }, { create: true })).rejects.toEqual(code('DATABASE_LINKED', 'orgs'));
    expect(existsSync(other)).toBe(false);
  });

  it('is refused when its time is over', async () => {
    const workspace = project();
    await open(workspace, { org: 'demo' }, { create: true });
    const record = join(workspace.cwd, '.flowmason', 'orgs', 'demo.json');
    writeFileSync(record, JSON.stringify({ created_at: 1, from: null, expires_at: 1_000 }));
    await expect(open(workspace, { org: 'demo' })).rejects.toEqual(code('ORG_EXPIRED', '1970-01-01T00:00:01.000Z'));
    await open(workspace, { org: 'demo' }, { expired: true });
    writeFileSync(record, '{ "expires_at": "tomorrow"');
    await open(workspace, { org: 'demo' });
  });

  it('says what is wrong with its database, and touches nothing of others', async () => {
    const workspace = project();
    const file = join(workspace.cwd, 'flowmason.db');
    writeFileSync(file, 'no database at all, but text of somebody');
    await expect(open(workspace)).rejects.toEqual(code('DATABASE_FOREIGN'));
    expect(readFileSync(file, 'utf8')).toBe('no database at all, but text of somebody');
  });

  it('resolves its variables when they are read, one by one', async () => {
    const vars = { region: '${FM_REGION}', size: 3 };
    const target = await open(project({ environments: { local: { vars } } }), {}, { create: true });
    expect(target.control?.vars.size).toBe(3);
    expect(() => target.control?.vars.region).toThrow('FM_REGION');
    expect(await target.control?.secrets(['NAME'])).toEqual(new Set());
  });

  it('has errors whose commands lead to it', async () => {
    const { client } = await open(project(), { org: 'demo' }, { create: true });
    await expect(client.call('GET /runs/:id', { id: 'nope' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: 'fm runs list --org demo',
    });
  });

  it('passes on errors that nobody expected with their cause', async () => {
    const target = await open(project(), {}, { create: true });
    const broken = new Error('a bug of ours');
    Object.assign(target.control?.store.environments ?? {}, { get: () => Promise.reject(broken) });
    const failing = target.client.call('GET /environment', {});
    await expect(failing).rejects.toMatchObject({ code: 'INTERNAL', cause: broken });
  });
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const KEY = 'fm_staging_key';

function staging(url: string, more: object = {}): Workspace {
  return project({ environments: { staging: { url, api_key: KEY, ...more } } });
}

describe('a server', () => {
  it('is called with its key, the environment that is meant, and keys for repetitions', async () => {
    const world = await worldOf(await openDatabase('sqlite::memory:', '/'));
    onTestFinished(() => world.store.close());
    const seen: Request[] = [];
    const app = createApp({
      admit: async (request) => {
        seen.push(request);
        if (request.headers.get('authorization') !== `Bearer ${KEY}`) fail('UNAUTHENTICATED', 'The key is not valid');
        return { control: planeIn(world), caller: { actor: 'ada', scopes: new Set(['deploy']) } };
      },
      requestId: () => 'r',
    });
    const url = await listen(getRequestListener(app.fetch));
    const target = await open(staging(url), { env: 'stage' });
    expect(target).toMatchObject({ kind: 'server', name: 'staging', label: `staging ${url}` });
    expect(await target.client.call('GET /environment', {})).toMatchObject({ name: 'staging' });
    for (const _ of [1, 2]) await target.client.call('POST /releases/missing', { pipelines: [] });
    expect(seen.map(({ headers }) => headers.get('x-flowmason-environment'))).toEqual(Array(3).fill('staging'));
    const keys = seen.map(({ headers }) => headers.get('idempotency-key'));
    expect(new Set(keys).size).toBe(3);
    const stranger = await open(staging(url, { api_key: 'wrong' }), { env: 'staging' });
    await expect(stranger.client.call('GET /environment', {})).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringContaining('the key from flowmason.json:1:'),
      hint: 'fm config set staging.api_key -',
    });
    const other = await open(project({ environments: { eu: { url, api_key: KEY } } }), { env: 'eu' });
    await expect(other.client.call('GET /environment', {})).rejects.toMatchObject({
      code: 'ENVIRONMENT_MISMATCH',
      hint: 'fm config explain eu.url',
    });
  });

  it.each([
    ['fm runs list', 'fm runs list --env staging'],
    ['fm keys create NAME --scope admin', 'fm keys create NAME --scope admin --env staging'],
    ['fm history; a release is deleted after a while', 'fm history --env staging; a release is deleted after a while'],
    ["fm runs signal 7 go --data '…'", "fm runs signal 7 go --data '…' --env staging"],
    ['fm promote production --from staging', 'fm promote production --from staging'],
    ['fm runs show 7 --env production', 'fm runs show 7 --env production'],
    ['fm migrate', 'fm migrate'],
    ['Run `fm runs list`', 'Run `fm runs list`'],
  ])('gives the hint "%s" as a command that leads to it', (hint, expected) => {
    expect(leadThere(hint, '--env staging')).toBe(expected);
  });

  it('is asked again with the same key when the way breaks, and not more than three times', async () => {
    const keys: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      keys.push(String(request.headers['idempotency-key']));
      if (keys.length === 1) request.socket.destroy();
      else if (keys.length === 2) response.writeHead(503).end('<h1>Service unavailable</h1>');
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"missing":[]}');
    });
    const target = await open(staging(url), { env: 'staging' });
    expect(await target.client.call('POST /releases/missing', { pipelines: [] })).toEqual({ missing: [] });
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
    let tries = 0;
    const dead = await listen((request) => {
      tries++;
      request.socket.destroy();
    });
    const other = await open(staging(dead), { env: 'staging' });
    await expect(other.client.call('GET /environment', {})).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      message: expect.stringMatching(/^staging: GET http:\/\/127\.0\.0\.1/),
    });
    expect(tries).toBe(3);
  });

  it('does not follow anybody elsewhere, and knows what is no FlowMason server', async () => {
    const url = await listen((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end('gone'));
    const target = await open(staging(url), { env: 'staging' });
    await expect(target.client.call('GET /environment', {})).rejects.toEqual(code('ANSWER_INVALID', 'answered 302'));
  });

  it('is found by settings, which are resolved for it alone', async () => {
    const environments = { staging: { url: '${FM_STAGING_URL}', api_key: '${FM_STAGING_KEY}' }, production: {} };
    await expect(open(project({ environments }), { env: 'staging' })).rejects.toEqual(
      code('VARIABLE_UNSET', 'FM_STAGING_URL'),
    );
    const url = { FM_STAGING_URL: 'https://staging.test' };
    await expect(open(project({ environments }, url), { env: 'staging' })).rejects.toEqual(
      code('VARIABLE_UNSET', 'FM_STAGING_KEY'),
    );
    const key = { ...url, FM_STAGING_KEY: 'k' };
    expect((await open(project({ environments }, key), { env: 'staging' })).place).toBe('https://staging.test');
    await expect(open(project({ environments }, key), { env: 'prod' })).rejects.toEqual(
      code('NOT_FOUND', 'The address of production is not known'),
    );
    await expect(open(project({ environments }, key), { env: 'stagin' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: '--env staging',
    });
    await expect(open(project(), { env: 'local' })).rejects.toMatchObject({ code: 'USAGE', hint: '--org local' });
    const known = project({ environments: { staging: { url: 'https://staging.test' } } });
    await expect(open(known, { env: 'staging' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      hint: 'fm config set staging.api_key -',
    });
  });

  it('gets no key in the clear, but on this machine or where it was allowed', async () => {
    await expect(open(staging('http://staging.test'), { env: 'staging' })).rejects.toEqual(code('URL_INSECURE'));
    await expect(open(staging('http://127.0.0.1.evil.test'), { env: 'staging' })).rejects.toEqual(code('URL_INSECURE'));
    await expect(open(staging('https://ada:pw@staging.test'), { env: 'staging' })).rejects.toEqual(
      code('INVALID_SETTING', 'without user'),
    );
    const allowed = project(
      { environments: { staging: { url: 'http://staging.test', api_key: KEY } } },
      { FM_STAGING_INSECURE: 'true' },
    );
    await open(allowed, { env: 'staging' });
    await open(staging('http://localhost:1'), { env: 'staging' });
  });
});
