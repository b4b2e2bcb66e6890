import { describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '../../src/control/control.ts';
import { routeTable } from '../../src/control/http/route-table.ts';
import { ROUTES } from '../../src/control/http/routes.ts';
import { fits } from './answers.ts';
import { databases } from './databases.ts';
import { freshKey, keyed } from './keyed.ts';

const [[, open]] = databases() as [ReturnType<typeof databases>[number]];
const ENTRIES = routeTable(ROUTES);
/** One that no verb finds or minds. */
const concrete = (path: string) => `/api/v1${path.replaceAll(/:\w+/g, 'none')}`;
const codeOf = async (answer: Response) => ((await answer.json()) as { code?: string }).code;

function sent(method: string, init: { key?: string | undefined; headers?: Record<string, string> } = {}) {
  const hasBody = method !== 'GET' && method !== 'DELETE' && method !== 'HEAD';
  const headers = { ...init.headers, ...(hasBody ? { 'content-type': 'application/json' } : undefined) };
  return { method, key: init.key, headers, ...(hasBody ? { body: '{}' } : undefined) };
}

describe.each(ENTRIES.map((entry) => [entry.route, entry] as const))('%s', (_, { method, path, verb }) => {
  if (!verb.open) {
    it('lets in nobody whose key is missing, mistyped, unknown, expired or revoked', async () => {
      const { send, key, store, clock } = keyed(await open());
      const [admin, revoked, expired] = [await key('ada', 'admin'), await key('old', 'admin'), freshKey()];
      await store.keys.revoke(revoked.split('_')[2] ?? '');
      const expires_at = clock.now();
      const parts = { id: expired.id, environment: 'staging', name: 'x', secret: expired.key, actor: 'ada' };
      await store.keys.create({ ...parts, scopes: [...SCOPES], expires_at });
      const bad = [
        undefined,
        '',
        'x',
        `${admin}0`,
        admin.slice(1),
        freshKey().key,
        freshKey('production').key,
        revoked,
      ];
      for (const wrong of [...bad, expired.key]) {
        const answer = await send(concrete(path), sent(method, { key: wrong }));
        expect([answer.status, await codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
      }
      expect(await store.audit.list({ limit: 10 })).toEqual([]);
    });
  }

  if (verb.scope !== null) {
    it('lets in nobody without its scope, and admin', async () => {
      const { send, key, store } = keyed(await open());
      const others = SCOPES.filter(
        (scope) => scope !== verb.scope && (scope !== 'admin' || verb.scope === 'deploy:force'),
      );
      const stranger = await key('stranger', ...(others as Scope[]));
      const refused = await send(concrete(path), sent(method, { key: stranger }));
      expect([refused.status, await codeOf(refused)]).toEqual([403, 'FORBIDDEN']);
      expect(await store.audit.list({ limit: 10 })).toEqual([]);
      const holder = await key('holder', verb.scope ?? 'admin');
      expect([401, 403]).not.toContain((await send(concrete(path), sent(method, { key: holder }))).status);
    });
  }

  it('has one spelling: what looks like it is not found, whoever asks', async () => {
    const { send, key, store } = keyed(await open());
    const admin = await key('ada', ...SCOPES);
    const whole = concrete(path);
    const [first = ''] = path.slice(1).split('/');
    const variants = [
      `${whole}/`,
      `${whole}//`,
      `/${whole}`,
      whole.replace('/api/', '/api//'),
      whole.replace('/v1/', '/v1//'),
      whole.replace('/api/', '/API/'),
      whole.replace(first, first.toUpperCase()),
      whole.replace(first, `%${first.charCodeAt(0).toString(16)}${first.slice(1)}`),
      whole.replace(first, `${first}%20`),
      whole.replace(first, `${first};a=b`),
      whole.replace('/v1/', '/v1%2f'),
      whole.replace('/v1/', '/v1/%5c'),
      `${whole}%00`,
      `${whole}/health`,
      `${whole}/..;/health`,
      `/health${whole}`,
      `/x/%2e%2e%2f${whole.slice(1)}`,
      whole.replace('/v1/', '/v2/'),
    ];
    const literal = path.includes(':') ? variants.filter((variant) => !variant.startsWith(`${whole}%`)) : variants;
    for (const variant of literal) {
      for (const who of [undefined, admin]) {
        const answer = await send(variant, sent(method, { key: who }));
        const known = ENTRIES.some((other) => fits(other.path, variant));
        if (known) expect(who === undefined ? [401, 405] : [404, 405, 422], variant).toContain(answer.status);
        else expect([variant, answer.status, await codeOf(answer)]).toEqual([variant, 404, 'NOT_FOUND']);
      }
    }
    expect(await store.audit.list({ limit: 10 })).toEqual([]);
  });

  it('takes nothing unknown, and no name of its path again', async () => {
    const { send, key, store } = keyed(await open());
    const admin = await key('ada', ...SCOPES);
    const isRead = method === 'GET' || method === 'DELETE';
    const names = ['surprise', 'constructor', ...[...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)];
    for (const name of names) {
      const init = sent(method, { key: admin });
      const answer = isRead
        ? await send(`${concrete(path)}?${name}=1`, init)
        : await send(concrete(path), { ...init, body: JSON.stringify({ [name]: 1 }) });
      expect([name, answer.status, await codeOf(answer)]).toEqual([name, 422, 'REQUEST_INVALID']);
    }
    if (isRead) {
      const twice = await send(`${concrete(path)}?limit=1&limit=2`, sent(method, { key: admin }));
      expect(twice.status).toBe(422);
    }
    expect(await store.audit.list({ limit: 10 })).toEqual([]);
  });

  it('says which methods it takes', async () => {
    const { send, key } = keyed(await open());
    const admin = await key('ada', ...SCOPES);
    const allowed = ENTRIES.filter((other) => other.path === path).map((other) => other.method);
    for (const other of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      if (ENTRIES.some((entry) => entry.method === other && fits(entry.path, concrete(path)))) continue;
      const answer = await send(concrete(path), sent(other, { key: admin }));
      expect([other, answer.status, await codeOf(answer)]).toEqual([other, 405, 'METHOD_NOT_ALLOWED']);
      for (const method of allowed) expect(answer.headers.get('allow')?.split(', ')).toContain(method);
    }
  });

  if (method !== 'GET' && method !== 'DELETE') {
    it('reads JSON objects and nothing else', async () => {
      const { send, key, store } = keyed(await open());
      const admin = await key('ada', ...SCOPES);
      const json = 'application/json';
      const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;
      const cases: [string | undefined, string | Uint8Array<ArrayBuffer>, Record<string, string>, number, string][] = [
        ['text/plain', '{}', {}, 415, 'CONTENT_TYPE'],
        ['application/x-www-form-urlencoded', 'a=b', {}, 415, 'CONTENT_TYPE'],
        ['multipart/form-data; boundary=x', '--x--', {}, 415, 'CONTENT_TYPE'],
        ['application/jsonp', '{}', {}, 415, 'CONTENT_TYPE'],
        [json, '{}', { 'content-encoding': 'gzip' }, 415, 'CONTENT_TYPE'],
        [json, '{', {}, 400, 'BODY_INVALID'],
        [json, '[]', {}, 400, 'BODY_INVALID'],
        [json, 'null', {}, 400, 'BODY_INVALID'],
        [json, '"x"', {}, 400, 'BODY_INVALID'],
        [json, '{} {}', {}, 400, 'BODY_INVALID'],
        [json, '{"a":1,}', {}, 400, 'BODY_INVALID'],
        [json, '{"a":1,"a":2}', {}, 400, 'BODY_INVALID'],
        [json, '{"a":1,"\\u0061":2}', {}, 400, 'BODY_INVALID'],
        [json, '{"x":[{"a":1,"b":{"a":1},"a":2}]}', {}, 400, 'BODY_INVALID'],
        [json, '{"__proto__":{"admin":true}}', {}, 400, 'BODY_INVALID'],
        [json, '{"a":{"__pr\\u006fto__":1}}', {}, 400, 'BODY_INVALID'],
        [json, deep, {}, 400, 'BODY_INVALID'],
        [json, '['.repeat(90_000), {}, 400, 'BODY_INVALID'],
        [json, new Uint8Array([0x7b, 0xff, 0x7d]), {}, 400, 'BODY_INVALID'],
        [json, '\u{feff}{', {}, 400, 'BODY_INVALID'],
      ];
      for (const [type, body, more, status, code] of cases) {
        const headers = { ...(type === undefined ? undefined : { 'content-type': type }), ...more };
        const answer = await send(concrete(path), { method, key: admin, headers, body });
        expect([String(body).slice(0, 40), answer.status, await codeOf(answer)]).toEqual([
          String(body).slice(0, 40),
          status,
          code,
        ]);
      }
      expect(await store.audit.list({ limit: 10 })).toEqual([]);
    });
  }

  it('sends what keeps browsers from reading, keeping or running it', async () => {
    const { send, key } = keyed(await open());
    const admin = await key('ada', ...SCOPES);
    const init = sent(method, { key: admin, headers: { origin: 'https://evil.example' } });
    for (const answer of [await send(concrete(path), init), await send(concrete(path), { ...init, key: undefined })]) {
      const headers = Object.fromEntries(answer.headers);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-request-id': expect.stringMatching(/^req-\d+$/),
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});
