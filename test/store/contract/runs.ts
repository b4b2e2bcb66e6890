import { expect, it } from 'vitest';
import { epoch, FAILED, LOG, newRun, release, SUCCEEDED, stored } from '../samples.ts';
import { code, type OpenWorld, START } from '../world.ts';

export function runContract(open: OpenWorld): void {
  it('is counted by its state', async () => {
    const { store } = await open();
    expect(await store.runs.counts()).toEqual({});
    for (const id of ['a', 'b', 'c']) await store.runs.create(newRun(id));
    await store.runs.claim('a', epoch(1));
    expect(await store.runs.counts()).toEqual({ queued: 2, running: 1 });
  });

  it('is accepted, claimed, and ended', async () => {
    const { store, clock } = await open();
    const accepted = await store.runs.create(newRun('a', { priority: 3, trigger: 'nightly', concurrency_key: '"x"' }));
    expect(accepted).toMatchObject({
      status: 'queued',
      accepted_at: START,
      started_at: null,
      priority: 3,
      trigger: 'nightly',
    });
    expect(await store.runs.get('a')).toEqual(accepted);
    clock.advance(10);
    expect(await store.runs.claim('a', epoch(1))).toMatchObject({ status: 'running', started_at: START + 10 });
    clock.advance(10);
    const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3, cost_usd: 0.5 };
    await store.runs.finish('a', epoch(1), { ...SUCCEEDED, usage });
    expect(await store.runs.get('a')).toMatchObject({
      status: 'succeeded',
      result: { ok: true },
      usage,
      started_at: START + 10,
      finished_at: START + 20,
    });
    await expect(store.runs.create(newRun('a'))).rejects.toEqual(code('ALREADY_EXISTS'));
    expect(await store.runs.get('b')).toBeUndefined();
  });

  it('keeps its input as it was, whatever JSON it is', async () => {
    const { store } = await open();
    const inputs = [
      null,
      true,
      0.1,
      -0.5,
      1e21,
      '',
      '\u0000\ud800',
      [],
      { z: 1, a: { y: [1, null], b: {} } },
      { ['__proto__']: 1 },
    ];
    for (const [i, input] of inputs.entries()) {
      await store.runs.create(newRun(`r${i}`, { input }));
      const found = await store.runs.get(`r${i}`);
      expect(JSON.stringify(found?.input)).toBe(JSON.stringify(input));
    }
  });

  it('is claimed by whoever comes with the latest epoch', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a'));
    expect(await store.runs.claim('unknown', epoch(1))).toBeUndefined();
    expect(await store.runs.claim('a', epoch(1, 1))).toMatchObject({ status: 'running' });
    // The first try was late, and its worker must not begin.
    expect(await store.runs.claim('a', epoch(1, 0))).toBeUndefined();
    expect(await store.runs.claim('a', epoch(1, 2))).toMatchObject({ status: 'running' });
    for (const write of [
      () => store.runs.finish('a', epoch(1, 1), SUCCEEDED),
      () => store.runs.park('a', epoch(1, 1), []),
      () => store.runs.putBack('a', epoch(1, 1)),
    ]) {
      await expect(write()).rejects.toEqual(
        expect.objectContaining({ code: 'RUN_SUPERSEDED', details: { status: 'running', epoch: epoch(1, 2) } }),
      );
    }
    await store.runs.finish('a', epoch(1, 2), FAILED);
    expect(await store.runs.claim('a', epoch(1, 3))).toBeUndefined();
    await expect(store.runs.finish('a', epoch(1, 2), SUCCEEDED)).rejects.toEqual(code('RUN_SUPERSEDED', 'failed'));
    await expect(store.runs.finish('unknown', epoch(1), SUCCEEDED)).rejects.toEqual(code('NOT_FOUND'));
    expect(await store.runs.get('a')).toMatchObject({ status: 'failed', error: FAILED.error });
  });

  it('is claimed by one of many that try the same epoch range', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a'));
    const claims = await Promise.all(Array.from({ length: 20 }, (_, retry) => store.runs.claim('a', epoch(1, retry))));
    // Whoever was first may be overtaken, but the last epoch has it.
    expect(claims[19]).toMatchObject({ status: 'running' });
    await expect(store.runs.finish('a', epoch(1, 18), SUCCEEDED)).rejects.toEqual(code('RUN_SUPERSEDED'));
    await store.runs.finish('a', epoch(1, 19), SUCCEEDED);
  });

  it('is claimed by one of many that come with the same epoch', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a'));
    const claims = await Promise.all(Array.from({ length: 8 }, () => store.runs.claim('a', epoch(1))));
    expect(claims.filter(Boolean)).toHaveLength(1);
    // Put back it is free again for the very same epoch.
    await store.runs.putBack('a', epoch(1));
    expect(await store.runs.claim('a', epoch(1))).toMatchObject({ status: 'running' });
  });

  it('has not started when it is put back before anything of it was executed', async () => {
    const { store, clock } = await open();
    await store.runs.create(newRun('a'));
    await store.runs.claim('a', epoch(1));
    await store.runs.putBack('a', epoch(1), { begun: false });
    expect(await store.runs.get('a')).toMatchObject({ status: 'queued', started_at: null });
    clock.advance(7);
    expect(await store.runs.claim('a', epoch(1, 1))).toMatchObject({ started_at: START + 7 });
    await store.runs.putBack('a', epoch(1, 1));
    expect(await store.runs.get('a')).toMatchObject({ status: 'queued', started_at: START + 7 });
  });

  it('is masked by who executes it, and by nobody else', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a', { input: { key: 'hunter22' } }));
    const masked = { input: { key: '***' }, vars: { region: '***' } };
    await expect(store.runs.mask('a', epoch(1), masked)).rejects.toEqual(code('RUN_SUPERSEDED'));
    await store.runs.claim('a', epoch(1));
    await store.runs.mask('a', epoch(1), masked);
    expect(await store.runs.get('a')).toMatchObject(masked);
  });

  it('is found by its state, page by page', async () => {
    const { store } = await open();
    for (const id of ['c', 'a', 'b', 'd']) await store.runs.create(newRun(id));
    for (const id of ['a', 'b', 'c']) await store.runs.claim(id, epoch(1));
    await store.runs.park('b', epoch(1), [{ path: 'nap', until: 9 }]);
    const ids = async (after?: string) =>
      (await store.runs.inState('running', { after, limit: 1 })).map(({ id }) => id);
    expect([await ids(), await ids('a'), await ids('c')]).toEqual([['a'], ['c'], []]);
    expect(await store.runs.inState('waiting', { limit: 9 })).toMatchObject([
      { id: 'b', waiting: [{ path: 'nap', until: 9 }] },
    ]);
  });

  it('keeps its idempotency keys when it is resumed where it failed, and numbers its entries on', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a'));
    for (const segment of [1, 2, 3]) {
      await store.runs.claim('a', epoch(segment));
      const { next } = await store.journal.load('a');
      expect(next).toBe(segment);
      await store.journal.record('a', epoch(segment), next, [{ kind: 'start', path: 'pay', started_at: 1 }]);
      await store.runs.finish('a', epoch(segment), FAILED);
      await store.runs.resume('a', { epoch: epoch(segment), entries: [next], paths: [], repeats: false });
      expect(await store.runs.get('a')).toMatchObject({ repetition: 0 });
    }
  });

  it('is put back by a worker that cannot execute it', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a'));
    await store.runs.claim('a', epoch(1));
    await store.runs.putBack('a', epoch(1));
    expect(await store.runs.get('a')).toMatchObject({ status: 'queued' });
    expect(await store.runs.claim('a', epoch(1, 1))).toMatchObject({ status: 'running' });
  });

  it('waits without a worker and goes on in another segment', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a'));
    expect(await store.runs.wake('a')).toBeUndefined();
    await store.runs.claim('a', epoch(1));
    const waiting = [{ path: 'nap', until: START + 1000 }];
    expect(await store.runs.park('a', epoch(1), waiting)).toBe('parked');
    expect(await store.runs.get('a')).toMatchObject({ status: 'waiting', waiting });
    expect(await store.runs.claim('a', epoch(1, 1))).toBeUndefined();
    expect(await Promise.all([store.runs.wake('a'), store.runs.wake('a')])).toEqual(
      expect.arrayContaining([{ segment: 2 }, undefined]),
    );
    expect(await store.runs.get('a')).toMatchObject({ status: 'queued', waiting: null });
    // The old segment's job comes late.
    expect(await store.runs.claim('a', epoch(1, 5))).toBeUndefined();
    expect(await store.runs.claim('a', epoch(2))).toMatchObject({ status: 'running' });
  });

  it('is cancelled: at once before it began, else by whoever executes it', async () => {
    const { store, clock } = await open();
    for (const id of ['new', 'running', 'waiting', 'ended']) await store.runs.create(newRun(id));
    clock.advance(5);
    expect(await store.runs.cancel('new')).toEqual({ status: 'cancelled' });
    expect(await store.runs.get('new')).toMatchObject({ status: 'cancelled', finished_at: START + 5 });
    expect(await store.runs.claim('new', epoch(1))).toBeUndefined();

    await store.runs.claim('running', epoch(1));
    const held = [
      { id: 'running', epoch: epoch(1) },
      { id: 'new', epoch: epoch(1) },
    ];
    expect(await store.runs.interrupted([{ id: 'running', epoch: epoch(1) }])).toEqual([]);
    expect(await store.runs.cancel('running')).toEqual({ status: 'running' });
    expect(await store.runs.interrupted(held)).toEqual([
      { id: 'running', epoch: epoch(1), why: 'cancelled' },
      { id: 'new', epoch: epoch(1), why: 'superseded' },
    ]);
    // It must not fall asleep any more, and its worker may still record `finally` stages.
    expect(await store.runs.park('running', epoch(1), [])).toBe('signalled');
    await store.journal.record('running', epoch(1), 1, [{ kind: 'start', path: 'tidy', started_at: 1 }]);
    await store.runs.finish('running', epoch(1), { ...FAILED, status: 'cancelled' });
    expect(await store.runs.cancel('running')).toEqual({ status: 'cancelled' });

    await store.runs.claim('waiting', epoch(1));
    await store.runs.park('waiting', epoch(1), [{ path: 'ask', signal: 'approve' }]);
    expect(await store.runs.cancel('waiting')).toEqual({ status: 'queued', segment: 2 });
    expect(await store.runs.claim('waiting', epoch(2))).toMatchObject({ cancel_requested_at: START + 5 });
    await expect(store.runs.cancel('unknown')).rejects.toEqual(code('NOT_FOUND'));
  });

  it('is resumed when it has ended, without what counts no more', async () => {
    const { store } = await open();
    await store.runs.create(newRun('a'));
    await store.runs.claim('a', epoch(1));
    const entries = ['fetch', 'pay', 'ship'].map((path) => ({ kind: 'start', path, started_at: 1 }) as const);
    await store.journal.record('a', epoch(1), 1, entries);
    const rewind = { epoch: epoch(1), entries: [2, 3], paths: ['ask'] };
    await expect(store.runs.resume('a', rewind)).rejects.toEqual(code('RUN_BUSY', 'running'));
    await store.runs.finish('a', epoch(1), FAILED);
    await expect(store.runs.resume('a', { ...rewind, epoch: epoch(1, 9) })).rejects.toEqual(code('CHANGED_MEANWHILE'));
    expect(await store.runs.resume('a', rewind)).toEqual({ segment: 2 });
    expect(await store.runs.get('a')).toMatchObject({
      status: 'queued',
      repetition: 1,
      error: null,
      finished_at: null,
    });
    expect((await store.journal.load('a')).entries.map(({ seq, entry }) => [seq, entry.path])).toEqual([[1, 'fetch']]);
    await expect(store.runs.resume('a', rewind)).rejects.toEqual(code('RUN_BUSY', 'queued'));
    await expect(store.runs.resume('unknown', rewind)).rejects.toEqual(code('NOT_FOUND'));
  });

  it('keeps what it recorded in every repetition', async () => {
    const { store, database } = await open();
    await store.runs.create(newRun('a'));
    for (const segment of [1, 2, 3]) {
      await store.runs.claim('a', epoch(segment));
      await store.journal.record('a', epoch(segment), 1, [{ kind: 'start', path: 'pay', started_at: segment }]);
      await store.runs.finish('a', epoch(segment), FAILED);
      await store.runs.resume('a', { epoch: epoch(segment), entries: [1], paths: [] });
    }
    const { journalHistory } = database.dialect.tables;
    const rows = await database.db.select().from(journalHistory).orderBy(journalHistory.repetition);
    expect(rows.map(({ repetition, entry }) => [repetition, entry])).toEqual(
      [1, 2, 3].map((n) => [n, { kind: 'start', path: 'pay', started_at: n }]),
    );
  });

  it('is listed from the newest on, by filter and page', async () => {
    const { store, clock } = await open();
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await store.runs.create(newRun(id, { pipeline: id < 'd' ? 'pay' : 'ship', release: id === 'a' ? 'r0' : 'r1' }));
      // Two were accepted in the same millisecond.
      if (id !== 'b') clock.advance(1);
    }
    await store.runs.claim('b', epoch(1));
    const ids = async (filter: object) => {
      const { runs } = await store.runs.list({ environment: 'production', ...filter }, { limit: 10 });
      return runs.map(({ id }) => id);
    };
    expect(await ids({})).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(await ids({ pipeline: 'ship' })).toEqual(['e', 'd']);
    expect(await ids({ status: ['running', 'waiting'] })).toEqual(['b']);
    expect(await ids({ release: 'r0', project: 'shop' })).toEqual(['a']);
    expect(await ids({ environment: 'staging' })).toEqual([]);
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.runs.list({ environment: 'production' }, { after, limit: 2 });
      found.push(...page.runs.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(found).toEqual(['e', 'd', 'c', 'b', 'a']);
    await expect(store.runs.list({ environment: 'production' }, { after: 'x', limit: 2 })).rejects.toEqual(
      code('USAGE'),
    );
  });

  it('is found by who looks for queued runs without a job', async () => {
    const { store, clock } = await open();
    for (const id of ['a', 'b', 'c']) {
      await store.runs.create(newRun(id));
      clock.advance(1000);
    }
    await store.runs.claim('b', epoch(1));
    await store.runs.park('b', epoch(1), []);
    await store.runs.wake('b');
    expect(await store.runs.queued(START + 2000, 10)).toEqual([
      { id: 'a', segment: 1, retry: 0, priority: 0, accepted_at: START },
      { id: 'b', segment: 2, retry: 0, priority: 0, accepted_at: START + 1000 },
    ]);
  });

  it('tells which have not ended, by release', async () => {
    const { store } = await open();
    await stored(store, release('r1'), release('r2', ['pay'], { version: '2.0.0' }));
    for (const id of ['a', 'b', 'c']) await store.runs.create(newRun(id));
    await store.runs.create(newRun('d', { release: 'r2', version: '2.0.0' }));
    await store.runs.create(newRun('e', { project: 'other' }));
    await store.runs.create(newRun('f', { environment: 'staging' }));
    await store.runs.claim('a', epoch(1));
    await store.runs.finish('a', epoch(1), SUCCEEDED);
    await store.runs.claim('b', epoch(1));
    expect(await store.runs.inFlight(LOG.environment, LOG.project)).toEqual([
      { release: 'r1', version: '1.0.0', runs: 2 },
      { release: 'r2', version: '2.0.0', runs: 1 },
    ]);
  });
}
