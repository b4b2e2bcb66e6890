import { lookup } from 'node:dns/promises';
import { fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';

/**
 * Looks at once whether a URL that somebody sets leads where this server may call. What a name leads to can change, so the
 * guard of the call decides; a name that leads nowhere yet is taken. Throws FlowMasonError `REQUEST_INVALID`, without the
 * address: who sets a URL need not be somebody who may know what names lead to inside.
 */
export function admitUrl(isRefused: (address: string) => boolean): (field: string, url: string) => Promise<void> {
  return async (field, url) => {
    const { hostname } = new URL(url);
    const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
    if (!addresses.some(({ address }) => isRefused(address))) return;
    const message = `Expected a host of the internet; ${quote(hostname)} leads to a private network, which is not called`;
    fail('REQUEST_INVALID', `${field}: ${message}`, {
      hint: 'To allow its network, set FM_ALLOW_PRIVATE_NETWORK of servers and workers: 10.20.0.0/16',
      details: { issues: [{ path: field, message }] },
    });
  };
}
