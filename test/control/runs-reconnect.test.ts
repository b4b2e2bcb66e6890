import { expect, it, onTestFinished } from 'vitest';
import { createClient, type Transport } from '../../src/client/client.ts';
import { SCOPES } from '../../src/control/control.ts';
import { createApp } from '../../src/control/http/app.ts';
import { readMigrations } from '../../src/hosts/node/database/migrations.ts';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { migrate } from '../../src/store/migrate.ts';
import { code } from '../store/world.ts';
import { JumpClock } from '../worker/jump-clock.ts';
import { WorkerWorld } from '../worker/world.ts';
import { planeIn } from './plane.ts';
import { collect, DIVIDE } from './runs/world.ts';

/** A clock whose pauses are over at once. */
const HASTY = {
  now: () => 0,
  after(_ms: number, callback: () => void) {
    const turn = setImmediate(callback);
    return () => clearImmediate(turn);
  },
};

/** A server with a run that has ended, over a connection that `spoil` may cut. */
async function server(spoil: (response: Response, calls: number) => Response) {
  const database = await openDatabase('sqlite::memory:', '/');
  await migrate(database.migrations, readMigrations().sqlite, 0);
  const world = new WorkerWorld(database, new JumpClock());
  onTestFinished(async () => {
    await world.close();
    await world.store.close();
  });
  await world.deploy([DIVIDE]);
  const id = await world.start('divide', { by: 5 });
  await world.execute(id);
  const control = planeIn(world, { environment: world.environment });
  const app = createApp({
    admit: async () => ({ control, caller: { actor: 'ada', scopes: new Set(SCOPES) } }),
    requestId: () => 'req-1',
  });
  let calls = 0;
  const transport: Transport = async (request) => spoil(await app.fetch(request), ++calls);
  const client = createClient({ transport, url: 'http://local', clock: HASTY });
  return { events: () => collect(client.events('GET /runs/:id/events', { id })), calls: () => calls };
}

/** The first bytes of an answer, then an end, or a connection that is lost. */
function cut(response: Response, bytes: number, how: 'ended' | 'lost'): Response {
  const reader = response.body?.getReader();
  let left = bytes;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await reader?.read();
      if (part?.value && left > 0) {
        controller.enqueue(part.value.subarray(0, left));
        left -= part.value.length;
        return;
      }
      await reader?.cancel();
      if (how === 'lost') controller.error(new Error('ECONNRESET'));
      else controller.close();
    },
  });
  return new Response(body, response);
}

it.each(['ended', 'lost'] as const)('a stream that is %s early goes on where it was, wherever that is', async (how) => {
  const whole = await (await server((response) => response)).events();
  expect(whole.length).toBe(4);
  for (let bytes = 1; bytes < 900; bytes += 37) {
    const { events, calls } = await server((response, call) => (call === 1 ? cut(response, bytes, how) : response));
    const strip = (list: readonly object[]) => list.map((notice) => ({ ...notice, at: 0, run_id: '', duration_ms: 0 }));
    expect(strip(await events())).toEqual(strip(whole));
    expect(calls()).toBeLessThanOrEqual(2);
  }
});

it('a server that stays away is unreachable in the end', async () => {
  const { events, calls } = await server((response) => cut(response, 0, 'lost'));
  await expect(events()).rejects.toEqual(code('SERVER_UNREACHABLE', 'ECONNRESET'));
  expect(calls()).toBe(7);
});
