import { expect, it } from 'vitest';
import { parseNetwork, privateNetworkGuard, refusedAddresses } from '../../src/hosts/node/fetch/private-networks.ts';
import { failure, newFetch, nowhere, request, serve, textOf } from './fetch-server.ts';

/** What is refused where these networks are allowed. */
function refused(...allowed: string[]) {
  return refusedAddresses(allowed.flatMap((text) => parseNetwork(text) ?? []));
}

it.each([
  '0.0.0.0',
  '10.255.0.1',
  '100.64.0.1',
  '127.0.0.53',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '203.0.113.7',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::1',
  'fd12::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '2001::1',
  '2001:db8::1',
  '2002:a00:1::',
  '3fff::1',
  '4000::1',
  'no address',
])('takes %s for private', (address) => {
  expect(refused()(address)).toBe(true);
});

it.each([
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '::ffff:1.1.1.1',
  '64:ff9b::1.1.1.1',
])('takes %s for public', (address) => {
  expect(refused()(address)).toBe(false);
});

it('leaves out what is allowed, however it is spelled, and nothing beside it', () => {
  const isRefused = refused('10.20.0.0/16', '127.0.0.1', 'fd00::/8');
  for (const address of ['10.20.255.1', '::ffff:10.20.0.1', '127.0.0.1', 'fd12::1', '1.1.1.1'])
    expect([address, isRefused(address)]).toEqual([address, false]);
  for (const address of ['10.21.0.0', '127.0.0.2', '::1', 'fe80::1', '169.254.169.254'])
    expect([address, isRefused(address)]).toEqual([address, true]);
});

it('reads networks and addresses, and nothing that is neither', () => {
  expect(parseNetwork('10.20.0.0/16')).toEqual({ address: '10.20.0.0', bits: 16, family: 'ipv4' });
  expect(parseNetwork('::1')).toEqual({ address: '::1', bits: 128, family: 'ipv6' });
  expect(parseNetwork('0.0.0.0/0')?.bits).toBe(0);
  for (const odd of [
    '',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '010.0.0.0/8',
    'fe80::%1/64',
    'fd00::/129',
    'localhost',
    '10.0.0.0/1e1',
  ])
    expect([odd, parseNetwork(odd)]).toEqual([odd, undefined]);
});

it('keeps requests out of private networks, by name, by address and by redirect', async () => {
  const closed = await nowhere();
  const fetch = newFetch({ guard: privateNetworkGuard(refused()) });
  const { port } = new URL(closed);
  for (const host of [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0x7f000001',
    '2130706433',
    '127.1',
    '0',
  ]) {
    const { type, code, hint } = await failure(fetch(request(`http://${host}:${port}/`)));
    expect([host, type, code, hint]).toEqual([
      host,
      'SECURITY',
      'private_network',
      expect.stringMatching(/FM_ALLOW_PRIVATE_NETWORK=[\d.:a-f]+$/),
    ]);
  }
  const url = await serve((_incoming, response) => response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end());
  const allowing = newFetch({ guard: privateNetworkGuard(refused('127.0.0.1')) });
  expect(await failure(allowing(request(url)))).toMatchObject({
    code: 'private_network',
    message: '127.0.0.2 is not called: its address 127.0.0.2 is of a private network',
  });
});

it('sends what is allowed', async () => {
  const url = await serve((_incoming, response) => response.end('here'));
  const fetch = newFetch({ guard: privateNetworkGuard(refused('127.0.0.0/8')) });
  expect(textOf(await fetch(request(url)))).toBe('here');
});
