import { createServer } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { brotliCompressSync, createGzip, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { StageError } from '../../src/core/run.ts';
import {
  certificate,
  failure,
  listen,
  newFetch,
  nowhere,
  request,
  serve,
  serveBytes,
  servePrivately,
  type Then,
  textOf,
} from './fetch-server.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

describe('a server that breaks the rules', () => {
  test.each<[what: string, bytes: string, then: Then, type: string, code: string]>([
    ['resets the connection', '', 'reset', 'CONNECTIVITY', 'connection_reset'],
    ['closes without an answer', '', 'end', 'CONNECTIVITY', 'connection_closed'],
    ['closes in mid-header', `${OK}x-a: `, 'end', 'CONNECTIVITY', 'connection_closed'],
    ['resets in mid-body', `${OK}content-length: 100\r\n\r\nabc`, 'reset', 'CONNECTIVITY', 'connection_reset'],
    [
      'sends less than it announced',
      `${OK}content-length: 100\r\n\r\nabc`,
      'end',
      'CONNECTIVITY',
      'incomplete_response',
    ],
    [
      'ends in mid-chunk',
      `${OK}transfer-encoding: chunked\r\n\r\n64\r\nabc`,
      'end',
      'CONNECTIVITY',
      'incomplete_response',
    ],
    [
      'sends chunks that are none',
      `${OK}transfer-encoding: chunked\r\n\r\nzz\r\n`,
      'keep',
      'CONNECTIVITY',
      'malformed_response',
    ],
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n', 'keep', 'CONNECTIVITY', 'malformed_response'],
    [
      'has two lengths',
      `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
      'keep',
      'CONNECTIVITY',
      'malformed_response',
    ],
    ['has a length below zero', `${OK}content-length: -1\r\n\r\n`, 'keep', 'CONNECTIVITY', 'malformed_response'],
    [
      'changes the protocol',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'keep',
      'CONNECTIVITY',
      'malformed_response',
    ],
    [
      'sends gzip that is none',
      `${OK}content-encoding: gzip\r\ncontent-length: 5\r\n\r\nplain`,
      'keep',
      'CONNECTIVITY',
      'invalid_compression',
    ],
    [
      'sends brotli that is none',
      `${OK}content-encoding: br\r\ncontent-length: 5\r\n\r\nplain`,
      'keep',
      'CONNECTIVITY',
      'invalid_compression',
    ],
    [
      'sends zstd that is none',
      `${OK}content-encoding: zstd\r\ncontent-length: 5\r\n\r\nplain`,
      'keep',
      'CONNECTIVITY',
      'invalid_compression',
    ],
    [
      'encodes as nobody asked for',
      `${OK}content-encoding: x-own\r\ncontent-length: 1\r\n\r\na`,
      'keep',
      'CONNECTIVITY',
      'invalid_compression',
    ],
    [
      'compresses over and over',
      `${OK}content-encoding: ${'gzip,'.repeat(6)}\r\ncontent-length: 1\r\n\r\na`,
      'keep',
      'CONNECTIVITY',
      'invalid_compression',
    ],
    ['has a header without end', `${OK}x: ${'a'.repeat(100_000)}`, 'keep', 'QUOTA', 'headers_too_large'],
    ['has headers without end', `${OK}${'x: a\r\n'.repeat(50_000)}`, 'keep', 'QUOTA', 'headers_too_large'],
    [
      'has trailers without end',
      `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${'x: a\r\n'.repeat(50_000)}`,
      'keep',
      'QUOTA',
      'headers_too_large',
    ],
    ['announces more than may be', `${OK}content-length: 99999999\r\n\r\nabc`, 'keep', 'QUOTA', 'response_too_large'],
  ])('and %s', async (_what, bytes, then, type, code) => {
    const url = await serveBytes(bytes, then);
    const error = await failure(newFetch()(request(`${url}/path?token=hunter2`)));
    expect(error).toMatchObject({ type, code });
    expect(error.message).toContain(`GET ${url}/path `);
    expect(error.message).not.toContain('hunter2');
  });

  test('and sends truncated gzip', async () => {
    const packed = gzipSync('x'.repeat(10_000)).subarray(0, 20);
    const url = await serve((_incoming, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    });
    const error = await failure(newFetch()(request(url)));
    expect(error).toMatchObject({ type: 'CONNECTIVITY', code: 'invalid_compression' });
  });

  test('and sends more than it announced is cut where it said it would end', async () => {
    const second = `${OK}content-length: 4\r\n\r\nevil`;
    let connections = 0;
    const url = await listen(
      createSocketServer((socket) => {
        const answer =
          connections++ === 0 ? `${OK}content-length: 3\r\n\r\nabc${second}` : `${OK}content-length: 4\r\n\r\ngood`;
        socket.on('data', () => socket.write(answer));
      }),
    );
    const fetch = newFetch();
    expect(textOf(await fetch(request(url)))).toBe('abc');
    // What came too much is not taken for the answer to another request.
    expect(textOf(await fetch(request(url)))).toBe('good');
    expect(connections).toBe(2);
  });
});

describe('a server that has no end', () => {
  test.each(['identity', 'gzip'])('and never stops sending (%s) is stopped at the limit', async (encoding) => {
    const closed = Promise.withResolvers<void>();
    const url = await serve((incoming, response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      const out = encoding === 'gzip' ? createGzip() : response;
      if (out !== response) out.pipe(response);
      const more = (): void => {
        while (!response.destroyed && out.write(Buffer.alloc(65_536)));
      };
      out.on('drain', more);
      incoming.socket.on('close', () => closed.resolve());
      more();
    });
    expect(await failure(newFetch()(request(url)))).toMatchObject({ type: 'QUOTA', code: 'response_too_large' });
    await closed.promise;
  });

  test('and sends compressed nothing for ever is stopped as well', async () => {
    const nothing = Buffer.concat(Array(3_000).fill(gzipSync('')));
    const url = await serve((_incoming, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const more = (): void => {
        while (!response.destroyed && response.write(nothing));
      };
      response.on('drain', more);
      more();
    });
    expect(await failure(newFetch()(request(url)))).toMatchObject({ type: 'QUOTA', code: 'response_too_large' });
  });

  test.each([
    ['gzip', gzipSync(Buffer.alloc(100_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(100_000_000))],
    ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(100_000_000)))],
  ])('and sends a bomb (%s) is stopped early, on what comes out', async (encoding, bomb) => {
    const url = await serve((_incoming, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb);
    });
    const before = process.memoryUsage().arrayBuffers;
    expect(await failure(newFetch()(request(url)))).toMatchObject({ type: 'QUOTA', code: 'response_too_large' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
  });

  test('but just fits is read', async () => {
    const url = await serve((incoming, response) => {
      const body = Buffer.alloc(incoming.url === '/fits' ? 1_000_000 : 1_000_001);
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    });
    const fetch = newFetch();
    expect((await fetch(request(`${url}/fits`))).body).toHaveLength(1_000_000);
    expect(await failure(fetch(request(url)))).toMatchObject({ code: 'response_too_large' });
  });
});

describe('a server that hangs', () => {
  test('before its answer ends with the reason of the signal', async () => {
    const asked = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const url = await serve((incoming) => {
      incoming.socket.on('close', () => closed.resolve());
      asked.resolve();
    });
    const controller = new AbortController();
    const answer = newFetch()(request(url, { signal: controller.signal }));
    await asked.promise;
    const reason = new StageError('TIMEOUT', 'stage_timeout', 'too slow');
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await closed.promise;
  });

  test('in mid-body does as well', async () => {
    const begun = Promise.withResolvers<void>();
    const url = await serve((_incoming, response) => {
      response.write('beginning', () => begun.resolve());
    });
    const controller = new AbortController();
    const answer = newFetch()(request(url, { signal: controller.signal }));
    await begun.promise;
    controller.abort('stop');
    await expect(answer).rejects.toBe('stop');
  });

  test('before TLS is agreed on does as well, without waiting for it', async () => {
    const connected = Promise.withResolvers<void>();
    const url = await listen(createSocketServer(() => connected.resolve()));
    const controller = new AbortController();
    const answer = newFetch()(request(url.replace('http:', 'https:'), { signal: controller.signal }));
    await connected.promise;
    controller.abort('stop');
    await expect(answer).rejects.toBe('stop');
  });

  test('before TLS is agreed on meets the limit for connecting', async () => {
    const url = (await listen(createSocketServer(() => {}))).replace('http:', 'https:');
    const error = await failure(newFetch({ connectTimeout: 1 })(request(url)));
    expect(error).toMatchObject({ type: 'CONNECTIVITY', code: 'connect_timeout' });
  });

  test('or dribbles headers meets a limit that the host sets', async () => {
    const url = await serveBytes(`${OK}x: `, 'keep');
    const error = await failure(newFetch({ headersTimeout: 1 })(request(url)));
    expect(error).toMatchObject({ type: 'TIMEOUT', code: 'headers_timeout' });
  });
});

describe('a server that cannot be reached', () => {
  test('because nothing listens', async () => {
    const url = await nowhere();
    const error = await failure(newFetch()(request(`${url}/x?token=hunter2`)));
    expect(error).toMatchObject({ type: 'CONNECTIVITY', code: 'connection_refused' });
    expect(error.message).toBe(`GET ${url}/x failed (${new URL(url).host}): the connection was refused (ECONNREFUSED)`);
  });

  test('because its name does not exist', async () => {
    const error = await failure(newFetch()(request('http://no-such-host.invalid/x')));
    expect(error).toMatchObject({ type: 'CONNECTIVITY', code: expect.stringMatching(/^(host_not_found|dns_failed)$/) });
    expect(error.message).toContain('no-such-host.invalid:80');
  });

  test('because its certificate is not trusted', async () => {
    const port = await servePrivately((_incoming, response) => response.end());
    const error = await failure(newFetch()(request(`https://localhost:${port}/`)));
    expect(error).toMatchObject({ type: 'CONNECTIVITY', code: 'tls_certificate' });
    expect(error.message).toContain(`(localhost:${port})`);
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('because its certificate is for another name', async () => {
    const port = await servePrivately((_incoming, response) => response.end());
    const error = await failure(newFetch({ ca: certificate })(request(`https://127.0.0.1:${port}/`)));
    expect(error).toMatchObject({ type: 'CONNECTIVITY', code: 'tls_certificate' });
  });

  test('because it does not speak TLS', async () => {
    const url = (await listen(createServer((_incoming, response) => response.end()))).replace('http:', 'https:');
    expect(await failure(newFetch()(request(url)))).toMatchObject({ type: 'CONNECTIVITY', code: 'tls_failed' });
  });

  test('because it speaks nothing else', async () => {
    const port = await servePrivately((_incoming, response) => response.end());
    const error = await failure(newFetch()(request(`http://127.0.0.1:${port}/`)));
    expect(error).toMatchObject({ type: 'CONNECTIVITY', message: expect.stringContaining(`127.0.0.1:${port}`) });
  });
});
