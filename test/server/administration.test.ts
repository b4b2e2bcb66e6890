import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAccessKey } from '../../src/core/access-key.ts';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const PROJECT = {
  name: 'shop',
  version: '1.0.0',
  environments: {
    local: { database: 'sqlite:///flowmason.db', vars: { here: 'mine' } },
    staging: { url: '${FM_STAGING_URL}', api_key: '${FM_STAGING_KEY}' },
  },
};

function project(): string {
  const root = tempFolder();
  writeFileSync(join(root, 'flowmason.json'), JSON.stringify(PROJECT));
  return root;
}

/** A server `staging`, and a project whose settings know it. */
async function staging() {
  const server = await startServer(tempFolder(), { FM_ENVIRONMENT: 'staging' });
  const root = project();
  return { server, type: as(root, server, server.key), as: (key: string) => as(root, server, key) };
}

function as(root: string, { url }: ServerProcess, key: string) {
  // Of several shells the one that was made last counts.
  return (...args: string[]) => shell(root, { FM_STAGING_URL: url, FM_STAGING_KEY: key })(...args);
}

describe('fm keys', () => {
  it('makes, lists, replaces and revokes keys of a server', async () => {
    const { type } = await staging();
    const dry = await type('keys', 'create', 'ci', '--scope', 'deploy', '--env', 'staging', '--dry-run');
    expect(dry).toMatchObject({ code: 0, stdout: 'Would make the key ci with deploy\n' });
    const made = await type(
      'keys',
      'create',
      'ci',
      '--scope',
      'deploy',
      '--scope',
      'runs:read',
      '--expires',
      '90d',
      '--env',
      'staging',
    );
    expect(made.stderr).toMatch(/^target: staging http:/);
    const key = made.stdout.trim();
    const { id = '' } = parseAccessKey(key) ?? {};
    expect(made.stderr).toContain(`This is the key ${id} (ci), which is shown this once.`);
    const listed = await type('keys', 'list', '--env', 'staging');
    expect(listed.stdout).toMatch(new RegExp(`^${id} +ci +live +runs:read,deploy +never +\\d{4}-`, 'm'));
    expect(listed.stdout).not.toContain(key.split('_')[3]);
    expect(await type('keys', 'create', 'ci', '--scope', 'deploy', '--env', 'staging')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining(`fm keys rotate ${id}`),
    });
    const rotated = (await type('keys', 'rotate', 'ci', '--overlap', '1h', '--env', 'staging', '--json')).json();
    expect(rotated).toMatchObject({ name: 'ci', scopes: ['runs:read', 'deploy'], replaces: { id } });
    // Both live now, so the name is of two.
    expect(await type('keys', 'revoke', 'ci', '--env', 'staging', '--yes')).toMatchObject({ code: 2 });
    expect(await type('keys', 'revoke', id, '--env', 'staging')).toMatchObject({
      code: 9,
      stderr: expect.stringContaining(`fm keys revoke ${id} --env staging --yes`),
    });
    expect((await type('keys', 'revoke', id, '--env', 'staging', '--yes')).stdout).toContain(
      `Revoked the key ${id} (ci)`,
    );
    expect((await type('keys', 'list', '--env', 'staging')).stdout).not.toContain(id);
    expect((await type('keys', 'list', '--env', 'staging', '--all')).stdout).toMatch(
      new RegExp(`^${id} +ci +revoked`, 'm'),
    );
  });

  it('prints one for a server that is yet to be started', async () => {
    const type = shell(project());
    const { stdout, code } = await type('keys', 'generate', '--env', 'prod');
    expect({ code, parsed: parseAccessKey(stdout.trim()) }).toMatchObject({
      code: 0,
      parsed: { environment: 'production' },
    });
    expect((await type('keys', 'generate', '--env', 'prod')).stdout).not.toBe(stdout);
    expect(await type('keys', 'generate', '--env', 'Not One')).toMatchObject({ code: 2 });
  });

  it('tells a mistyped key from a refused one without asking', async () => {
    const { server, as } = await staging();
    const answered = () => server.log().filter(({ msg }) => msg === 'answered').length;
    const typed = server.key.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const mistyped = await as(typed)('keys', 'list', '--env', 'staging');
    expect(mistyped).toMatchObject({ code: 6, stderr: expect.stringContaining('mistyped') });
    const other = (await shell(project())('keys', 'generate', '--env', 'production')).stdout.trim();
    expect(await as(other)('keys', 'list', '--env', 'staging')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('Try: fm config explain staging.api_key'),
    });
    expect(answered()).toBe(0);
    const unknown = (await shell(project())('keys', 'generate', '--env', 'staging')).stdout.trim();
    expect(await as(unknown)('keys', 'list', '--env', 'staging')).toMatchObject({ code: 6 });
  });
});

