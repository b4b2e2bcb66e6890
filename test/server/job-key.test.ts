import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { issuer } from '../control/identity.ts';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';
import { startServer } from './server-process.ts';

const REQUEST_TOKEN = 'request-token-of-the-job';

/** A server that trusts main of acme/shop, a project without a key for it, and what GitHub Actions gives a job. */
async function job(claims: Readonly<Record<string, unknown>> = {}) {
  const by = await issuer();
  const rule = { provider: 'github', issuer: by.url, repository: 'acme/shop', branch: 'main', scopes: ['runs:read'] };
  const server = await startServer(tempFolder(), { FM_ENVIRONMENT: 'staging', FM_OIDC: JSON.stringify([rule]) });
  const root = tempFolder();
  const environments = { staging: { url: server.url, api_key: '${FM_STAGING_KEY}' } };
  writeFileSync(join(root, 'flowmason.json'), JSON.stringify({ name: 'shop', version: '1.0.0', environments }));
  const sign = (aud: string | null) => {
    const seconds = Math.floor(Date.now() / 1_000);
    const times = { iat: seconds, nbf: seconds, exp: seconds + 300 };
    const who = { repository: 'acme/shop', ref: 'refs/heads/main', event_name: 'push', ...claims };
    return by.sign({ iss: by.url, aud: aud ?? '', ...times, ...who });
  };
  const asked: string[] = [];
  const actions = createServer(async ({ url = '', headers }, response) => {
    asked.push(url);
    const { searchParams } = new URL(url, 'http://actions.test');
    if (headers.authorization !== `Bearer ${REQUEST_TOKEN}`) return void response.writeHead(401).end();
    response.end(JSON.stringify({ value: await sign(searchParams.get('audience')) }));
  });
  await new Promise<void>((resolve) => actions.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    actions.closeAllConnections();
    actions.close();
  });
  const { port } = actions.address() as AddressInfo;
  const variables = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
  };
  const list = (env: Readonly<Record<string, string>>) =>
    shell(root, env)('runs', 'list', '--env', 'staging', '--json');
  return { server, sign, asked, variables, list };
}

describe('a job of CI without a key', () => {
  it('gets one for its identity token on GitHub, also where the secret of the key is empty', async () => {
    const { server, asked, variables, list } = await job();
    const listed = await list({ ...variables, FM_STAGING_KEY: '' });
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('"runs"') });
    expect(asked).toEqual(['/token?api-version=2.0&audience=flowmason%3Astaging']);
    const { entries } = (await (await server.call('GET', '/api/v1/audit')).json()) as { entries: object[] };
    expect(entries).toMatchObject([{ actor: 'github:acme/shop@main', action: 'keys.exchange' }]);
    expect(server.output()).not.toMatch(/eyJ|request-token/);
  });

  it('gets one on GitLab for the token that the job was given', async () => {
    const { sign, asked, list } = await job();
    expect(await list({ FM_ID_TOKEN: await sign('flowmason:staging') })).toMatchObject({ code: 0 });
    const refused = await list({ FM_ID_TOKEN: await sign('flowmason:production') });
    expect(refused).toMatchObject({ code: 6, stdout: expect.stringContaining('OIDC_REFUSED') });
    expect(asked).toEqual([]);
  });

  it('uses the key that is set and asks nobody', async () => {
    const { server, asked, variables, list } = await job();
    expect(await list({ ...variables, FM_STAGING_KEY: server.key })).toMatchObject({ code: 0 });
    expect(asked).toEqual([]);
  });

  it('hears why it gets none', async () => {
    const { variables, list } = await job({ ref: 'refs/heads/evil' });
    const untrusted = await list(variables);
    expect(untrusted).toMatchObject({ code: 6, stdout: expect.stringContaining('OIDC_UNTRUSTED') });
    expect(untrusted.stdout).toContain('evil');
    const without = await list({ ...variables, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'other' });
    expect(without).toMatchObject({ code: 6, stdout: expect.stringContaining('ID_TOKEN_MISSING') });
    expect(without.stdout).toContain('id-token: write');
    expect(await list({})).toMatchObject({ code: 2, stdout: expect.stringContaining('VARIABLE_UNSET') });
  });
});
