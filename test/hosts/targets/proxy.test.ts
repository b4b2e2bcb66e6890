import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as forward, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { proxyFor } from '../../../src/hosts/node/targets/proxy.ts';
import { serverTransport } from '../../../src/hosts/node/targets/server-transport.ts';
import { fm, tempFolder } from '../../setup/fm.ts';

const TLS = fileURLToPath(new URL('../fixtures/tls/', import.meta.url));
const PROXY = 'http://proxy.test:3128';

/** Port of a server on the loopback, which ends with the test. */
async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A proxy that leads every host to a port of this machine; `seen` are the hosts that were asked for, and by whom. */
async function proxyTo(port: number, status = 200) {
  const seen: [string, string | undefined][] = [];
  const server = createServer((incoming, response) => {
    seen.push([`${incoming.method} ${incoming.url}`, incoming.headers['proxy-authorization']]);
    const { pathname, search, host } = new URL(incoming.url ?? '');
    const headers = { ...incoming.headers, host };
    const onward = forward({ port, method: incoming.method, path: `${pathname}${search}`, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket: Socket) => {
    seen.push([`CONNECT ${incoming.url}`, incoming.headers['proxy-authorization']]);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
  });
  return { seen, host: `127.0.0.1:${await listening(server)}` };
}

const answering: RequestListener = (incoming, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ for: incoming.headers.host }));
};

function transport() {
  const made = serverTransport();
  onTestFinished(() => made.close());
  return made;
}

