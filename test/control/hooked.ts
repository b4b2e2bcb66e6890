import { authenticate } from '../../src/control/http/authenticate.ts';
import { HOOK_RATE } from '../../src/control/http/hooks.ts';
import { tokenBuckets } from '../../src/control/http/rate-limit.ts';
import { createServerApp } from '../../src/control/http/server-app.ts';
import type { Room } from '../../src/control/runs/room.ts';
import { createSecretSource } from '../../src/secrets/index.ts';
import type { OpenWorld } from '../store/world.ts';
import { type Jobs, planeIn, WAYS } from './plane.ts';
import { listening } from './server.ts';
import { type Definition, deploy, logs, releaseOf } from './shop.ts';

const [[, connect]] = WAYS as [(typeof WAYS)[number]];
/** What signs in these tests. */
export const SECRET = 'whsec-1';

/** A server over a socket with one webhook, and what was started by it. */
export async function hooked(open: OpenWorld, hook: Definition, more: Definition = {}, set = true, room?: Room) {
  const world = await open();
  const variables = set ? { FM_SECRET_HOOK: SECRET } : {};
  const secretSource = createSecretSource('env', { variables, reserved: [] });
  const control = planeIn(world, { control: { secretSource, room } });
  const admin = await connect(control);
  await admin.call('PUT /vars/:name', { name: 'shop', value: 'eu' });
  const trigger = { type: 'webhook', id: 'paid', path: 'orders', signature: { scheme: 'none' }, ...hook };
  await deploy(admin, releaseOf([logs('pay', 'paid', { input: {}, ...more, triggers: [trigger] })]));
  const app = createServerApp({
    admit: authenticate({ control, rate: { take: async () => 0 } }),
    requestId: () => 'req',
    version: '1.2.3',
    environment: 'staging',
    clock: world.clock,
    check: async () => {},
    isDraining: () => false,
    hooks: { control: async () => control, rate: tokenBuckets(world.clock, HOOK_RATE) },
  });
  const port = await listening(app);
  const { triggers } = await admin.call('GET /triggers', {});
  const path = triggers[0]?.path ?? '';
  const send = async (
    body: string | Uint8Array | undefined,
    headers: Record<string, string> = {},
    init: RequestInit = {},
  ) => {
    const { query = '', ...rest } = init as RequestInit & { query?: string };
    const response = await fetch(`http://127.0.0.1:${port}${path}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: body as string }),
      ...rest,
    });
    const document = (await response.json()) as { run_id?: string; code?: string };
    return [response.status, document.run_id ?? document.code] as const;
  };
  const inputs = async () => {
    const { runs } = await world.store.runs.list({ environment: 'staging' }, { limit: 50 });
    const rows = await Promise.all(runs.map(({ id }) => world.store.runs.get(id)));
    return rows.map((row) => row?.input).reverse();
  };
  return { ...world, control, admin, port, path, send, inputs, jobs: control.dispatcher as Jobs };
}
