import type { Transport } from '../../src/client/client.ts';

/** Sends what is meant for anywhere to this address. */
export function toAddress(address: URL): Transport {
  return (request) => {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(new URL(`${pathname}${search}`, address), request));
  };
}
