import type { Plugin } from 'esbuild';

/** HTTP/2, which our agents never offer, and SOCKS, which `proxyFor` refuses. */
const UNUSED = /[\\/]undici[\\/]lib[\\/]dispatcher[\\/](?:client-h2|socks5-proxy-agent)\.js$/;
/** Its parser a second time, for processors that can do more at once: what an answer's headers take stays the same. */
const SECOND = /[\\/]undici[\\/]lib[\\/]llhttp[\\/]llhttp_simd-wasm\.js$/;

/** undici for HTTP/1.1, directly and through HTTP proxies: two thirds of it. */
export function withoutOtherProtocols(): Plugin {
  const unused = "module.exports = class { constructor() { throw new Error('Not in this build of undici'); } };";
  return {
    name: 'undici',
    setup({ onLoad }) {
      onLoad({ filter: UNUSED }, () => ({ contents: unused }));
      onLoad({ filter: SECOND }, () => ({ contents: "module.exports = require('./llhttp-wasm.js');" }));
    },
  };
}
