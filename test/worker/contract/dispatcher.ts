import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/executor/types.ts';
import { lockHolder } from '../../../src/hosts/node/dispatcher/holder.ts';
import { tempFolder } from '../../setup/fm.ts';
import { effects, type Open } from '../open.ts';
import { effect, value } from '../world.ts';

export function dispatcherContract(open: Open): void {
  it('what is queued, by priority and then by age, as many at a time as there is room', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    const stages = [{ id: 'call', component: 'http-request', config: { url: `${url}/{{ input.n }}`, method: 'POST' } }];
    await world.deploy([{ name: 'call', stages }]);
    const started: string[] = [];
    for (const [n, priority] of [
      [1, 0],
      [2, 0],
      [3, 9],
      [4, 0],
    ]) {
      started.push(await world.start('call', { n: n ?? 0 }, { priority: priority ?? 0 }));
      world.clock.jump(10);
    }
    const dispatcher = world.dispatcher({ concurrency: 1 });
    const done = started.map((run) => dispatcher.until(run));
    await dispatcher.start();
    expect(await Promise.all(done)).toMatchObject(started.map(() => ({ kind: 'ended' })));
    expect(server.calls.map(({ name }) => name)).toEqual(['3', '1', '2', '4']);
    await dispatcher.close();
  });

  it('and lets a run be awaited and watched', async () => {
    const { world } = await open();
    await world.deploy([{ name: 'say', stages: [value('x', 1)] }]);
    const dispatcher = world.dispatcher({ sweeps: false });
    await dispatcher.start();
    const run = await world.start('say');
    const events: RunEvent[] = [];
    const stop = dispatcher.watch(run, (event) => events.push(event));
    const done = dispatcher.until(run);
    dispatcher.enqueue({ run, segment: 1, retry: 0 });
    expect(await done).toMatchObject({ kind: 'ended', outcome: { result: { result: 1 } } });
    stop();
    expect(events.map(({ type }) => type)).toContain('stage');
    await dispatcher.close();
  });

  it('parked runs when their time has come, also those of a process that is gone', async () => {
    const { world, another } = await open({ parkAfter: 1_000 });
    const nap = { id: 'nap', component: 'delay', config: { duration: '1h' } };
    await world.deploy([{ name: 'nap', stages: [nap] }]);
    const [mine, other] = [await world.start('nap'), await world.start('nap')];
    await (await another()).execute(other);
    const dispatcher = world.dispatcher();
    const parked = dispatcher.until(mine, { parked: true });
    const done = [mine, other].map((run) => dispatcher.until(run));
    await dispatcher.start();
    expect(await parked).toMatchObject({ kind: 'waiting' });
    world.clock.jump(3_600_001);
    expect(await Promise.all(done)).toMatchObject([{ kind: 'ended' }, { kind: 'ended' }]);
    await dispatcher.close();
  });

  it('those that found no place when another one ends', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'one', concurrency: { limit: 1 }, stages: [effect('one', url)] }]);
    const runs = [await world.start('one'), await world.start('one'), await world.start('one')];
    const dispatcher = world.dispatcher({ concurrency: 3 });
    const done = runs.map((run) => dispatcher.until(run));
    const queued = new Map(runs.map((run) => [run, 0]));
    for (const run of runs) {
      dispatcher.watch(run, (event) => {
        if (event.type === 'run' && event.status === 'queued') queued.set(run, (queued.get(run) ?? 0) + 1);
      });
    }
    server.hold('one');
    await dispatcher.start();
    await server.asked('one');
    server.release('one');
    expect(await Promise.all(done)).toMatchObject(runs.map(() => ({ kind: 'ended' })));
    expect(server.attempts('one')).toBe(3);
    // Each that has to wait is told of once.
    expect(Math.max(...queued.values())).toBe(1);
    await dispatcher.close();
  });

  it('one that wants the place of a run whose process is dead, where nobody goes on with that by himself', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'one', concurrency: { limit: 1 }, stages: [effect('one', url)] }]);
    const holder = lockHolder(tempFolder());
    const [dead, live, next] = [await world.start('one'), await world.start('one'), await world.start('one')];
    const group = { environment: world.environment, pipeline: 'one', key: '' };
    await world.store.runs.claim(dead, { segment: 1, retry: 0 });
    expect(await world.store.slots.take(dead, group, 1)).toBe(true);
    const dispatcher = world.dispatcher({ sweeps: false, holder });
    await dispatcher.start();
    server.hold('one');
    const done = [dispatcher.until(live), dispatcher.until(next), dispatcher.until(dead)];
    dispatcher.enqueue(await world.jobOf(live));
    await server.asked('one');
    // A place that a living process has is not given away.
    dispatcher.enqueue(await world.jobOf(next));
    dispatcher.enqueue(await world.jobOf(dead));
    await expect.poll(async () => (await world.row(dead)).status).toBe('queued');
    expect(server.attempts('one')).toBe(1);
    server.release('one');
    expect(await Promise.all(done)).toMatchObject([{ kind: 'ended' }, { kind: 'ended' }, { kind: 'ended' }]);
    expect(server.attempts('one')).toBe(3);
    await dispatcher.close();
  });

  it('a run whose processes die, until it was tried 25 times', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'one', stages: [effect('one', url)] }]);
    const holder = lockHolder(tempFolder());
    const [last, over] = [await world.start('one'), await world.start('one')];
    await world.store.runs.claim(last, { segment: 1, retry: 24 });
    await world.store.runs.claim(over, { segment: 1, retry: 25 });
    const dispatcher = world.dispatcher({ holder });
    const done = [dispatcher.until(last), dispatcher.until(over)];
    await dispatcher.start();
    expect(await Promise.all(done)).toMatchObject([
      { outcome: { status: 'succeeded' } },
      { outcome: { status: 'failed', error: { code: 'worker_lost', message: expect.stringContaining('26 times') } } },
    ]);
    expect(server.attempts('one')).toBe(1);
    await dispatcher.close();
  });

  it('the end of a run that is stopped while it waits for a place', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'one', concurrency: { limit: 1 }, stages: [effect('one', url)] }]);
    const [first, second] = [await world.start('one'), await world.start('one')];
    const dispatcher = world.dispatcher({ sweeps: false });
    const stop = new AbortController();
    const done = [dispatcher.until(first), dispatcher.until(second)];
    const waits = new Promise<void>((resolve) => {
      dispatcher.watch(second, (event) => event.type === 'run' && event.status === 'queued' && resolve());
    });
    server.hold('one');
    dispatcher.enqueue({ run: first, segment: 1, retry: 0 });
    await server.asked('one');
    dispatcher.enqueue({ run: second, segment: 1, retry: 0 }, { signal: stop.signal });
    await waits;
    stop.abort();
    expect(await done[1]).toMatchObject({ kind: 'ended', outcome: { status: 'cancelled' } });
    server.release('one');
    expect(await done[0]).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    expect(server.attempts('one')).toBe(1);
    await dispatcher.close();
  });

  it('a signal that is sent while the run falls asleep, at once', async () => {
    const { world } = await open();
    const ask = { id: 'ask', component: 'signal', config: { name: 'go' } };
    await world.deploy([{ name: 'ask', stages: [ask] }]);
    const dispatcher = world.dispatcher();
    await dispatcher.start();
    for (let i = 0; i < 10; i++) {
      const run = await world.start('ask');
      const done = dispatcher.until(run);
      const parked = dispatcher.until(run, { parked: true });
      dispatcher.enqueue({ run, segment: 1, retry: 0 });
      if (i % 2 === 0) await parked;
      const { segment } = await world.store.signals.send({ run, name: 'go', data: i, actor: 'ada' });
      if (segment !== undefined) dispatcher.enqueue({ run, segment, retry: 0 });
      expect(await done).toMatchObject({ kind: 'ended', outcome: { result: i } });
      expect((await parked).kind).toMatch(/waiting|ended/);
    }
    await dispatcher.close();
  });

  it('what a closed dispatcher has left, from where it was', async () => {
    const { world, another } = await open();
    const { server, url } = await effects();
    const config = { try_stages: ['b'], finally_stages: ['tidy'] };
    const guard = { id: 'guard', component: 'trycatch', config, depends_on: ['a'] };
    await world.deploy([{ name: 'chain', stages: [effect('a', url), guard, effect('b', url), effect('tidy', url)] }]);
    const run = await world.start('chain');
    const holder = lockHolder(tempFolder());
    server.hold('b');
    const first = world.dispatcher({ holder });
    const left = first.until(run);
    await first.start();
    await server.asked('b');
    await first.close();
    expect(await left).toEqual({ kind: 'drained' });
    expect(await world.row(run)).toMatchObject({ status: 'queued' });
    // It has not ended, so nothing is tidied up.
    expect(server.attempts('tidy')).toBe(0);
    server.release('b');
    const second = (await another()).dispatcher({ holder });
    const done = second.until(run);
    await second.start();
    expect(await done).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    expect(['a', 'b', 'tidy'].map((name) => [server.attempts(name), server.effects(name)])).toEqual([
      [1, 1],
      [2, 1],
      [1, 1],
    ]);
    await second.close();
  });

  it('nothing twice when two share a folder of locks', async () => {
    const { world, another } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'pay', stages: [effect('pay', url), effect('ship', url, 'pay')] }]);
    const runs: string[] = [];
    for (let i = 0; i < 8; i++) runs.push(await world.start('pay'));
    const holder = lockHolder(tempFolder());
    const both = [world, await another()].map((each) => each.dispatcher({ holder }));
    await Promise.all(both.map((dispatcher) => dispatcher.start()));
    await server.asked('ship', runs.length);
    await Promise.all(both.map((dispatcher) => dispatcher.close()));
    expect([server.attempts('pay'), server.effects('pay')]).toEqual([runs.length, runs.length]);
  });
}
