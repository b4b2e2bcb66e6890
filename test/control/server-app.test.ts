import { describe, expect, it, onTestFinished } from 'vitest';
import { authenticate } from '../../src/control/http/authenticate.ts';
import { DOCS_POLICY } from '../../src/control/http/docs-page.ts';
import { SECURITY_HEADERS } from '../../src/control/http/security-headers.ts';
import { createServerApp, PATHS, type ServerAppOptions } from '../../src/control/http/server-app.ts';
import { FlowMasonError } from '../../src/core/errors.ts';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { listen } from '../../src/hosts/node/server/listen.ts';
import { newRun } from '../store/samples.ts';
import { databases } from './databases.ts';
import { freshKey, keyed } from './keyed.ts';
import { planeIn } from './plane.ts';
import { listening, raw } from './server.ts';

const [[, openLibsql]] = databases() as [ReturnType<typeof databases>[number]];

async function serverApp(options: Partial<ServerAppOptions> = {}, open = openLibsql) {
  const world = await open();
  const { key } = keyed(world);
  const control = planeIn(world);
  let ticks = 0;
  const app = createServerApp({
    admit: authenticate({ control, rate: { take: async () => 0 } }),
    requestId: () => 'req',
    elapsed: () => (ticks += 20),
    version: '1.2.3',
    environment: 'staging',
    clock: systemClock,
    check: async () => {},
    isDraining: () => false,
    ...options,
  });
  const send = async (path: string, who?: string, init: RequestInit = {}) =>
    app.fetch(new Request(`http://local${path}`, { ...init, headers: who ? { 'x-api-key': who } : {} }));
  return { ...world, app, key, send };
}

