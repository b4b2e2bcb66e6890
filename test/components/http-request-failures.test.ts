import { createServer } from 'node:http';
import { safeParse } from 'valibot';
import { describe, expect, test } from 'vitest';
import { httpRequest } from '../../src/components/http-request.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { listen, nowhere, serve } from '../hosts/fetch-server.ts';
import { type Asked, answering, ask, attempts, echo, errorOf, NOW, outputOf } from './ask.ts';
import type { World } from './run-stages.ts';

describe('a status', () => {
  test.each<[number, string, string]>([
    [301, 'COMPONENT', 'unexpected_status'],
    [400, 'COMPONENT', 'unexpected_status'],
    [401, 'COMPONENT', 'unexpected_status'],
    [404, 'COMPONENT', 'unexpected_status'],
    [408, 'PROVIDER', 'server_error'],
    [429, 'RATE_LIMIT', 'rate_limited'],
    [500, 'PROVIDER', 'server_error'],
    [503, 'PROVIDER', 'server_error'],
  ])('of %d fails with %s', async (status, type, code) => {
    const body = '{"reason": "x"}';
    const error = await errorOf(answering(status, { 'content-type': 'application/json' }, body));
    expect(error).toMatchObject({ type, code, details: { status, body: { reason: 'x' } } });
    expect(error.message).toMatch(new RegExp(`^GET http://127.0.0.1:\\d+/ answered ${status}, expected 2xx$`));
  });

  test.each<[Json, number[], number[]]>([
    ['2xx', [200, 204, 299], [300, 404]],
    [404, [404], [200, 403]],
    ['404', [404], [200]],
    [
      ['2XX', 404, '5xx'],
      [200, 404, 503],
      [400, 302],
    ],
  ])('is expected as %j says', async (expected, good, bad) => {
    for (const status of good)
      expect(await outputOf(answering(status), { expect_status: expected })).toMatchObject({ status });
    for (const status of bad)
      expect(await errorOf(answering(status), { expect_status: expected })).toHaveProperty('code');
  });

  test.each([600, 20, 200.5, '6xx', '2', '2xx ', [], [[200]]])('cannot be expected as %j', (expected) => {
    const parsed = safeParse(httpRequest.config, { url: 'http://127.0.0.1/', expect_status: expected });
    expect(parsed.issues?.[0]?.path?.[0]?.key).toBe('expect_status');
  });

  test('shows the beginning of a body, whatever it is', async () => {
    const text = { 'content-type': 'text/html' };
    const long = await errorOf(answering(500, text, 'ü'.repeat(100_000)));
    expect(long.details).toEqual({ status: 500, body: `${'ü'.repeat(4_000)}…` });
    const bytes = await errorOf(answering(500, { 'content-type': 'image/png' }, 'xyz'));
    expect(bytes.details).toEqual({ status: 500, body: '3 bytes of image/png' });
    expect((await errorOf(answering(500))).details).toEqual({ status: 500, body: null });
    const broken = await errorOf(answering(500, { 'content-type': 'application/json' }, '{oops'));
    expect(broken).toMatchObject({ code: 'server_error', details: { body: '{oops' } });
  });

  test('of 429 waits as long as the server says', async () => {
    const date = new Date(NOW + 9_000).toUTCString();
    const past = new Date(NOW - 9_000).toUTCString();
    for (const [value, delay] of [
      ['7', 7_000],
      [date, 9_000],
      [past, 500],
      ['soon', 500],
    ] as const) {
      const { delays } = await attempts(await answering(429, { 'retry-after': value }));
      expect(delays[0]).toBe(delay);
    }
  });

  test('of 503 does as well, but no longer than `max_delay`', async () => {
    expect((await attempts(await answering(503, { 'retry-after': '11' }))).delays).toEqual([11_000, 11_000]);
    expect((await attempts(await answering(503, { 'retry-after': '9'.repeat(400) }))).delays).toEqual([]);
  });
});

describe('another attempt', () => {
  test.each<[string, number]>([
    ['GET', 3],
    ['HEAD', 3],
    ['PUT', 3],
    ['DELETE', 3],
    ['OPTIONS', 3],
    ['POST', 1],
    ['PATCH', 1],
  ])('is made for %s: %d in all', async (method, count) => {
    expect(await attempts(await answering(500), { method })).toMatchObject({ attempts: count });
    expect(await attempts(await nowhere(), { method })).toMatchObject({ attempts: count });
  });

  test('is not made for an answer that would come again', async () => {
    expect(await attempts(await answering(404))).toMatchObject({ attempts: 1 });
    expect(await attempts(await answering(302, { location: 'file:///x' }))).toMatchObject({ attempts: 1 });
  });

  test('sends the same idempotency key', async () => {
    const keys: unknown[] = [];
    const url = await serve((incoming, response) => {
      keys.push(incoming.headers['idempotency-key']);
      response.writeHead(keys.length < 3 ? 503 : 200).end('done');
    });
    const { outcome } = await attempts(url, { method: 'PUT' });
    expect(outcome.result).toMatchObject({ body: 'done' });
    expect(keys).toEqual(['r1/ask', 'r1/ask', 'r1/ask']);
  });
});

describe('a server that cannot be reached or does not end', () => {
  test('fails with CONNECTIVITY, and the message has no secrets', async () => {
    const url = `${await nowhere()}/x?key=hunter2`;
    const { error } = (await ask(url, {}, { retry: { max_attempts: 1 } })).outcome;
    expect(error).toMatchObject({ type: 'CONNECTIVITY', code: 'connection_refused', stage: 'ask' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  test('is left when the stage has had its time', async () => {
    const closed = Promise.withResolvers<void>();
    const server = createServer((incoming) => incoming.socket.on('close', () => closed.resolve()));
    const { outcome } = await ask(await listen(server), {}, { timeout: '20ms', retry: { max_attempts: 1 } });
    expect(outcome.error).toMatchObject({ type: 'TIMEOUT', code: 'stage_timeout' });
    await closed.promise;
  });
});

describe('secrets', () => {
  const world: World = { secrets: { TOKEN: 'tok-12345', PASSWORD: 'pass-12345' } };

  test('reach the server and come back masked, also encoded', async () => {
    const url = await echo();
    const config = {
      auth: { type: 'basic', username: 'ada', password: '{{ secrets.PASSWORD }}' },
      headers: { 'X-Key': '{{ secrets.TOKEN }}' },
      query: { token: '{{ secrets.TOKEN }}' },
      method: 'POST',
      body: { token: '{{ secrets.TOKEN }}' },
    };
    const { outcome } = await ask(url, config, {}, world);
    const sent = (outcome.result as JsonObject).body as unknown as Asked;
    expect(sent).toMatchObject({ url: '/?token=***', body: '{"token":"***"}' });
    expect(sent.headers).toMatchObject({ 'x-key': '***', authorization: 'Basic ***' });
  });

  test('in a URL are masked in failures', async () => {
    const url = (await answering(500)).replace('//', '//ada:{{ secrets.PASSWORD }}@');
    const { outcome } = await ask(`${url}/{{ secrets.TOKEN }}`, {}, { retry: { max_attempts: 1 } }, world);
    expect(outcome.error).toMatchObject({
      code: 'server_error',
      message: expect.stringContaining('/*** answered 500'),
    });
    expect(JSON.stringify(outcome)).not.toMatch(/12345/);
  });
});
