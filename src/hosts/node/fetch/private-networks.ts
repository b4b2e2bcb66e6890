import { BlockList, isIP } from 'node:net';
import { StageError } from '../../../core/run.ts';
import type { Guard } from './agent.ts';

/** Addresses that begin alike: `10.0.0.0/8`. */
export interface Network {
  readonly address: string;
  /** Bits that are alike. */
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** The IPv4 networks that are not of the whole internet (IANA, special-purpose addresses), multicast and the rest above it. */
const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Of IPv6 everything is private but these: what is assigned globally, and IPv4 addresses behind a NAT64. */
const GLOBAL_V6 = ['2000::/3', '64:ff9b::/96'];
/** Protocols (with Teredo), documentation, and 6to4, which holds any IPv4 address. */
const PRIVATE_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
const NAT64 = { prefix: '64:ff9b::', bits: 96 };

/** `10.0.0.0/8`, or one address; undefined for what is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', size, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return undefined;
  const most = version === 4 ? 32 : 128;
  if (size !== undefined && !/^\d{1,3}$/.test(size)) return undefined;
  const bits = size === undefined ? most : Number(size);
  return bits > most ? undefined : { address, bits, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Whether an address is of one of these networks. An IPv4 address that is written as an IPv6 one is looked up as what it is. */
export function addressesOf(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, bits, family } of networks) list.addSubnet(address, bits, family);
  return (address) => list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** Whether an address is of a private network, and of none of those that are allowed all the same. */
export function refusedAddresses(allowed: readonly Network[]): (address: string) => boolean {
  const inside = addressesOf([
    ...PRIVATE_V4.map(known),
    ...PRIVATE_V4.map(known).map(behindNat64),
    ...PRIVATE_V6.map(known),
  ]);
  const outside = addressesOf(['0.0.0.0/0', ...GLOBAL_V6].map(known));
  const excepted = addressesOf(allowed);
  return (address) => (inside(address) || !outside(address)) && !excepted(address);
}

/** Refuses, for each request and connection, what `isRefused` says. Throws StageError `SECURITY` (`private_network`). */
export function privateNetworkGuard(isRefused: (address: string) => boolean): Guard {
  return ({ url, address }) => {
    if (address === undefined || !isRefused(address)) return;
    throw new StageError(
      'SECURITY',
      'private_network',
      `${url.hostname} is not called: its address ${address} is of a private network`,
      { hint: `To allow it: FM_ALLOW_PRIVATE_NETWORK=${address}` },
    );
  };
}

/** For the lists above. */
function known(text: string): Network {
  const network = parseNetwork(text);
  if (!network) throw new Error(`${text} is no network`);
  return network;
}

function behindNat64({ address, bits }: Network): Network {
  return { address: `${NAT64.prefix}${address}`, bits: NAT64.bits + bits, family: 'ipv6' };
}
