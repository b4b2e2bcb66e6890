import { describe, expect, it } from 'vitest';
import { code, START } from '../store/world.ts';
import { databases } from './databases.ts';
import { planeIn, WAYS } from './plane.ts';

const CASES = databases().flatMap(([database, open]) =>
  WAYS.map(([way, connect]) => [`${way}, over ${database}`, open, connect] as const),
);

const WORKER = {
  id: 'w1',
  host: `'; drop table workers; -- \u{202e}`,
  pid: 7,
  version: '1.0.0',
  concurrency: 8,
  running: 2,
  pools: ['gpu'],
  components: ['logger@1.0.0'],
  cached: 3,
  draining: false,
  started_at: START,
};

describe.each(CASES)('workers %s', (_, open, connect) => {
  it('are listed with what they say of themselves, page by page', async () => {
    const world = await open();
    const admin = await connect(planeIn(world), { scopes: ['admin'] });
    expect(await admin.call('GET /workers', {})).toEqual({ workers: [], next: null });
    await world.store.workers.beat(WORKER);
    await world.store.workers.beat({ ...WORKER, id: 'w2', started_at: START + 1 });
    const [first, second] = [WORKER, { ...WORKER, id: 'w2', started_at: START + 1 }].map((worker) => ({
      ...worker,
      last_seen_at: START,
      live: true,
    }));
    expect(await admin.call('GET /workers', { limit: '1' })).toEqual({ workers: [first], next: 'w1' });
    expect(await admin.call('GET /workers', { limit: '1', after: 'w1' })).toEqual({ workers: [second], next: null });
    world.clock.advance(30_001);
    const { workers } = await admin.call('GET /workers', {});
    expect(workers.map(({ live }) => live)).toEqual([false, false]);
  });

  it('are shown to administrators only, and to nobody who asks for what there is not', async () => {
    const world = await open();
    const other = await connect(planeIn(world), { scopes: ['runs:read', 'deploy'] });
    await expect(other.call('GET /workers', {})).rejects.toEqual(code('FORBIDDEN', 'admin'));
    const admin = await connect(planeIn(world), { scopes: ['admin'] });
    await expect(admin.call('GET /workers', { after: 'w9' })).rejects.toEqual(code('REQUEST_INVALID', 'w9'));
    await expect(admin.call('GET /workers', { limit: '0' })).rejects.toEqual(code('REQUEST_INVALID', 'limit'));
    const unknown = { live: 'true' } as object;
    await expect(admin.call('GET /workers', unknown)).rejects.toEqual(code('REQUEST_INVALID', 'live'));
  });
});
