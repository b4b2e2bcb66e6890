import type { Plugin } from 'esbuild';

/** HTTP/2, which our agents never offer, and SOCKS, which `proxyFor` refuses: a tenth of it. */
const UNUSED = /[\\/]undici[\\/]lib[\\/]dispatcher[\\/](?:client-h2|socks5-proxy-agent)\.js$/;

/** undici for HTTP/1.1, directly and through HTTP proxies. */
export function withoutOtherProtocols(): Plugin {
  const contents = "module.exports = class { constructor() { throw new Error('Not in this build of undici'); } };";
  return {
    name: 'undici',
    setup: ({ onLoad }) => onLoad({ filter: UNUSED }, () => ({ contents })),
  };
}
