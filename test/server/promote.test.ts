import { describe, expect, it } from 'vitest';
import { Checkout, startServers, variablesOf } from './shop-servers.ts';

describe('fm promote', () => {
  it('x', async () => {
    const servers = await startServers();
    const checkout = new Checkout();
    const all = variablesOf(servers);
    const fm = checkout.with(all);
    await fm('deploy staging');
    const { FM_PROD_URL = '', FM_PROD_KEY = '' } = all;
    const ci = checkout.with({ FM_PROD_URL, FM_PROD_KEY });
    console.log(await ci('promote prod --dry-run'));
    console.log(await ci('promote prod'));
    console.log(await ci('promote prod'));
    checkout.pipeline('pay', 'x');
    console.log(await ci('promote prod'));
    console.log(await ci('promote prod --any'));
    console.log(await ci('promote prod --release v1.0.0'));
  });
  it('relay', async () => {
    const servers = await startServers({ upstream: false });
    const checkout = new Checkout();
    const all = variablesOf(servers);
    const fm = checkout.with(all);
    await fm('deploy staging');
    console.log(await fm('promote prod --dry-run'));
    console.log(await fm('promote prod'));
    const { FM_PROD_URL = '', FM_PROD_KEY = '' } = all;
    const ci = checkout.with({ FM_PROD_URL, FM_PROD_KEY });
    console.log(await ci('promote prod'));
  });
});
