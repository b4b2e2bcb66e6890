import { expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { epoch, FAILED, newRun, SUCCEEDED } from '../samples.ts';
import { code, type OpenWorld } from '../world.ts';

const fits = (): undefined => undefined;

export function signalContract(open: OpenWorld): void {
  async function waiting(names: readonly string[] = ['approve']) {
    const world = await open();
    await world.store.runs.create(newRun('a'));
    await world.store.runs.claim('a', epoch(1));
    const waits = names.map((signal) => ({ path: `ask-${signal}`, signal }));
    expect(await world.store.runs.park('a', epoch(1), waits)).toBe('parked');
    const send = (data: Json, name = 'approve', run = 'a') =>
      world.store.signals.send({ run, name, data, actor: 'ada' });
    return { ...world, send };
  }

  it('wakes the run that waits for it', async () => {
    const { store, send } = await waiting();
    expect(await send({ early: true }, 'other')).toEqual({});
    expect(await store.runs.get('a')).toMatchObject({ status: 'waiting' });
    expect(await send({ ok: true })).toEqual({ segment: 2 });
    await store.runs.claim('a', epoch(2));
    expect(await store.signals.take('a', 'approve', 'ask-approve', fits)).toEqual({ data: { ok: true } });
    expect(await store.signals.take('a', 'other', 'later', fits)).toEqual({ data: { early: true } });
  });

  it('that came early keeps the run from falling asleep', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a'));
    await store.signals.send({ run: 'a', name: 'approve', data: null, actor: 'ada' });
    await store.runs.claim('a', epoch(1));
    expect(await store.runs.park('a', epoch(1), [{ path: 'ask', signal: 'approve' }])).toBe('signalled');
    expect(await store.runs.get('a')).toMatchObject({ status: 'running' });
    expect(await store.signals.take('a', 'approve', 'ask', fits)).toEqual({ data: null });
    expect(await store.runs.park('a', epoch(1), [{ path: 'ask2', signal: 'approve' }])).toBe('parked');
  });

  it('is never lost between the look for it and falling asleep', async () => {
    const { store } = await open();
    for (let i = 0; i < 12; i++) {
      const id = `run${i}`;
      await store.runs.create(newRun(id));
      await store.runs.claim(id, epoch(1));
      const [parked, sent] = await Promise.all([
        store.runs.park(id, epoch(1), [{ path: 'ask', signal: 'approve' }]),
        store.signals.send({ run: id, name: 'approve', data: i, actor: 'ada' }),
      ]);
      expect([parked, sent]).toEqual(parked === 'parked' ? ['parked', { segment: 2 }] : ['signalled', {}]);
    }
  });

  it('is refused when it comes too late', async () => {
    const { store, send } = await waiting();
    await send(1);
    await expect(send(2)).rejects.toEqual(code('SIGNAL_LATE', 'already'));
    await store.runs.claim('a', epoch(2));
    await store.signals.take('a', 'approve', 'ask-approve', fits);
    await expect(send(3)).rejects.toEqual(code('SIGNAL_LATE', 'answered before'));
    await store.runs.park('a', epoch(2), [{ path: 'again', signal: 'approve' }]);
    expect(await send(4)).toEqual({ segment: 3 });
    await store.runs.claim('a', epoch(3));
    await store.runs.finish('a', epoch(3), SUCCEEDED);
    await expect(send(5)).rejects.toEqual(code('SIGNAL_LATE', 'ended'));
    await expect(send(6, 'approve', 'unknown')).rejects.toEqual(code('NOT_FOUND'));
    expect((await store.signals.list('a')).map(({ data }) => data)).toEqual([1, 4]);
  });

  it('is given to a stage again after a crash, and to no other', async () => {
    const { store, send } = await waiting();
    await send({ ok: true });
    await store.runs.claim('a', epoch(2));
    expect(await store.signals.take('a', 'approve', 'ask', fits)).toEqual({ data: { ok: true } });
    expect(await store.signals.take('a', 'approve', 'another', fits)).toBeUndefined();
    expect(await store.signals.take('a', 'approve', 'ask', fits)).toEqual({ data: { ok: true } });
  });

  it('is asked for again when the data does not fit, or the stage runs again', async () => {
    const { store, send } = await waiting();
    await send('wrong');
    await store.runs.claim('a', epoch(2));
    expect(await store.signals.take('a', 'approve', 'ask', () => 'not an object')).toBeUndefined();
    expect(await store.signals.list('a')).toMatchObject([{ refused: 'not an object', taken_by: null }]);
    await send({ ok: true });
    expect(await store.signals.take('a', 'approve', 'ask', fits)).toEqual({ data: { ok: true } });
    await store.runs.finish('a', epoch(2), FAILED);
    await store.runs.resume('a', { epoch: epoch(2), entries: [], paths: ['ask'] });
    await store.runs.claim('a', epoch(3));
    expect(await store.signals.take('a', 'approve', 'ask', fits)).toBeUndefined();
    expect(await send({ ok: false })).toEqual({});
  });

  it('is kept masked once a stage has looked at it', async () => {
    const { store, send } = await waiting();
    const mask = (data: Json): Json => (typeof data === 'string' ? data.replaceAll('hunter22', '***') : data);
    await send('bad hunter22');
    await store.runs.claim('a', epoch(2));
    await store.signals.take('a', 'approve', 'ask', () => 'hunter22 is wrong', mask);
    await send('good hunter22');
    expect(await store.signals.take('a', 'approve', 'ask', fits, mask)).toEqual({ data: 'good ***' });
    expect(await store.signals.list('a')).toMatchObject([
      { data: 'bad ***', refused: '*** is wrong' },
      { data: 'good ***', taken_by: 'ask' },
    ]);
  });

  it('gives a slot back at the end of a run whose key was not known before', async () => {
    const { store, database } = await open();
    await store.runs.create(newRun('a'));
    await store.runs.claim('a', epoch(1));
    await store.slots.take('a', { environment: 'production', pipeline: 'pay', key: '7' }, 1);
    expect(await store.runs.get('a')).toMatchObject({ concurrency_key: '7' });
    await store.runs.finish('a', epoch(1), SUCCEEDED);
    expect(await database.db.select().from(database.dialect.tables.slots)).toEqual([]);
  });

  it('gives as many slots as there are, to whoever comes first', async () => {
    const { store } = await open();
    const group = { environment: 'production', pipeline: 'pay', key: '"eu"' };
    const ids = Array.from({ length: 12 }, (_, i) => `run${i}`);
    for (const id of ids) {
      await store.runs.create(newRun(id, { concurrency_key: '"eu"' }));
      await store.runs.claim(id, epoch(1));
    }
    const taken = await Promise.all(ids.map((id) => store.slots.take(id, group, 3)));
    const holders = ids.filter((_, i) => taken[i]);
    expect(holders).toHaveLength(3);
    expect(await store.slots.take(holders[0] ?? '', group, 3)).toBe(true);
    await expect(store.slots.take(holders[0] ?? '', { ...group, key: '"us"' }, 3)).rejects.toEqual(
      code('ALREADY_EXISTS'),
    );
    const others = ids.filter((id) => !holders.includes(id));
    expect(await store.slots.take(others[0] ?? '', group, 3)).toBe(false);
    // The end of a run frees its place, and so does a run that ended without doing so.
    await store.runs.finish(holders[0] ?? '', epoch(1), SUCCEEDED);
    expect(await store.slots.take(others[0] ?? '', group, 3)).toBe(true);
    expect(await store.slots.free(holders[1] ?? '')).toBe(true);
    expect(await store.slots.free(holders[1] ?? '')).toBe(false);
    expect(await store.slots.take(others[1] ?? '', group, 3)).toBe(true);
  });
}
