import { describe, expect, it } from 'vitest';
import { createServerApp } from '../../src/control/http/server-app.ts';
import { readEdgeSettings } from '../../src/hosts/edge/settings.ts';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { readServerSettings } from '../../src/hosts/node/server/settings.ts';
import { databases } from './databases.ts';
import { keyed } from './keyed.ts';

const [[, open]] = databases() as [ReturnType<typeof databases>[number]];
const OURS = 'https://app.example.com';

/** Nobody of these is `OURS`. */
const STRANGERS = [
  'null',
  '',
  '*',
  'https://app.example.com.evil.example',
  'https://evil.example/app.example.com',
  'https://evilapp.example.com',
  'https://xapp.example.com',
  'https://example.com',
  'https://sub.app.example.com',
  'http://app.example.com',
  'https://APP.example.com',
  'HTTPS://app.example.com',
  'https://app.example.com:443',
  'https://app.example.com:8443',
  'https://app.example.com/',
  'https://app.example.com.',
  'https://app.example.com https://evil.example',
  'https://app.example.com,https://evil.example',
  'https://user@app.example.com',
  'https://app.example.com%00.evil.example',
  'https://app-example.com',
];

async function world(...origins: string[]) {
  const made = keyed(await open(), { app: { origins } });
  const preflight = (origin: string, path = '/api/v1/keys', method = 'POST') =>
    made.send(path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
    });
  return { ...made, preflight, admin: await made.key('ada', 'admin') };
}

const crossing = (answer: Response) =>
  Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith('access-control')));
const varies = (answer: Response) => (answer.headers.get('vary') ?? '').toLowerCase().split(/, */);

describe('calls of web pages of other origins', () => {
  it('are told nothing where no origin is set', async () => {
    const { send, preflight, admin } = await world();
    expect((await preflight(OURS)).status).toBe(405);
    const answer = await send('/api/v1/environment', { key: admin, headers: { origin: OURS } });
    expect([answer.status, crossing(answer)]).toEqual([200, {}]);
  });

  it('get a preflight answered without a key, and the answer itself with one only', async () => {
    const { send, preflight, admin } = await world('https://other.example', OURS);
    const before = await preflight(OURS);
    expect([before.status, await before.text()]).toEqual([204, '']);
    expect(crossing(before)).toEqual({
      'access-control-allow-origin': OURS,
      'access-control-allow-methods': 'GET,HEAD,POST,PUT,PATCH,DELETE',
      'access-control-allow-headers':
        'Authorization,X-API-Key,Content-Type,Idempotency-Key,Last-Event-ID,X-FlowMason-Environment,X-Request-Id',
      'access-control-expose-headers': 'X-Request-Id,Retry-After,WWW-Authenticate,Allow',
      'access-control-max-age': '600',
    });
    expect(varies(before)).toContain('origin');
    const headers = { origin: OURS };
    for (const [key, status] of [
      [admin, 200],
      [undefined, 401],
    ] as const) {
      const answer = await send('/api/v1/environment', { key, headers });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, OURS]);
      expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(varies(answer)).toContain('origin');
    }
  });

  it('may read what was wrong with them, and streams', async () => {
    const { send, admin } = await world(OURS);
    const headers = { origin: OURS, 'content-type': 'application/json' };
    const wrong: [string, RequestInit, number][] = [
      ['/api/v1/nothing', {}, 404],
      ['/api/v1/keys', { method: 'PUT', body: '{}' }, 405],
      ['/api/v1/keys', { method: 'POST', body: '{' }, 400],
      ['/api/v1/keys', { method: 'POST', body: '{"name":1}' }, 422],
      ['/api/v1/runs/none/events', {}, 404],
    ];
    for (const [path, init, status] of wrong) {
      const answer = await send(path, { ...init, key: admin, headers });
      expect([path, answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([path, status, OURS]);
      expect(varies(answer)).toContain('origin');
    }
  });

  it.each(STRANGERS)('are not let in from %j', async (origin) => {
    const { send, preflight, admin } = await world(OURS);
    for (const answer of [
      await preflight(origin),
      await send('/api/v1/environment', { key: admin, headers: { origin } }),
      await send('/api/v1/environment', { headers: { origin } }),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      // What is kept for one origin must not be shown to another.
      expect(varies(answer)).toContain('origin');
    }
  });

  it('come from anywhere where `*` is set, and never with what a browser knows', async () => {
    const { send, preflight, admin } = await world('*');
    for (const origin of [OURS, 'null', 'https://evil.example']) {
      for (const answer of [
        await preflight(origin),
        await send('/api/v1/environment', { key: admin, headers: { origin, cookie: 'session=1' } }),
      ]) {
        expect(answer.headers.get('access-control-allow-origin')).toBe('*');
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      }
      const keyless = await send('/api/v1/environment', { headers: { origin, cookie: `x-api-key=${admin}` } });
      expect(keyless.status).toBe(401);
    }
  });

  it('are about the API only, and `OPTIONS` without a question is a method that nothing takes', async () => {
    const { preflight, send } = await world(OURS);
    expect((await send('/api/v1/keys', { method: 'OPTIONS', headers: { origin: OURS } })).status).toBe(405);
    const app = createServerApp({
      admit: async () => Promise.reject(new Error('asked')),
      requestId: () => 'r',
      origins: [OURS],
      version: '1.2.3',
      environment: 'staging',
      clock: systemClock,
      check: async () => {},
      isDraining: () => false,
    });
    for (const path of [
      '/health',
      '/ready',
      '/metrics',
      '/openapi.json',
      '/docs',
      '/docs.css',
      '/api',
      '/api/v11/keys',
    ]) {
      const headers = { origin: OURS, 'access-control-request-method': 'GET' };
      for (const method of ['OPTIONS', 'GET']) {
        const answer = await app.fetch(new Request(`http://local${path}`, { method, headers }));
        expect([path, crossing(answer)]).toEqual([path, {}]);
      }
    }
    // A question is answered whatever it is about, so it tells nobody what there is.
    expect((await preflight(OURS, '/api/v1/nothing')).status).toBe(204);
  });
});

describe('the setting', () => {
  const edge = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: 'postgresql://x/y' };
  const read = (FM_CORS_ORIGINS: string) => [
    readServerSettings({ ...edge, FM_CORS_ORIGINS }).origins,
    readEdgeSettings({ ...edge, FM_CORS_ORIGINS }).origins,
  ];

  it.each([
    ['', []],
    [' ', []],
    ['*', ['*']],
    [OURS, [OURS]],
    [`${OURS}, http://localhost:3000,http://[::1]:8080,`, [OURS, 'http://localhost:3000', 'http://[::1]:8080']],
  ])('%j means %j', (text, origins) => {
    expect(read(text)).toEqual([origins, origins]);
  });

  it.each([
    'null',
    'app.example.com',
    'https://',
    'https://*.example.com',
    'https://app.example.com/',
    'https://app.example.com:443',
    'https://App.example.com',
    'https://app.example.com/path',
    'https://user:pass@app.example.com',
    'ftp://app.example.com',
    'javascript:alert(1)',
    `*,${OURS}`,
    `${OURS} https://other.example`,
  ])('refuses %j', (text) => {
    for (const parse of [readServerSettings, readEdgeSettings]) {
      expect(() => parse({ ...edge, FM_CORS_ORIGINS: text })).toThrow(
        expect.objectContaining({ code: 'INVALID_SETTING', message: expect.stringContaining('FM_CORS_ORIGINS') }),
      );
    }
  });
});
