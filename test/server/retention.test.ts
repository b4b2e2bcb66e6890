import { describe, expect, it } from 'vitest';
import { type Deleted, deleteOld, keepTidy } from '../../src/hosts/node/server/retention.ts';
import { databases } from '../control/databases.ts';
import { epoch, newRun, SUCCEEDED } from '../store/samples.ts';

const DAY = 86_400_000;

describe.each(databases())('retention over %s', (_, open) => {
  it('deletes runs that ended long ago, and none that has not ended', async () => {
    const { store, clock } = await open();
    for (const id of ['old', 'open', 'new']) {
      await store.runs.create(newRun(id));
      if (id === 'new') clock.advance(20 * DAY);
      await store.runs.claim(id, epoch(1));
      if (id !== 'open') await store.runs.finish(id, epoch(1), SUCCEEDED);
    }
    clock.advance(15 * DAY);
    const nothing = { outputs: 0, plans: 0, releases: 0, answers: 0, keys: 0 };
    expect(await deleteOld({ store, clock, keepRuns: 30 * DAY }, () => false)).toEqual({ runs: 1, ...nothing });
    expect(await deleteOld({ store, clock, keepRuns: 30 * DAY }, () => false)).toEqual({ runs: 0, ...nothing });
    expect([await store.runs.get('old'), (await store.runs.get('open'))?.status]).toEqual([undefined, 'running']);
    expect(await deleteOld({ store, clock, keepRuns: DAY }, () => true)).toEqual({ runs: 0, ...nothing });
    expect((await store.runs.get('new'))?.status).toBe('succeeded');
  });

  it('forgets the keys of CI jobs a week after their end, and no other', async () => {
    const { store, clock } = await open();
    const key = (id: string, expires_at?: number) =>
      store.keys.create({ id, environment: 'staging', name: id, secret: id, scopes: [], actor: 'ada', expires_at });
    await key('job', clock.now() + 600_000);
    await key('guest', clock.now() + DAY);
    await key('person');
    clock.advance(7 * DAY);
    await key('job2', clock.now() + 600_000);
    const round = async () => (await deleteOld({ store, clock, keepRuns: 30 * DAY }, () => false)).keys;
    expect(await round()).toBe(0);
    clock.advance(600_001);
    expect(await round()).toBe(1);
    expect((await store.keys.list('staging')).map(({ id }) => id).sort()).toEqual(['guest', 'job2', 'person']);
    expect(await store.keys.find('job')).toBe(undefined);
  });

  it('comes back after an hour, also when it failed, until it is ended', async () => {
    const { store, clock } = await open();
    const waits: { ms: number; next: () => void }[] = [];
    const rounds: (Deleted | 'failed')[] = [];
    let isBroken = true;
    const round = () =>
      new Promise<void>((resolve) => {
        told = resolve;
      });
    let told = (): void => {};
    const first = round();
    const end = keepTidy({
      store: new Proxy(store, { get: (of, name) => (isBroken ? undefined : Reflect.get(of, name)) }),
      clock: {
        now: () => clock.now(),
        after(ms, next) {
          waits.push({ ms, next });
          told();
          return () => void waits.pop();
        },
      },
      keepRuns: DAY,
      onDone: (deleted) => void rounds.push(deleted),
      onError: () => void rounds.push('failed'),
    });
    await first;
    expect([rounds, waits.map(({ ms }) => ms)]).toEqual([['failed'], [3_600_000]]);
    isBroken = false;
    const second = round();
    waits.pop()?.next();
    await second;
    expect(rounds).toEqual(['failed', expect.objectContaining({ runs: 0 })]);
    await end();
    expect(waits).toEqual([]);
  });
});
