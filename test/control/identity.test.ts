import { SignJWT, UnsecuredJWT } from 'jose';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { TRUST } from '../../src/control/identity/trust.ts';
import { code } from '../store/world.ts';
import { databases } from './databases.ts';
import { type Issuer, issuer, trusting } from './identity.ts';

describe.each(databases())('the identity token of a job, over %s,', (_, open) => {
  it('is exchanged for a key of ten minutes that may do what the rule says', async () => {
    const { issuer, claims, exchange, client, clock, store } = await trusting(open);
    const made = await exchange(await issuer.sign(claims({ environment: 'live' })));
    expect(made).toMatchObject({
      name: 'github:acme/shop@main',
      scopes: ['deploy'],
      state: 'live',
      expires_at: clock.now() + 600_000,
      job: {
        provider: 'github',
        repository: 'acme/shop',
        branch: 'main',
        environment: 'live',
        commit: 'c0ffee',
        run: '7',
      },
    });
    const job = client(made.key ?? '');
    expect(await job.call('POST /releases/missing', { pipelines: [] })).toEqual({ missing: [] });
    await expect(job.call('GET /keys', {})).rejects.toEqual(code('FORBIDDEN', 'admin'));
    expect(await store.audit.list({ limit: 10 })).toMatchObject([
      { actor: made.name, action: 'keys.exchange', target: made.id },
    ]);
    clock.advance(600_000);
    await expect(job.call('GET /environment', {})).rejects.toEqual(code('UNAUTHENTICATED'));
  });

  it('gets many jobs a key each at once, and asks the issuer no more often than it must', async () => {
    const { issuer, claims, exchange } = await trusting(open);
    await exchange(await issuer.sign(claims()));
    const tokens = await Promise.all(Array.from({ length: 8 }, (_, run) => issuer.sign(claims({ run_id: `${run}` }))));
    const made = await Promise.all(tokens.map(exchange));
    expect(new Set(made.map(({ key }) => key)).size).toBe(8);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });
});

const [[, open]] = databases() as [ReturnType<typeof databases>[number]];
type Claims = Readonly<Record<string, unknown>>;

describe('an identity token is refused', () => {
  it.each<[string, Claims, string]>([
    ['for another environment', { aud: 'flowmason:production' }, 'meant for `flowmason:production`'],
    ['for another server', { aud: 'https://github.com/acme' }, 'expected `flowmason:staging`'],
    ['for nobody', { aud: undefined }, '`aud`'],
    ['that has expired', { exp: 1 }, 'expired'],
    ['without an end', { exp: undefined }, '`exp`'],
    ['without a beginning', { iat: undefined }, '`iat`'],
    ['of the future', { nbf: 4_000_000_000, exp: 4_000_000_300 }, 'not valid yet'],
    ['of another issuer', { iss: 'https://token.actions.githubusercontent.com' }, 'whom no rule here trusts'],
    ['of no issuer', { iss: undefined }, 'who signed it'],
    ['with times that are none', { exp: 'soon' }, '`exp`'],
  ])('%s', async (_, more, message) => {
    const { issuer, claims, exchange, store } = await trusting(open);
    await expect(exchange(await issuer.sign(claims(more)))).rejects.toEqual(code('OIDC_REFUSED', message));
    expect(await store.keys.list('staging')).toEqual([]);
    expect(await store.audit.list({ limit: 10 })).toEqual([]);
  });

  it('by the clocks of two machines, which may differ by half a minute and no more', async () => {
    const { issuer, claims, exchange, clock } = await trusting(open);
    const token = await issuer.sign(claims());
    clock.advance(-29_000);
    await exchange(token);
    clock.advance(-2_000);
    await expect(exchange(token)).rejects.toEqual(code('OIDC_REFUSED', 'not valid yet'));
    clock.advance(31_000 + 300_000 + 29_000);
    await exchange(token);
    clock.advance(2_000);
    await expect(exchange(token)).rejects.toEqual(code('OIDC_REFUSED', 'expired'));
  });

  it('without a signature, with a shared secret, with the key of somebody else, or changed', async () => {
    const { issuer: by, claims, exchange } = await trusting(open);
    await expect(exchange(new UnsecuredJWT(claims()).encode())).rejects.toEqual(code('OIDC_REFUSED', 'RS256'));
    // The classic: the public key, which everybody has, as the secret of an HMAC.
    const hmac = new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'key-1' });
    const forged = await hmac.sign(new TextEncoder().encode(await by.pem()));
    await expect(exchange(forged)).rejects.toEqual(code('OIDC_REFUSED', 'RS256'));
    const other = await (await issuer()).sign(claims());
    await expect(exchange(other)).rejects.toEqual(code('OIDC_REFUSED', 'signature'));
    const [head, , signature] = (await by.sign(claims())).split('.');
    const body = Buffer.from(JSON.stringify(claims({ repository: 'acme/shop' }))).toString('base64url');
    const mixed = `${head}.${body.slice(0, -4)}.${signature}`;
    await expect(exchange(mixed)).rejects.toEqual(code('OIDC_REFUSED'));
    const good = await by.sign(claims({ repository: 'evil/shop' }));
    const swapped = [good.split('.')[0], body, good.split('.')[2]].join('.');
    await expect(exchange(swapped)).rejects.toEqual(code('OIDC_REFUSED', 'signature'));
  });

  it.each(['', 'x', '.', '..', 'a.b', 'a.b.c', 'e30.e30.', `${'a'.repeat(16_000)}.b.c`, 'e30.W10.x'])(
    'that is none: %s',
    async (token) => {
      const { exchange } = await trusting(open);
      await expect(exchange(token)).rejects.toEqual(code('OIDC_REFUSED'));
    },
  );

  it('that is huge, before anybody looks into it', async () => {
    const { exchange, issuer, send } = await trusting(open);
    await expect(exchange('a'.repeat(16_385))).rejects.toEqual(code('REQUEST_INVALID', '16384'));
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ token: 'a'.repeat(200_000) });
    expect((await send('/api/v1/auth/oidc', { method: 'POST', headers, body })).status).toBe(413);
    expect(issuer.asked).toEqual([]);
  });
});

