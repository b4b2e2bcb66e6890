import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  bodyOf,
  certificate,
  failure,
  newFetch,
  request,
  serve,
  serveBytes,
  servePrivately,
  textOf,
} from './fetch-server.ts';

describe('a response', () => {
  test('has status, lower-case headers, bytes and time', async () => {
    const url = await serve((_incoming, response) => {
      response.writeHead(201, { 'X-Thing': 'a', 'Set-Cookie': ['a=1', 'b=2'] }).end('héllo');
    });
    const response = await newFetch()(request(url));
    expect(response.status).toBe(201);
    expect(response.headers).toMatchObject({ 'x-thing': 'a', 'set-cookie': 'a=1, b=2' });
    expect(textOf(response)).toBe('héllo');
    expect(response.elapsed_ms).toBeGreaterThan(0);
  });

  test('may have a header that is called __proto__', async () => {
    const url = await serveBytes('HTTP/1.1 200 OK\r\n__proto__: x\r\ncontent-length: 0\r\n\r\n');
    const { headers } = await newFetch()(request(url));
    expect(Object.entries(headers)).toContainEqual(['__proto__', 'x']);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  test.each<[string, Buffer]>([
    ['gzip', gzipSync('text')],
    ['X-Gzip', gzipSync('text')],
    ['deflate', deflateSync('text')],
    ['deflate', deflateRawSync('text')],
    ['br', brotliCompressSync('text')],
    ['zstd', zstdCompressSync('text')],
    ['gzip, br', brotliCompressSync(gzipSync('text'))],
    ['gzip, identity', gzipSync('text')],
    ['utf-8', Buffer.from('text')],
  ])('is decompressed: %s', async (encoding, body) => {
    const url = await serve((_incoming, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    );
    expect(textOf(await newFetch()(request(url)))).toBe('text');
  });

  test('without a byte is empty, compressed or not', async () => {
    const url = await serve((incoming, response) => {
      response.writeHead(200, incoming.url === '/gzip' ? { 'content-encoding': 'gzip' } : {}).end();
    });
    const fetch = newFetch();
    expect((await fetch(request(url))).body).toHaveLength(0);
    expect((await fetch(request(`${url}/gzip`))).body).toHaveLength(0);
  });

  test.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('to %s of %d has no body, whatever its headers say', async (method, status) => {
    const url = await serve((_incoming, response) => {
      response.writeHead(status, { 'content-encoding': 'gzip', 'content-length': '9999999' }).end();
    });
    const response = await newFetch()(request(url, { method }));
    expect(response).toMatchObject({ status, headers: { 'content-length': '9999999' } });
    expect(response.body).toHaveLength(0);
  });

  test('that only the end of the connection ends is read to there', async () => {
    const url = await serveBytes('HTTP/1.1 200 OK\r\n\r\nall of it');
    expect(textOf(await newFetch()(request(url)))).toBe('all of it');
  });

  test('may come after others that only inform', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n';
    const url = await serveBytes(`${early}${early}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok`);
    const response = await newFetch()(request(url));
    expect(response.headers).toEqual({ 'content-length': '2' });
    expect(textOf(response)).toBe('ok');
  });

  test('of any status is a response', async () => {
    const url = await serve((_incoming, response) => response.writeHead(503).end('down'));
    expect(await newFetch()(request(url))).toMatchObject({ status: 503 });
  });

  test('comes over TLS from a server whose authority is trusted', async () => {
    const port = await servePrivately((_incoming, response) => response.end('private'));
    expect(textOf(await newFetch({ ca: certificate })(request(`https://localhost:${port}`)))).toBe('private');
  });
});

describe('a request', () => {
  test('carries its method, path, query, headers and body', async () => {
    const url = await serve(async (incoming, response) => {
      const { method, url, headers } = incoming;
      response.end(JSON.stringify({ method, url, headers, body: await bodyOf(incoming) }));
    });
    const parts = { method: 'POST', headers: { 'X-Key': 'v', Accept: 'text/x' }, body: 'hello' };
    const sent = JSON.parse(textOf(await newFetch()(request(`${url}/a b?c=%20d#e`, parts))));
    expect(sent).toMatchObject({ method: 'POST', url: '/a%20b?c=%20d', body: 'hello' });
    expect(sent.headers).toMatchObject({
      host: new URL(url).host,
      'x-key': 'v',
      accept: 'text/x',
      'content-length': '5',
      'user-agent': 'flowmason',
      'accept-encoding': 'gzip, deflate, br, zstd',
    });
  });

  test('carries bytes as they are', async () => {
    const received = Promise.withResolvers<Buffer>();
    const url = await serve(async (incoming, response) => {
      received.resolve(Buffer.concat(await incoming.toArray()));
      response.end();
    });
    const body = new Uint8Array([0, 255, 13, 10, 128]);
    await newFetch()(request(url, { method: 'PUT', body }));
    expect([...(await received.promise)]).toEqual([...body]);
  });

  test('uses the connection of an earlier one', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((incoming, response) => {
      ports.add(incoming.socket.remotePort);
      response.end('x');
    });
    const fetch = newFetch();
    for (let i = 0; i < 5; i++) await fetch(request(url));
    expect(ports.size).toBe(1);
  });

  test.each([['api.example.com/items?key=hunter2'], ['http://'], [''], ['http://ada:hunter2@127.0.0.1/']])(
    'whose URL cannot be used is refused without showing it: %s',
    async (url) => {
      const error = await failure(newFetch()(request(url)));
      expect(error).toMatchObject({ type: 'VALIDATION', code: 'invalid_url' });
      expect(`${error.message} ${error.hint}`).not.toMatch(/hunter2|key=/);
    },
  );

  test.each(['file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,x'])('to %s is refused', async (url) => {
    expect(await failure(newFetch()(request(url)))).toMatchObject({ type: 'SECURITY', code: 'scheme_not_allowed' });
  });

  test.each<[string, Record<string, string>, string]>([
    ['a second header in a value', { 'x-a': 'hunter2\r\nx-b: w' }, 'invalid_header'],
    ['a character beyond Latin-1', { 'x-a': 'hunter2 Ж' }, 'invalid_header'],
    ['a line break in a name', { 'x-a\r\nx-b': 'hunter2' }, 'invalid_header'],
    ['a length of its own', { 'Content-Length': '0' }, 'forbidden_header'],
    ['a framing of its own', { 'transfer-encoding': 'chunked' }, 'forbidden_header'],
    ['another host', { Host: 'internal' }, 'forbidden_header'],
  ])('with %s is refused', async (_what, headers, code) => {
    const error = await failure(newFetch()(request('http://127.0.0.1:9/', { headers })));
    expect(error).toMatchObject({ type: 'VALIDATION', code });
    expect(error.message).not.toContain('hunter2');
  });

  test.each(['CONNECT', 'trace', 'GET /evil HTTP/1.1\r\nx:'])('with the method %j is refused', async (method) => {
    const answer = newFetch()(request('http://127.0.0.1:9/', { method }));
    expect(await failure(answer)).toMatchObject({ type: 'VALIDATION', code: 'invalid_request' });
  });

  test('whose signal is aborted already sends nothing', async () => {
    let asked = false;
    const url = await serve((_incoming, response) => {
      asked = true;
      response.end();
    });
    const fetch = newFetch();
    await expect(fetch(request(url, { signal: AbortSignal.abort('stop') }))).rejects.toBe('stop');
    expect(asked).toBe(false);
    await fetch(request(url));
    expect(asked).toBe(true);
  });
});

describe('closing', () => {
  test('stops requests that run, and refuses new ones', async () => {
    const asked = Promise.withResolvers<void>();
    const url = await serve(() => asked.resolve());
    const fetch = newFetch();
    const answer = failure(fetch(request(url)));
    await asked.promise;
    await fetch.close();
    expect(await answer).toMatchObject({ type: 'CANCELLED', code: 'client_closed' });
    expect(await failure(fetch(request(url)))).toMatchObject({ type: 'CANCELLED', code: 'client_closed' });
  });

  test('ends connections that nobody uses', async () => {
    const closed = Promise.withResolvers<void>();
    const url = await serve((incoming, response) => {
      incoming.socket.on('close', () => closed.resolve());
      response.end();
    });
    const fetch = newFetch();
    await fetch(request(url));
    await fetch.close();
    await closed.promise;
  });

  test('without a request does nothing', async () => {
    await expect(newFetch().close()).resolves.toBeUndefined();
  });
});
