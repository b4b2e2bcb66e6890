import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadActive } from '../../src/cli/actions/release/active.ts';
import { copyRelease } from '../../src/cli/actions/release/copy.ts';
import { openWorkspace } from '../../src/cli/project/workspace.ts';
import { openTarget } from '../../src/cli/target.ts';
import { SCOPES } from '../../src/control/control.ts';
import { createApp } from '../../src/control/http/app.ts';
import { fail } from '../../src/core/errors.ts';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { planeIn } from '../control/plane.ts';
import { tempFolder } from '../setup/fm.ts';
import { worldOf } from '../store/world.ts';
import { write } from './clones.ts';
import { Shop } from './shop.ts';

const KEY = 'a-key-of-staging';

/** A server of staging in this process, on a socket; answers its address. */
async function staging(): Promise<string> {
  const world = await worldOf(await openDatabase('sqlite::memory:', '/'));
  const control = planeIn(world, { environment: 'staging' });
  const app = createApp({
    admit: async (request) => {
      if (request.headers.get('authorization') !== `Bearer ${KEY}`) fail('UNAUTHENTICATED', 'The key is not valid');
      return { control, caller: { actor: 'ada', scopes: new Set(SCOPES) } };
    },
    requestId: () => 'r',
  });
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await world.store.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function shopAt(url: string, key = KEY): Shop {
  return new Shop({ environments: { staging: { url, api_key: key } } });
}

/** What `fm deploy` does, without its command. */
async function deploy(shop: Shop): Promise<void> {
  await shop.fm('push', '--force');
  const workspace = openWorkspace({ cwd: shop.root, variables: { HOME: tempFolder() } });
  const [org, server] = [await openTarget(workspace, {}), await openTarget(workspace, { env: 'staging' })];
  try {
    const active = await loadActive(org.client, 'shop');
    if (active) await copyRelease(org, server, active, 'Deployed');
  } finally {
    await org.close();
    await server.close();
  }
}

describe('a server as the target', () => {
  it('is compared, pulled from, looked through, copied and rolled back like an org', async () => {
    const url = await staging();
    const [ada, bob] = [shopAt(url), shopAt(url)];
    write(ada, 'pay', 'one');
    const early = await ada.fm('status', '--env', 'staging');
    expect(early.stdout).toContain('nothing is deployed there');
    expect(early.stdout).toContain('fm deploy staging');
    await deploy(ada);
    write(ada, 'pay', 'two');
    await deploy(ada);
    expect((await ada.fm('status', '--env', 'stage')).stdout).toBe('in sync with #2 1.0.0 of staging\n');
    const pulled = await bob.fm('pull', '--env', 'staging');
    expect(pulled.stdout).toContain(`target: staging ${url}`);
    expect(bob.read('pipelines/pay.pipeline.json')).toBe(ada.read('pipelines/pay.pipeline.json'));
    const history = (await bob.fm('history', '--env', 'staging', '--json')).json();
    expect(history).toMatchObject({ deployments: [{ number: 2, kind: 'deploy', actor: 'ada' }, { number: 1 }] });
    expect((await bob.fm('diff', 'staging@#1', 'staging')).stdout).toContain('"one" → "two"');
    expect((await bob.fm('org', 'create', 'copy', '--from', 'stage', '--json')).json()).toMatchObject({
      org: { from: 'staging', active: { number: 1 } },
    });
    const back = await bob.fm('rollback', '--previous', '--env', 'staging');
    expect(back).toMatchObject({ code: 0 });
    expect(back.stdout).toContain('fm rollback --previous --env staging');
    expect((await bob.fm('pull', '--env', 'staging')).stdout).toContain('(changed there)');
    expect(bob.read('pipelines/pay.pipeline.json')).toContain('"one"');
  });

  it('that takes no key, or that nobody reaches, says which setting to look at', async () => {
    const url = await staging();
    const stranger = await shopAt(url, 'another').fm('history', '--env', 'staging');
    expect(stranger).toMatchObject({ code: 6, stdout: '' });
    expect(stranger.stderr).toContain('Try: fm config set staging.api_key -');
    expect(stranger.stderr).not.toContain('another');
    const away = await shopAt('http://127.0.0.1:1').fm('status', '--env', 'staging', '--json');
    expect(away).toMatchObject({ code: 7, stderr: '' });
    expect(away.json()).toMatchObject({ error: { code: 'SERVER_UNREACHABLE', hint: expect.any(String) } });
  });
});
