import { expect, test } from 'vitest';
import { bodyOf, failure, newFetch, request, serve, serveBytes, textOf } from './fetch-server.ts';

test.each([
  [301, 'POST', 'GET  '],
  [302, 'POST', 'GET  '],
  [302, 'PUT', 'PUT data text/x'],
  [303, 'PUT', 'GET  '],
  [303, 'HEAD', ''],
  [307, 'POST', 'POST data text/x'],
  [308, 'POST', 'POST data text/x'],
  [301, 'DELETE', 'DELETE data text/x'],
  [301, 'GET', 'GET  text/x'],
])('%d after %s changes the method as browsers do', async (status, method, expected) => {
  const url = await serve(async (incoming, response) => {
    const body = await bodyOf(incoming);
    if (incoming.url === '/start') return response.writeHead(status, { location: 'end?x=1' }).end('ignored');
    return response.end(`${incoming.method} ${body} ${incoming.headers['content-type'] ?? ''}`);
  });
  const body = method === 'GET' || method === 'HEAD' ? undefined : 'data';
  const parts = { method, body, headers: { 'content-type': 'text/x' } };
  expect(textOf(await newFetch()(request(`${url}/start`, parts)))).toBe(expected);
});

test('they stay on the connection while they stay with the server', async () => {
  const ports = new Set<number | undefined>();
  const url = await serve((incoming, response) => {
    ports.add(incoming.socket.remotePort);
    if (incoming.url === '/end') response.end('end');
    else response.writeHead(302, { location: '/end' }).end('moved');
  });
  expect(textOf(await newFetch()(request(url)))).toBe('end');
  expect(ports.size).toBe(1);
});

test('they take nothing to another origin that may be a credential', async () => {
  const seen = await serve((incoming, response) => response.end(JSON.stringify(incoming.headers)));
  const away = await serve((_incoming, response) => {
    response.writeHead(307, { location: seen.replace('//', '//ada:secret@') }).end();
  });
  const harmless = { accept: 'text/plain', 'content-type': 'text/x', 'idempotency-key': 'r1/pay', 'user-agent': 'me' };
  const credentials = {
    authorization: 'Bearer s',
    cookie: 'a=s',
    'proxy-authorization': 's',
    'x-api-key': 's',
    'private-token': 's',
  };
  const fetch = newFetch();
  const parts = { method: 'POST', headers: { ...harmless, ...credentials } };
  const sent = JSON.parse(textOf(await fetch(request(away, parts))));
  expect(sent).toMatchObject(harmless);
  for (const name of Object.keys(credentials)) expect(sent).not.toHaveProperty(name);
  const direct = JSON.parse(textOf(await fetch(request(seen, parts))));
  expect(direct).toMatchObject({ ...harmless, ...credentials });
});

test('they are not followed when that is not wanted', async () => {
  const url = await serve((_incoming, response) => response.writeHead(302, { location: '/x' }).end('see x'));
  const response = await newFetch()(request(url, { follow_redirects: false }));
  expect(response).toMatchObject({ status: 302, headers: { location: '/x' } });
  expect(textOf(response)).toBe('see x');
});

test('a status without a place to go is a response', async () => {
  const url = await serve((_incoming, response) => response.writeHead(302).end('nowhere'));
  expect(textOf(await newFetch()(request(url)))).toBe('nowhere');
});

test('a place may be written in UTF-8', async () => {
  const url = await serve((incoming, response) => {
    if (incoming.url === '/') response.writeHead(302, { location: Buffer.from('/grüße').toString('latin1') }).end();
    else response.end(incoming.url);
  });
  expect(textOf(await newFetch()(request(url)))).toBe('/gr%C3%BC%C3%9Fe');
});

test('those that never end are counted and listed', async () => {
  let count = 0;
  const url = await serve((_incoming, response) => {
    response.writeHead(302, { location: `/${++count}?token=hunter2` }).end();
  });
  const error = await failure(newFetch()(request(url)));
  expect(error).toMatchObject({ type: 'COMPONENT', code: 'too_many_redirects' });
  expect(count).toBe(11);
  const places = Array.from({ length: 11 }, (_, i) => `${url}/${i + 1}`);
  expect(error.details).toEqual({ redirects: [`${url}/`, ...places] });
});

test('ten are followed', async () => {
  const url = await serve((incoming, response) => {
    const count = Number(incoming.url?.slice(1));
    if (count === 10) response.end('arrived');
    else response.writeHead(302, { location: `/${count + 1}` }).end();
  });
  expect(textOf(await newFetch()(request(url)))).toBe('arrived');
});

test.each([
  ['file:///etc/passwd', 'SECURITY', 'scheme_not_allowed'],
  ['javascript:alert(1)', 'SECURITY', 'scheme_not_allowed'],
  ['http://', 'COMPONENT', 'invalid_redirect'],
])('one to %s is refused', async (location, type, code) => {
  const url = await serve((_incoming, response) => response.writeHead(302, { location }).end());
  expect(await failure(newFetch()(request(`${url}/?token=hunter2`)))).toMatchObject({
    type,
    code,
    message: expect.stringMatching(`^GET ${url}/ (?!.*hunter2)`),
  });
});

test('one may have a body of any size, which does not count', async () => {
  const url = await serve((incoming, response) => {
    if (incoming.url === '/end') return response.end('end');
    return response.writeHead(302, { location: '/end' }).end('x'.repeat(500_000));
  });
  expect(textOf(await newFetch()(request(url, { max_bytes: 10 })))).toBe('end');
});

test('one whose body is cut leads on all the same', async () => {
  const end = await serve((_incoming, response) => response.end('end'));
  const url = await serveBytes(`HTTP/1.1 302 Found\r\nlocation: ${end}\r\ncontent-length: 100\r\n\r\nabc`, 'reset');
  expect(textOf(await newFetch()(request(url)))).toBe('end');
});

test('one whose body hangs ends with the reason of the signal', async () => {
  const begun = Promise.withResolvers<void>();
  const url = await serve((_incoming, response) => {
    response.writeHead(302, { location: '/end' });
    response.write('moved', () => begun.resolve());
  });
  const controller = new AbortController();
  const answer = newFetch()(request(url, { signal: controller.signal }));
  await begun.promise;
  controller.abort('stop');
  await expect(answer).rejects.toBe('stop');
});