describe('what a server answers beside the API', () => {
  it('says that it lives, and that it is ready', async () => {
    const { send } = await serverApp();
    expect(await (await send('/health')).json()).toEqual({ status: 'ok', version: '1.2.3' });
    expect(await (await send('/ready')).json()).toEqual({ status: 'ready', version: '1.2.3', environment: 'staging' });
  });

  it('is not ready without a database, or when it is to end, and lives all the same', async () => {
    const check = async () => {
      throw new FlowMasonError('SCHEMA_BEHIND', 'The schema is old', { hint: 'fm migrate' });
    };
    const behind = await serverApp({ check });
    const answer = await behind.send('/ready');
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'SCHEMA_BEHIND' }]);
    expect((await behind.send('/health')).status).toBe(200);
    const draining = await serverApp({ isDraining: () => true });
    expect(await (await draining.send('/ready')).json()).toMatchObject({ code: 'SHUTTING_DOWN', status: 503 });
    expect((await draining.send('/health')).status).toBe(200);
  });

  it('does not wait for a database that does not answer', async () => {
    const after = (_: number, callback: () => void) => {
      queueMicrotask(callback);
      return () => {};
    };
    const clock = { now: () => 0, after };
    const { send } = await serverApp({ check: () => new Promise(() => {}), clock });
    expect((await send('/ready')).status).toBe(503);
  });

  it.each(databases())('counts requests, their time and runs for Prometheus, over %s', async (_, open) => {
    const { send, key, store } = await serverApp({}, open);
    const reader = await key('prometheus', 'runs:read');
    for (const id of ['a', 'b']) await store.runs.create(newRun(id));
    await send('/api/v1/environment', reader);
    await send('/api/v1/environment');
    await send('/api/v1/vars/some-name', reader);
    await send('/nowhere/"\\');
    await send('/api/v1/keys', reader, { method: 'BREW' });
    const answer = await send('/metrics', reader);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = (await answer.text()).split('\n');
    expect(lines.at(-1)).toBe('');
    expect(lines).toEqual(
      expect.arrayContaining([
        'flowmason_info{version="1.2.3",environment="staging"} 1',
        'flowmason_http_requests_total{method="GET",route="/api/v1/environment",status="200"} 1',
        'flowmason_http_requests_total{method="GET",route="/api/v1/environment",status="401"} 1',
        'flowmason_http_requests_total{method="GET",route="/api/v1/vars/:name",status="403"} 1',
        'flowmason_http_requests_total{method="GET",route="none",status="404"} 1',
        'flowmason_http_requests_total{method="other",route="/api/v1/keys",status="405"} 1',
        'flowmason_http_request_duration_seconds_bucket{method="GET",route="/api/v1/environment",le="0.01"} 0',
        'flowmason_http_request_duration_seconds_bucket{method="GET",route="/api/v1/environment",le="0.025"} 2',
        'flowmason_http_request_duration_seconds_bucket{method="GET",route="/api/v1/environment",le="+Inf"} 2',
        'flowmason_http_request_duration_seconds_sum{method="GET",route="/api/v1/environment"} 0.04',
        'flowmason_http_request_duration_seconds_count{method="GET",route="/api/v1/environment"} 2',
        'flowmason_database_up 1',
        'flowmason_runs{status="queued"} 2',
      ]),
    );
    const form = /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"\n]*",?)+\})? [\d.e+-]+|)$/;
    expect(lines.filter((line) => !form.test(line))).toEqual([]);
  });

  it('shows its numbers to those who may read runs', async () => {
    const { send, key } = await serverApp();
    expect((await send('/metrics')).status).toBe(401);
    expect((await send('/metrics', freshKey().key)).status).toBe(401);
    expect((await send('/metrics', await key('ci', 'deploy'))).status).toBe(403);
    expect((await send('/metrics', await key('ada', 'admin'))).status).toBe(200);
  });

  it('describes the API, on a page that runs nothing and loads nothing from elsewhere', async () => {
    const { send } = await serverApp();
    expect(await (await send('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
    const answer = await send('/docs');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/);
    expect(answer.headers.get('content-type')).toMatch('text/html');
    const page = await answer.text();
    for (const word of ['PUT', '/api/v1/vars/{name}', 'UNAUTHENTICATED', 'Make a key, which is shown this once'])
      expect(page).toContain(word);
    expect(page).not.toMatch(/<script|\son\w+=|style=|https?:\/\/|\[object|undefined/);
    const links = [...page.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, link = '']) => link);
    expect(new Set(links)).toEqual(new Set(['/docs.css', '/openapi.json']));
    for (const link of links) expect((await send(link)).status).toBe(200);
  });

  it('keeps browsers from sniffing, framing, keeping or running every answer, whatever went wrong', async () => {
    const { send } = await serverApp({
      check: async () => {
        throw new Error('away');
      },
      admit: async () => {
        throw new Error('unexpected');
      },
    });
    const answers = [
      ...PATHS.map((path) => [path, 'GET', path === '/ready' || path === '/metrics' ? 500 : 200] as const),
      ['/health', 'BREW', 405],
      ['/nowhere', 'GET', 404],
      ['/api/v1/environment', 'GET', 500],
      ['/api/v1/environment', 'OPTIONS', 405],
      ['/api/v1/nowhere', 'GET', 404],
    ] as const;
    for (const [path, method, status] of answers) {
      const answer = await send(path, undefined, { method });
      const headers = Object.fromEntries(answer.headers);
      const policy = path === '/docs' ? { 'content-security-policy': DOCS_POLICY } : undefined;
      expect([path, method, answer.status, headers]).toMatchObject([
        path,
        method,
        status,
        { ...Object.fromEntries(SECURITY_HEADERS), ...policy, 'x-request-id': 'req' },
      ]);
    }
  });

  it('has one spelling and one method too', async () => {
    const { send } = await serverApp();
    for (const path of PATHS) {
      expect((await send(path, undefined, { method: 'HEAD' })).status).toBe((await send(path)).status);
      expect((await send(path, undefined, { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD');
      const variants = [
        `${path}/`,
        `/${path}`,
        path.toUpperCase(),
        `/api/v1${path}`,
        `${path}/x`,
        `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
      ];
      for (const variant of variants) expect([variant, (await send(variant)).status]).toEqual([variant, 404]);
    }
  });
});

describe('a server on a socket', () => {
  const head = (more: string, path = '/api/v1/vars/x') =>
    `PUT ${path} HTTP/1.1\r\nhost: local\r\ncontent-type: application/json\r\n${more}\r\n`;
  const status = (text: string) => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];

  async function start() {
    const world = await serverApp();
    const port = await listening(world.app);
    return { ...world, port, admin: await world.key('ada', 'admin') };
  }

  it('ends a body of a gigabyte at the limit, whoever sends it', async () => {
    const { port, admin, send } = await start();
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    for (const [auth, expected] of [
      [`x-api-key: ${admin}\r\n`, '413'],
      ['', '401'],
    ] as const) {
      const { text, sent } = await raw(port, head(`${auth}transfer-encoding: chunked\r\n`), { chunk, times: 1_000 });
      expect(status(text)).toBe(expected);
      expect(sent).toBeLessThan(100_000_000);
    }
    const { text } = await raw(port, head(`x-api-key: ${admin}\r\ncontent-length: 1000000000\r\n`), {
      chunk,
      times: 1_000,
    });
    expect(status(text)).toBe('413');
    expect((await send('/api/v1/vars', admin)).status).toBe(200);
    expect(process.memoryUsage().rss).toBeLessThan(1e9);
  });

  it('does not believe lengths that lie', async () => {
    const { port, admin, store } = await start();
    const auth = `x-api-key: ${admin}\r\n`;
    const body = '{"value":1}';
    const lies = [
      `${head(`${auth}content-length: ${body.length}\r\ncontent-length: 5\r\n`)}${body}`,
      `${head(`${auth}content-length: ${body.length}\r\ntransfer-encoding: chunked\r\n`)}b\r\n${body}\r\n0\r\n\r\n`,
      `${head(`${auth}content-length: -1\r\n`)}${body}`,
      `${head(`${auth}content-length: 1e3\r\n`)}${body}`,
      `${head(`${auth}transfer-encoding: chunked, identity\r\n`)}${body}`,
      `${head(`${auth}transfer-encoding: chunked\r\n`)}zz\r\n${body}\r\n0\r\n\r\n`,
      `${head(`${auth}content-length: 100\r\n`)}${body}`,
      `${head(`${auth}content-length: 5\r\nconnection: close\r\n`)}${body}`,
    ];
    for (const lie of lies) {
      const { text } = await raw(port, lie);
      expect([lie.slice(100), status(text) ?? '400']).toEqual([lie.slice(100), '400']);
    }
    expect(await store.vars.list('staging')).toEqual([]);
  });

  it('keeps browsers from an answer that no app gives too', async () => {
    const asked: string[] = [];
    const answers = (request: Request) => {
      asked.push(request.url);
      return new Response();
    };
    const listening = await listen(answers, { host: '127.0.0.1', port: 0, requestId: () => 'req' });
    onTestFinished(() => listening.close(0));
    const { text } = await raw(
      listening.port,
      'GET /docs/../health HTTP/1.1\r\nhost: local\r\nconnection: close\r\n\r\n',
    );
    expect(status(text)).toBe('404');
    for (const [name, value] of SECURITY_HEADERS)
      expect(text.toLowerCase()).toContain(`\n${name}: ${value.toLowerCase()}\r`);
    expect(asked).toEqual([]);
  });

  it('answers one request with one answer, whatever stands in it', async () => {
    const { port, admin, store } = await start();
    const auth = `x-api-key: ${admin}\r\n`;
    const hostile = [
      head(`${auth}`, '/api/v1/../v1/vars/x'),
      head(`${auth}`, '//api/v1/vars/x'),
      head(`${auth}`, '/api/v1/%2e%2e/v1/vars/x'),
      head(`${auth}`, '/api/v1/vars/x%0d%0ax-evil:1'),
      head(`${auth}`, '*'),
      head(`${auth}x-request-id: a\tb\r\n`),
      head(`${auth}host: other\r\n`),
      head(`${auth}authorization: Bearer a\r\nauthorization: Bearer b\r\n`),
      `GET /api/v1/vars HTTP/1.1\r\nhost: a b\r\n${auth}\r\n`,
      `GET /api/v1/vars HTTP/1.1\r\n${auth}\r\n`,
      `GET /api/v1/vars\r\n\r\n`,
      '\x16\x03\x01\x00\x00',
      `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nhost: local\r\n\r\n`,
    ];
    for (const request of hostile) {
      const { text } = await raw(port, request);
      expect(['400', '401', '404', '405', '414', '422', '431']).toContain(status(text) ?? '400');
      expect(text.toLowerCase()).not.toContain('\nx-evil');
      expect(text).not.toMatch(/at .*\.(ts|js):\d+/);
    }
    expect(await store.vars.list('staging')).toEqual([]);
  });
});