describe('fm vars', () => {
  it('sets, shows and removes variables, and leaves alone what has its value', async () => {
    const { type } = await staging();
    const set = await type('vars', 'set', 'region=eu', 'limit=3', 'x={"a":[1]}', '--env', 'staging');
    expect(set).toMatchObject({ code: 0, stdout: 'region = "eu"\nlimit = 3\nx = {"a":[1]}\n' });
    expect((await type('vars', 'set', 'region=eu', '--env', 'staging')).stdout).toBe('region is "eu" already\n');
    expect((await type('vars', 'set', 'region=us', '--env', 'staging', '--dry-run')).stdout).toBe(
      'Would set region = "us"\n',
    );
    expect((await type('vars', 'get', 'region', '--env', 'staging')).stdout).toBe('eu\n');
    expect((await type('vars', 'get', 'x', '--env', 'staging')).stdout).toBe('{"a":[1]}\n');
    const listed = (await type('vars', 'list', '--env', 'staging', '--json')).json();
    expect(listed).toMatchObject({ vars: [{ name: 'limit', value: 3 }, { name: 'region' }, { name: 'x' }] });
    expect((await type('vars', 'unset', 'region', 'gone', '--env', 'staging')).stdout).toBe(
      'region has no value any more\ngone has no value\n',
    );
    expect(await type('vars', 'get', 'region', '--env', 'staging')).toMatchObject({ code: 4 });
    expect(await type('vars', 'set', 'region', '--env', 'staging')).toMatchObject({ code: 2 });
    expect(await type('vars', 'set', '1x=3', '--env', 'staging')).toMatchObject({ code: 2 });
    const audit = (await type('audit', '--env', 'staging')).stdout;
    expect(audit).toMatch(/^#4 .* bootstrap +vars\.unset +region/m);
    expect((await type('audit', 'verify', '--env', 'staging')).stdout).toBe(
      'All 4 entries of the audit are whole and unchanged\n',
    );
  });

  it('works on the local org as well', async () => {
    const type = shell(project());
    expect(await type('vars', 'list')).toMatchObject({ code: 4, stderr: expect.stringContaining('fm push') });
  });
});

describe('fm env', () => {
  it('lists what is known here, without asking a server', async () => {
    const type = shell(project(), { FM_STAGING_URL: 'https://staging.example.com' });
    expect((await type('env', 'list')).stdout).toMatch(/^staging +https:\/\/staging\.example\.com +not set$/m);
  });

  it('shows and changes what an environment demands', async () => {
    const { type } = await staging();
    expect((await type('env', 'show', 'stage')).stdout).toMatch(/^protected +no$/m);
    const dry = await type('env', 'set', 'staging', '--protected', '--dry-run');
    expect(dry.stdout).toMatch(/^It would be:\n(?:.*\n)*protected +yes/m);
    const set = await type(
      'env',
      'set',
      'staging',
      '--protected',
      '--promotes-from',
      'dev',
      '--requires',
      'tests',
      '--json',
    );
    expect(set.json()).toMatchObject({ protected: true, promotes_from: 'dev', requires: ['tests'] });
    const less = await type(
      'env',
      'set',
      'staging',
      '--no-protected',
      '--promotes-from',
      'none',
      '--requires',
      'none',
      '--json',
    );
    expect(less.json()).toMatchObject({
      protected: false,
      promotes_from: null,
      requires: [],
      immutable_versions: false,
    });
    expect(await type('env', 'set', 'staging')).toMatchObject({ code: 2 });
  });

  it('locks and unlocks, and tells others who has it', async () => {
    const { server, type, as } = await staging();
    const made = await server.call('POST', '/api/v1/keys', { name: 'bob', scopes: ['deploy'] });
    const bob = as(((await made.json()) as { key: string }).key);
    const locked = await bob('env', 'lock', 'staging', '--reason', 'moving', '--expires', '2h');
    expect(locked.stdout).toMatch(/^locked +by bob until .*: moving$/m);
    const refused = await type('env', 'unlock', 'staging', '--json');
    expect(refused).toMatchObject({ code: 5 });
    expect(refused.json()).toMatchObject({ error: { code: 'ENVIRONMENT_LOCKED', details: { holder: 'bob' } } });
    expect((await type('env', 'unlock', 'staging', '--force')).stdout).toBe('staging is not locked any more\n');
    expect((await bob('env', 'unlock', 'staging')).stdout).toBe('staging was not locked\n');
  });
});

describe('fm secrets', () => {
  it('has nothing to say where nothing is active', async () => {
    const { type } = await staging();
    expect((await type('secrets', 'list', '--env', 'staging')).stdout).toBe('no active release names a secret\n');
    expect(await type('secrets', 'check', '--env', 'staging')).toMatchObject({ code: 0 });
  });
});
