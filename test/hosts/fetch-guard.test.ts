import { createServer as createSocketServer } from 'node:net';
import { expect, test } from 'vitest';
import { StageError } from '../../src/core/run.ts';
import type { GuardTarget } from '../../src/hosts/node/fetch/agent.ts';
import { listen, newFetch, request, serve, textOf } from './fetch-server.ts';

const refusal = new StageError('SECURITY', 'refused', 'not there');

/** A guard that remembers what it was shown. */
function witness() {
  const seen: string[] = [];
  const guard = ({ url, address }: GuardTarget): void => {
    seen.push(`${url.href} ${address ?? 'before'}`);
  };
  return { seen, guard };
}

/** A server that counts what reaches it. */
async function counting() {
  const received = { connections: 0, bytes: 0 };
  const server = createSocketServer((socket) => {
    received.connections++;
    socket.on('data', (chunk) => {
      received.bytes += chunk.length;
    });
  });
  return { received, url: await listen(server) };
}

test('sees every hop and every address that is connected', async () => {
  const end = await serve((_incoming, response) => response.end('end'));
  const url = await serve((_incoming, response) => response.writeHead(302, { location: `${end}/end` }).end());
  const { seen, guard } = witness();
  const fetch = newFetch({ guard });
  expect(textOf(await fetch(request(`${url}/start`)))).toBe('end');
  expect(seen).toEqual([`${url}/start 127.0.0.1`, `${url}/ 127.0.0.1`, `${end}/end 127.0.0.1`, `${end}/ 127.0.0.1`]);
});

test('sees the addresses of a name before one of them is connected', async () => {
  const url = (await serve((_incoming, response) => response.end('x'))).replace('127.0.0.1', 'localhost');
  const { seen, guard } = witness();
  await newFetch({ guard })(request(url));
  expect(seen[0]).toBe(`${url}/ before`);
  expect(seen.filter((line) => line === `${url}/ 127.0.0.1`)).toHaveLength(2);
});

test.each([
  ['http://[::1]:1/', '::1'],
  ['http://0x7f000001:1/', '127.0.0.1'],
  ['http://2130706433:1/', '127.0.0.1'],
  ['http://127.1:1/', '127.0.0.1'],
  ['http://[::ffff:127.0.0.1]:1/', '::ffff:7f00:1'],
])('sees through the spelling of an address: %s', async (url, address) => {
  const guard = (target: GuardTarget): void => {
    expect(target.address).toBe(address);
    throw refusal;
  };
  await expect(newFetch({ guard })(request(url))).rejects.toBe(refusal);
});

test('refuses a URL, also one that a redirect leads to, before it is connected', async () => {
  const { received, url: end } = await counting();
  const url = await serve((_incoming, response) => response.writeHead(302, { location: end }).end());
  const guard = (target: GuardTarget): void => {
    if (target.url.origin === end) throw refusal;
  };
  const fetch = newFetch({ guard });
  await expect(fetch(request(end))).rejects.toBe(refusal);
  await expect(fetch(request(url))).rejects.toBe(refusal);
  expect(received).toEqual({ connections: 0, bytes: 0 });
});

test('refuses what a name leads to before it is connected', async () => {
  const { received, url } = await counting();
  const guard = ({ address }: GuardTarget): void => {
    if (address !== undefined) throw refusal;
  };
  await expect(newFetch({ guard })(request(url.replace('127.0.0.1', 'localhost')))).rejects.toBe(refusal);
  expect(received).toEqual({ connections: 0, bytes: 0 });
});

test('refuses an address that was connected before anything is sent', async () => {
  const { received, url } = await counting();
  let calls = 0;
  const guard = (): void => {
    if (++calls === 2) throw refusal;
  };
  await expect(newFetch({ guard })(request(url))).rejects.toBe(refusal);
  expect(received.bytes).toBe(0);
});