describe('keys of an issuer', () => {
  it('are read again when one is new, and not for every key that somebody makes up', async () => {
    const { issuer, claims, exchange, clock } = await trusting(open);
    await exchange(await issuer.sign(claims()));
    const old = await issuer.sign(claims());
    for (let times = 0; times < 5; times++) {
      const unknown = await issuer.sign(claims(), { kid: `made-up-${times}` });
      await expect(exchange(unknown)).rejects.toEqual(code('OIDC_REFUSED', 'no such key'));
    }
    expect(issuer.asked).toHaveLength(2);
    await issuer.rotate();
    clock.advance(30_000);
    await exchange(await issuer.sign(claims()));
    expect(issuer.asked).toHaveLength(4);
    await expect(exchange(old)).rejects.toEqual(code('OIDC_REFUSED', 'no such key'));
  });

  it('that it takes back count no more after ten minutes', async () => {
    const { issuer, claims, exchange, clock } = await trusting(open);
    const token = await issuer.sign(claims({ exp: Math.floor(clock.now() / 1_000) + 3_600 }));
    await exchange(token);
    await issuer.rotate();
    clock.advance(599_000);
    await exchange(token);
    clock.advance(1_000);
    await expect(exchange(token)).rejects.toEqual(code('OIDC_REFUSED', 'no such key'));
  });

  const DESCRIPTION = '/.well-known/openid-configuration';
  it.each<[string, (by: Issuer) => void]>([
    ['fails', ({ answers }) => answers.set(DESCRIPTION, { status: 500, body: '{}' })],
    ['sends elsewhere', ({ answers }) => answers.set(DESCRIPTION, { status: 302, body: '{}' })],
    ['answers no JSON', ({ answers }) => answers.set(DESCRIPTION, { status: 200, body: '<html>' })],
    ['answers a list', ({ answers }) => answers.set(DESCRIPTION, { status: 200, body: '[]' })],
    [
      'is another',
      ({ answers }) =>
        answers.set(DESCRIPTION, { status: 200, body: '{"issuer":"https://x","jwks_uri":"https://x/"}' }),
    ],
    ['has no keys', ({ answers }) => answers.set('/keys', { status: 200, body: '{"keys":{}}' })],
    ['has no end', ({ answers }) => answers.set('/keys', { status: 200, body: `{"keys":["${'a'.repeat(300_000)}"]}` })],
    ['does not answer in time', ({ answers }) => answers.set('/keys', 'never')],
  ])('cannot be had of one that %s, and then it has a moment of peace', async (_, spoil) => {
    const { issuer, claims, exchange, clock, send } = await trusting(open);
    spoil(issuer);
    const token = await issuer.sign(claims());
    await expect(exchange(token)).rejects.toEqual(code('OIDC_UNAVAILABLE', issuer.url));
    const asked = issuer.asked.length;
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) };
    const again = await send('/api/v1/auth/oidc', init);
    expect([again.status, again.headers.get('retry-after'), issuer.asked.length]).toEqual([503, '5', asked]);
    issuer.answers.clear();
    clock.advance(5_000);
    await exchange(token);
  });

  it('cannot be had of one that is away', async () => {
    const { issuer, claims, exchange } = await trusting(open);
    await issuer.close();
    await expect(exchange(await issuer.sign(claims()))).rejects.toEqual(code('OIDC_UNAVAILABLE', issuer.url));
  });
});

