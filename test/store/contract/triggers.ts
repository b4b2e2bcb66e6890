import { expect, it } from 'vitest';
import type { NewTrigger, TriggerName } from '../../../src/store/triggers.ts';
import { code, type OpenWorld, START } from '../world.ts';

const NIGHTLY: NewTrigger = {
  pipeline: 'pay',
  id: 'nightly',
  type: 'schedule',
  definition: { cron: '0 1 * * *' },
  path: null,
  next_at: START + 100,
};
const HOOK: NewTrigger = {
  pipeline: 'pay',
  id: 'hook',
  type: 'webhook',
  definition: {},
  path: 'secret/orders',
  next_at: null,
};
const PLACE = { environment: 'production', project: 'shop', pipeline: 'pay' };
const NAME: TriggerName = { ...PLACE, id: 'nightly' };

export function triggerContract(open: OpenWorld): void {
  async function deployed(...list: NewTrigger[]) {
    const world = await open();
    const { triggers } = world.store;
    const replace = (...next: NewTrigger[]) => triggers.replace('production', 'shop', next);
    await replace(...list);
    return { ...world, triggers, replace };
  }

  it('are found by their time and by their path, in their environment', async () => {
    const { triggers } = await deployed(NIGHTLY, HOOK);
    expect(await triggers.atPath('production', 'secret/orders')).toMatchObject({ id: 'hook', paused: false });
    expect(await triggers.atPath('staging', 'secret/orders')).toBeUndefined();
    expect(await triggers.nextDue('production')).toBe(START + 100);
    expect(await triggers.nextDue('staging')).toBeUndefined();
    expect(await triggers.due('production', START + 99, 10)).toEqual([]);
    expect(await triggers.due('staging', START + 100, 10)).toEqual([]);
    expect(await triggers.due('production', START + 100, 10)).toMatchObject([{ id: 'nightly' }]);
    expect(await triggers.find('production', 'nightly')).toHaveLength(1);
    expect(await triggers.find('production', 'nightly', 'ship')).toEqual([]);
  });

  it('give a time to one of those who want to fire it', async () => {
    const { triggers } = await deployed(NIGHTLY);
    const taken = await Promise.all([1, 2, 3].map(() => triggers.take(NAME, START + 100, START + 200)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await triggers.nextDue('production')).toBe(START + 200);
  });

  it('that are paused are not due and give no time, whatever is deployed', async () => {
    const { triggers, replace } = await deployed(NIGHTLY);
    expect([await triggers.pause(NAME), await triggers.pause(NAME)]).toEqual([true, false]);
    await replace({ ...NIGHTLY, next_at: START + 50 });
    expect(await triggers.due('production', START + 300, 10)).toEqual([]);
    expect(await triggers.nextDue('production')).toBeUndefined();
    expect(await triggers.take(NAME, START + 50, START + 300)).toBe(false);
    expect([await triggers.resume(NAME, START + 700), await triggers.resume(NAME, START + 900)]).toEqual([true, false]);
    expect(await triggers.nextDue('production')).toBe(START + 700);
  });

  it('that a release does not have are kept, for when they come back', async () => {
    const { triggers, replace } = await deployed(NIGHTLY, HOOK);
    await triggers.pause({ ...PLACE, id: 'hook' });
    await replace(NIGHTLY);
    expect(await triggers.list('production')).toMatchObject([{ id: 'nightly' }]);
    expect(await triggers.atPath('production', 'secret/orders')).toBeUndefined();
    expect(await triggers.hold('production', 'shop')).toMatchObject([
      { id: 'hook', active: false, paused: true, path: 'secret/orders' },
      { id: 'nightly', active: true },
    ]);
    await replace();
    expect(await triggers.take(NAME, START + 100, START + 200)).toBe(false);
    await replace(HOOK);
    expect(await triggers.atPath('production', 'secret/orders')).toMatchObject({ paused: true });
  });

  it('never share a path, whoever has it', async () => {
    const { triggers } = await deployed(HOOK);
    await expect(triggers.replace('production', 'other', [{ ...HOOK, pipeline: 'ship' }])).rejects.toEqual(
      code('ALREADY_EXISTS'),
    );
    expect(await triggers.list('production')).toHaveLength(1);
  });

  it('keep what came of the last time, and failures among many successes', async () => {
    const { triggers, clock } = await deployed(HOOK);
    const name = { ...PLACE, id: 'hook' };
    const last = async () => (await triggers.find('production', 'hook'))[0]?.last;
    const done = (run_id: string) => ({ scheduled_at: null, run_id, error: null });
    await triggers.note(name, done('a'));
    await triggers.note(name, done('b'));
    expect(await last()).toMatchObject({ run_id: 'a' });
    const error = { code: 'VALIDATION', message: 'no' };
    await triggers.note(name, { scheduled_at: null, run_id: null, error });
    expect(await last()).toMatchObject({ run_id: null, error });
    clock.advance(1_001);
    await triggers.note(name, done('c'));
    expect(await last()).toMatchObject({ run_id: 'c', error: null });
  });

  it('start one run for a key, until it is forgotten', async () => {
    const { store, clock } = await open();
    const take = (run: string, ...keys: string[]) => {
      const list = keys.map((key) => ({ key, expires_at: clock.now() + 1_000 }));
      return store.transaction((tx) => tx.firings.take(NAME, list, run));
    };
    const all = await Promise.all(['a', 'b', 'c'].map((run) => take(run, 'k')));
    const [first] = all.filter((run) => run !== undefined);
    expect(all.filter((run) => run === undefined)).toHaveLength(1);
    expect(all.filter((run) => run === first)).toHaveLength(2);
    expect(await store.firings.find({ ...NAME, id: 'other' }, 'k')).toBeUndefined();
    // A key that comes with a known one is known from then on.
    expect(await take('d', 'new', 'k')).toBe(first);
    expect(await store.firings.find(NAME, 'new')).toBe(first);
    clock.advance(1_000);
    expect(await store.firings.find(NAME, 'k')).toBeUndefined();
    expect(await take('e', 'k')).toBeUndefined();
    expect(await store.firings.find(NAME, 'k')).toBe('e');
    expect(await store.firings.expire()).toBe(1);
    expect(await store.firings.find(NAME, 'k')).toBe('e');
  });

  it('let failed runs be told of by one at a time, until it has worked', async () => {
    const { store, clock } = await open();
    const calls = store.failureCalls;
    const call = { id: 'a/1', environment: 'production', run: 'a' };
    await calls.add(call);
    await calls.add(call);
    const taken = (await Promise.all([1, 2, 3].map(() => calls.take('production', 10)))).flat();
    expect(taken).toMatchObject([{ id: 'a/1', attempts: 1 }]);
    expect(await calls.take('staging', 10)).toEqual([]);
    // Who took it died: a minute later somebody else does, and the dead one's word does not count any more.
    clock.advance(60_000);
    const [again] = await calls.take('production', 10);
    expect(again).toMatchObject({ attempts: 2 });
    await calls.settle({ id: 'a/1', attempts: 1 }, { due_at: null, problem: null });
    expect(await calls.of('a')).toMatchObject([{ ended_at: null }]);
    await calls.settle({ id: 'a/1', attempts: 2 }, { due_at: clock.now() + 10, problem: 'it answered 500' });
    expect(await calls.nextDue('production')).toBe(clock.now() + 10);
    clock.advance(10);
    const [last] = await calls.take('production', 10);
    await calls.settle(last ?? { id: '', attempts: 0 }, { due_at: null, problem: null });
    expect(await calls.of('a')).toMatchObject([{ attempts: 3, ended_at: clock.now(), problem: null }]);
    expect(await calls.nextDue('production')).toBeUndefined();
    expect(await calls.expire(clock.now())).toBe(1);
  });
}
