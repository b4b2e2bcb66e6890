import { describe, expect, it } from 'vitest';
import { Checkout, startServers, variablesOf } from './shop-servers.ts';

describe('fm deploy', () => {
  it('plans, uploads what is missing and activates it', async () => {
    const servers = await startServers();
    const checkout = new Checkout();
    const fm = checkout.with(variablesOf(servers));
    const dry = await fm('deploy staging --dry-run');
    console.log(dry);
    const done = await fm('deploy staging');
    console.log(done);
    console.log(await fm('deploy stage --json'));
    console.log(await fm('deploy prod'));
    console.log(await fm('run pay --env staging'));
  });
});
