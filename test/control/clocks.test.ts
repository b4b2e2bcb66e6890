import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import type { Clock } from '../../src/core/ports.ts';
import { openDatabase, openStore } from '../../src/hosts/node/database/open.ts';
import { jobKey } from '../../src/hosts/node/targets/job-key.ts';
import { databaseClock } from '../../src/store/database-clock.ts';
import { createStore } from '../../src/store/store.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import { code, MovableClock } from '../store/world.ts';
import { databases } from './databases.ts';
import { trusting } from './identity.ts';
import { planeIn, WAYS } from './plane.ts';
import { deploy, logs, planned, releaseOf } from './shop.ts';

const MINUTE = 60_000;
const APART = 5 * MINUTE;
const one = releaseOf([logs('pay')]);
const two = releaseOf([logs('pay', 'second')], { version: '1.1.0' });

/** The clock of a machine that is wrong by so much. */
function off(ms: number): Clock {
  return { now: () => Date.now() + ms, after: new MovableClock().after };
}

/** A server on a database whose machine's clock is wrong by so much. */
async function server(url: string, ms: number) {
  const database = await openDatabase(url, '/');
  const clock = databaseClock(off(ms));
  const store = createStore(database, clock);
  onTestFinished(() => store.close());
  await clock.follow(() => store.health.time());
  let id = 0;
  const control = { ids: { run: () => `run-${ms}-${++id}`, random: () => `id-${ms}-${++id}` } };
  const as = (actor: string, idempotencyKey?: () => string): Promise<Client> =>
    WAYS[0]![1](planeIn({ store, clock }, { control }), { actor, idempotencyKey });
  return { store, clock, as };
}

/** Two servers of one database, each five minutes beside the database's clock. */
async function apart() {
  const url = await postgresDatabase();
  return Promise.all([server(url, APART), server(url, -APART)]);
}

describe('two servers with clocks that are ten minutes apart', () => {
  it('agree on how long a lock lasts', async () => {
    const [early, late] = await apart();
    for (const [mine, theirs] of [
      [early, late],
      [late, early],
    ] as const) {
      const [ada, bob] = [await mine.as('ada'), await theirs.as('bob')];
      const { lock } = await ada.call('PUT /environment/lock', { reason: 'moving', expires_in: MINUTE });
      expect(lock?.expires_at).toBeGreaterThan(Date.now());
      expect(lock?.expires_at).toBeLessThan(Date.now() + 2 * MINUTE);
      await expect(deploy(bob, one)).rejects.toEqual(code('ENVIRONMENT_LOCKED'));
      await ada.call('DELETE /environment/lock', {});
    }
  });

  it('agree on keys that live for minutes', async () => {
    const [early, late] = await apart();
    for (const [mine, theirs] of [
      [early, late],
      [late, early],
    ] as const) {
      const admin = await mine.as('ada');
      const name = `ci${mine === early ? 1 : 2}`;
      const made = await admin.call('POST /keys', { name, scopes: ['deploy'], expires_in: 2 * MINUTE });
      const { keys } = await (await theirs.as('bob')).call('GET /keys', {});
      expect(keys.find(({ id }) => id === made.id)).toMatchObject({ state: 'live' });
      expect(Math.abs(Number(made.expires_at) - Date.now() - 2 * MINUTE)).toBeLessThan(MINUTE);
      expect(Math.abs(made.created_at - Date.now())).toBeLessThan(MINUTE);
      const both = { name: 'other', scopes: ['deploy' as const], expires_in: MINUTE, expires_at: Date.now() + MINUTE };
      await expect(admin.call('POST /keys', both)).rejects.toEqual(code('REQUEST_INVALID', 'found both'));
    }
  });

  it('take each other’s plans, answer calls that the other one was asked first, and make one history', async () => {
    const [early, late] = await apart();
    const plan = await planned(await late.as('ada'), one);
    const [first, second] = await Promise.all([early, late].map((each) => each.as('ada', () => 'the same')));
    const input = { plan: plan.id ?? '' };
    const done = await first!.call('POST /deployments', input);
    expect(await second!.call('POST /deployments', input)).toEqual(done);
    await deploy(await late.as('bob'), two);
    await deploy(await early.as('eve'), one);
    const log = (
      await late.store.deployments.list({ environment: 'staging', project: 'shop' }, { limit: 9 })
    ).reverse();
    expect(log.map(({ number, base, actor }) => [number, base, actor])).toEqual([
      [1, 0, 'ada'],
      [2, 1, 'bob'],
      [3, 2, 'eve'],
    ]);
    for (const { at } of log) expect(Math.abs(at - Date.now())).toBeLessThan(MINUTE);
    expect(await early.store.audit.verify()).toEqual({ rows: 3, broken: null });
  });
});

it('a store over PostgreSQL goes by its clock, one over a file by that of the machine', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - APART });
  onTestFinished(() => void vi.useRealTimers());
  const store = await openStore(await postgresDatabase(), { folder: '/', migrate: false });
  onTestFinished(() => store.close());
  expect(Math.abs(store.clock.now() - Date.now() - APART)).toBeLessThan(MINUTE);
  const file = await openStore('sqlite::memory:', { folder: '/', migrate: true });
  onTestFinished(() => file.close());
  expect(file.clock.now()).toBe(Date.now());
});

describe('the clock of a database', () => {
  it('is looked at once a minute, and when the machine’s was set back', async () => {
    const host = new MovableClock();
    const clock = databaseClock(host);
    let asked = 0;
    const ask = (ms: number) => clock.follow(async () => ++asked && host.now() + ms);
    await ask(APART);
    expect(clock.now() - host.now()).toBe(APART);
    host.advance(MINUTE - 1);
    await ask(0);
    expect([asked, clock.now() - host.now()]).toEqual([1, APART]);
    host.advance(1);
    await ask(2 * APART);
    expect([asked, clock.now() - host.now()]).toEqual([2, 2 * APART]);
    host.advance(-1);
    await ask(500);
    expect([asked, clock.now() - host.now()]).toEqual([3, 0]);
  });

  it('stays as it was known when the database is away, or answers late', async () => {
    const host = new MovableClock();
    const clock = databaseClock(host);
    await clock.follow(async () => host.now() - APART);
    host.advance(MINUTE);
    await clock.follow(async () => {
      throw new Error('away');
    });
    host.advance(MINUTE);
    await clock.follow(async () => {
      host.advance(1_001);
      return 0;
    });
    expect(clock.now() - host.now()).toBe(-APART);
  });
});

it.each([-APART, 0, APART])('a job whose clock is %d ms beside the server’s renews its key in time', async (ms) => {
  const [[, open]] = databases() as [ReturnType<typeof databases>[number]];
  const { issuer, claims, clock, app, store } = await trusting(open);
  const transport = async (request: Request): Promise<Response> => app.fetch(request);
  const here = { now: () => clock.now() + ms };
  const options = { url: 'http://server', environment: 'staging', transport, clock: here };
  const token = await issuer.sign(claims());
  const key = jobKey({ from: 'FM_ID_TOKEN', token }, options);
  const first = await key();
  clock.advance(9 * MINUTE - 1);
  expect(await key()).toBe(first);
  clock.advance(1);
  // The token itself has expired by then: whoever asks for another key is told so, instead of using the old one.
  await expect(key()).rejects.toEqual(code('OIDC_REFUSED', 'expired'));
  expect(await store.keys.list('staging')).toHaveLength(1);
});