describe('the proxy for a URL', () => {
  const find = (url: string, variables: Record<string, string>) => proxyFor(new URL(url), variables)?.url.href;

  it.each<[string, Record<string, string>, string | undefined]>([
    ['https://staging.test/', { HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['https://staging.test/', { https_proxy: 'proxy.test:3128', HTTPS_PROXY: 'http://other:1' }, `${PROXY}/`],
    ['https://staging.test/', { https_proxy: '', HTTPS_PROXY: 'https://other:1' }, 'https://other:1/'],
    ['https://staging.test/', { HTTP_PROXY: PROXY, http_proxy: PROXY }, undefined],
    ['http://staging.test/', { HTTP_PROXY: PROXY }, `${PROXY}/`],
    ['http://staging.test/', { HTTPS_PROXY: PROXY }, undefined],
    ['https://staging.test/', { HTTPS_PROXY: ' ' }, undefined],
    ['https://staging.test/', {}, undefined],
  ])('of %s with %j is %s', (url, variables, expected) => {
    expect(find(url, variables)).toBe(expected);
  });

  it.each([
    ['https://staging.test/', '*'],
    ['https://staging.test/', 'staging.test'],
    ['https://staging.test./', 'staging.test'],
    ['https://STAGING.test/', 'other.test, Staging.Test'],
    ['https://a.staging.test/', 'staging.test'],
    ['https://a.staging.test/', '.staging.test'],
    ['https://a.staging.test/', '*.staging.test other.test'],
    ['https://staging.test/', 'staging.test:443'],
    ['https://staging.test:8443/', 'staging.test:8443'],
    ['https://10.20.3.4/', '10.20.3.4'],
    ['https://10.20.3.4/', '10.20.0.0/16'],
    ['https://10.20.3.4:8443/', '10.20.3.4:8443'],
    ['https://[fd00::1]/', 'fd00::1'],
    ['https://[fd00::1]/', '[fd00::1]'],
    ['https://[fd00::1]/', 'fd00::/8'],
    ['https://[fd00::1]:8443/', '[fd00::1]:8443'],
  ])('of %s is none with NO_PROXY=%s', (url, NO_PROXY) => {
    expect(find(url, { HTTPS_PROXY: PROXY, NO_PROXY })).toBeUndefined();
    expect(find(url, { HTTPS_PROXY: PROXY, no_proxy: NO_PROXY, NO_PROXY: 'other' })).toBeUndefined();
  });

  it.each([
    ['https://staging.test/', ''],
    ['https://staging.test/', ', ,'],
    ['https://staging.test/', '.'],
    ['https://staging.test/', 'a.staging.test'],
    ['https://notstaging.test/', 'staging.test'],
    ['https://staging.test.evil.test/', 'staging.test'],
    ['https://staging.test/', 'staging.test:8443'],
    ['https://staging.test/', 'sta*'],
    ['https://10.20.3.4/', '10.21.0.0/16'],
    ['https://10.20.3.4/', '3.4'],
    ['https://[fd00::1]/', '::1'],
    ['https://staging.test/', '10.0.0.0/0'],
  ])('of %s is one with NO_PROXY=%s all the same', (url, NO_PROXY) => {
    expect(find(url, { HTTPS_PROXY: PROXY, NO_PROXY })).toBe(`${PROXY}/`);
  });

  it.each(['http://localhost:8787/', 'http://127.0.0.1:8787/', 'https://127.8.8.8/', 'http://[::1]:8787/'])(
    'of %s is none, because it is this machine',
    (url) => {
      expect(find(url, { HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY })).toBeUndefined();
    },
  );

  it.each(['socks5://ada:hunter2@proxy.test:1080', 'http://', 'ada:hunter2@:99999', 'file:///hunter2'])(
    'is refused without a word of it: %s',
    (HTTPS_PROXY) => {
      const refused = () => proxyFor(new URL('https://staging.test/'), { HTTPS_PROXY });
      expect(refused).toThrow(
        expect.objectContaining({ code: 'INVALID_SETTING', hint: expect.stringContaining('NO_PROXY') }),
      );
      expect(refused).toThrow(/^HTTPS_PROXY: Expected (?!.*hunter2)/);
    },
  );
});

describe('a call through a proxy', () => {
  it('asks it for a server without TLS, as whoever the variable names', async () => {
    const { seen, host } = await proxyTo(await listening(createServer(answering)));
    vi.stubEnv('HTTP_PROXY', `http://ada:pass%20word@${host}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const send = transport();
    for (const body of ['{"a":1}', '{"a":2}']) {
      const answer = await send(new Request('http://staging.test:8080/api/v1/x?y=1', { method: 'POST', body }));
      expect(await answer.json()).toEqual({ for: 'staging.test:8080' });
    }
    const basic = `Basic ${Buffer.from('ada:pass word').toString('base64')}`;
    expect(seen).toEqual(Array(2).fill(['POST http://staging.test:8080/api/v1/x?y=1', basic]));
  });

  it('says which proxy it was when that fails, and not its password', async () => {
    const { host, seen } = await proxyTo(1, 407);
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const [proxy, why] of [
      [`http://ada:hunter2@${host}`, /407.*, through the proxy 127\.0\.0\.1:\d+ of HTTPS_PROXY$/],
      [
        'http://ada:hunter2@127.0.0.1:1',
        /\(staging\.test:443\): the connection was refused.*, through the proxy 127\.0\.0\.1:1 of/,
      ],
    ] as const) {
      vi.stubEnv('HTTPS_PROXY', proxy);
      const call = transport()(new Request('https://staging.test/api/v1/x', { method: 'POST', body: '{}' }));
      await expect(call).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE', message: expect.stringMatching(why) });
      await expect(call).rejects.toMatchObject({ message: expect.not.stringContaining('hunter2') });
    }
    expect(seen).toEqual([['CONNECT staging.test:443', `Basic ${Buffer.from('ada:hunter2').toString('base64')}`]]);
  });

  it('is a tunnel to a server with TLS, which sees that it is the right one; NO_PROXY goes without', async () => {
    const files = {
      key: readFileSync(join(TLS, 'staging-key.pem')),
      cert: readFileSync(join(TLS, 'staging-cert.pem')),
    };
    const keys: unknown[] = [];
    const secure = createSecureServer(files, (incoming, response) => {
      keys.push(incoming.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[],"next":null}');
    });
    const { seen, host } = await proxyTo(await listening(secure));
    const cwd = tempFolder();
    const staging = { url: '${FM_STAGING_URL}', api_key: '${FM_STAGING_KEY}' };
    writeFileSync(join(cwd, 'flowmason.json'), JSON.stringify({ name: 'shop', environments: { staging } }));
    const env = {
      FM_STAGING_URL: 'https://staging.test:8443',
      FM_STAGING_KEY: 'secret',
      HTTPS_PROXY: `http://${host}`,
      NODE_EXTRA_CA_CERTS: join(TLS, 'staging-cert.pem'),
    };
    const list = (more: object = {}) => fm(['keys', 'list', '--env', 'staging'], { cwd, env: { ...env, ...more } });
    expect(await list()).toMatchObject({ code: 0, stderr: expect.not.stringContaining('proxy') });
    expect([keys, seen]).toEqual([['Bearer secret'], [['CONNECT staging.test:8443', undefined]]]);
    // Another host behind the same proxy is not taken for it.
    const other = await list({ FM_STAGING_URL: 'https://other.test' });
    expect(other).toMatchObject({ code: 7, stderr: expect.stringContaining('certificate') });
    expect(keys).toHaveLength(1);
    const without = await list({ NO_PROXY: '.test' });
    expect(without).toMatchObject({ code: 7, stderr: expect.not.stringContaining('proxy') });
    expect(seen).toHaveLength(2);
  });
});