describe('a rule', () => {
  it.each<[string, object, Claims, boolean]>([
    ['another repository', {}, { repository: 'acme/shop2' }, false],
    ['a repository in other letters', {}, { repository: 'Acme/Shop' }, false],
    ['a fork', {}, { repository: 'mallory/shop' }, false],
    ['another branch', {}, { ref: 'refs/heads/maintenance' }, false],
    ['a tag of the same name', {}, { ref: 'refs/tags/main' }, false],
    ['a pull request', {}, { ref: 'refs/pull/1/merge', event_name: 'pull_request' }, false],
    ['a pull request that names the branch', {}, { event_name: 'pull_request_target' }, false],
    ['a branch that begins so', { branch: 'release/*' }, { ref: 'refs/heads/release/1' }, true],
    ['a branch that does not', { branch: 'release/*' }, { ref: 'refs/heads/x/release/1' }, false],
    ['a job of another environment', { environment: 'live' }, { environment: 'test' }, false],
    ['a job of no environment', { environment: 'live' }, {}, false],
    ['a job of the environment', { environment: 'live' }, { environment: 'live' }, true],
    ['a repository that took the name', { repository_id: '41' }, {}, false],
    ['the repository itself', { repository_id: '42' }, {}, true],
    ['claims of other types', {}, { repository: ['acme/shop'], ref: { a: 1 } }, false],
    ['claims of another provider', { provider: 'gitlab' }, {}, false],
    [
      'GitLab',
      { provider: 'gitlab' },
      { project_path: 'acme/shop', ref_path: 'refs/heads/main', event_name: undefined },
      true,
    ],
    [
      'a merge request of GitLab',
      { provider: 'gitlab' },
      {
        project_path: 'acme/shop',
        ref_path: 'refs/heads/main',
        event_name: undefined,
        pipeline_source: 'merge_request_event',
      },
      false,
    ],
  ])('and %s', async (_, rule, more, isTrusted) => {
    const { issuer, claims, exchange, store } = await trusting(open, [rule]);
    const exchanged = exchange(await issuer.sign(claims(more)));
    if (isTrusted) expect(await exchanged).toMatchObject({ scopes: ['deploy'] });
    else {
      await expect(exchanged).rejects.toEqual(code('OIDC_UNTRUSTED', 'No rule of staging'));
      expect(await store.keys.list('staging')).toEqual([]);
    }
  });

  it('adds to the others that fit', async () => {
    const rules = [{}, { scopes: ['runs:read', 'deploy'] }, { branch: 'other', scopes: ['runs:write'] }];
    const { issuer, claims, exchange } = await trusting(open, rules);
    expect((await exchange(await issuer.sign(claims()))).scopes).toEqual(['runs:read', 'deploy']);
  });

  it('is needed', async () => {
    const { issuer, claims, exchange } = await trusting(open, []);
    await expect(exchange(await issuer.sign(claims()))).rejects.toEqual(code('OIDC_UNTRUSTED', 'no rules'));
    expect(issuer.asked).toEqual([]);
  });

  const RULE = { provider: 'github', repository: 'acme/shop', branch: 'main', scopes: ['deploy'] };
  it.each([
    ['no JSON', '['],
    ['no list', '{}'],
    ['an unknown member', [{ ...RULE, brnch: 'main' }]],
    ['every repository', [{ ...RULE, repository: 'acme/*' }]],
    ['every branch by mistake', [{ ...RULE, branch: '' }]],
    ['a branch with a star inside', [{ ...RULE, branch: 'a*b' }]],
    ['no branch', [{ ...RULE, branch: undefined }]],
    ['admin', [{ ...RULE, scopes: ['admin'] }]],
    ['force', [{ ...RULE, scopes: ['deploy:force'] }]],
    ['no scope', [{ ...RULE, scopes: [] }]],
    ['an issuer without encryption', [{ ...RULE, issuer: 'http://gitlab.example.com' }]],
    ['an issuer that only looks like this machine', [{ ...RULE, issuer: 'http://127.0.0.1.example.com' }]],
    ['an issuer with a slash', [{ ...RULE, issuer: 'https://gitlab.example.com/' }]],
  ])('is not taken with %s', (_, rules) => {
    const text = typeof rules === 'string' ? rules : JSON.stringify(rules);
    expect(v.safeParse(TRUST, text).success).toBe(false);
    expect(v.safeParse(TRUST, JSON.stringify([RULE])).success).toBe(true);
  });
});
