import { expect, it } from 'vitest';
import { effects, type Open } from '../open.ts';
import { effect } from '../world.ts';

export function cancellationContract(open: Open): void {
  /** `work` in a try list, `tidy` in its finally list, `after` behind both. */
  const guarded = (url: string, work: object) => ({
    name: 'guarded',
    stages: [
      { id: 'guard', component: 'trycatch', config: { try_stages: ['first', 'work'], finally_stages: ['tidy'] } },
      effect('first', url),
      { ...effect('work', url, 'first'), ...work },
      effect('tidy', url),
      effect('after', url, 'guard'),
      effect('beside', url, 'first-of-all'),
      effect('first-of-all', url),
    ],
  });

  it('a run that has not begun, and executes nothing of it', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    await world.deploy([guarded(url, {})]);
    const run = await world.start('guarded');
    expect(await world.store.runs.cancel(run)).toEqual({ status: 'cancelled' });
    expect(await world.execute(run)).toEqual({ kind: 'nothing' });
    expect(server.calls).toEqual([]);
  });

  it('a running one, whose finally stages still run', async () => {
    const { world, another } = await open();
    const { server, url } = await effects();
    await world.deploy([guarded(url, {})]);
    const run = await world.start('guarded');
    server.hold('work');
    const executing = world.execute(run);
    await server.asked('work');
    expect(await (await another()).store.runs.cancel(run)).toEqual({ status: 'running' });
    expect(await executing).toMatchObject({ kind: 'ended', outcome: { status: 'cancelled' } });
    expect([server.attempts('tidy'), server.attempts('after')]).toEqual([1, 0]);
    expect(await world.row(run)).toMatchObject({ status: 'cancelled', error: { code: 'run_cancelled' } });
  });

  it('a waiting one, whose finally stages still run and nothing else', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    await world.deploy([guarded(url, { component: 'signal', config: { name: 'go' } })]);
    const run = await world.start('guarded');
    expect(await world.execute(run)).toMatchObject({ kind: 'waiting' });
    const before = server.calls.length;
    expect(await world.store.runs.cancel(run)).toEqual({ status: 'queued', segment: 2 });
    expect(await world.execute(run)).toMatchObject({ kind: 'ended', outcome: { status: 'cancelled' } });
    expect(server.calls.slice(before).map(({ name }) => name)).toEqual(['tidy']);
    expect(await world.row(run)).toMatchObject({ status: 'cancelled' });
  });

  it('one whose worker died before it noticed', async () => {
    const { world, another } = await open();
    const { server, url } = await effects();
    await world.deploy([guarded(url, {})]);
    const run = await world.start('guarded');
    server.hold('work');
    const dead = await another({ interruptsEvery: 3_600_000 });
    const executing = dead.execute(run);
    await server.asked('work');
    await world.store.runs.cancel(run);
    expect(await world.execute(run)).toMatchObject({ kind: 'ended', outcome: { status: 'cancelled' } });
    expect([server.attempts('work'), server.attempts('tidy')]).toEqual([1, 1]);
    server.release('work');
    expect(await executing).toEqual({ kind: 'superseded' });
    expect(server.attempts('after')).toBe(0);
  });

  it('one that is cancelled while it falls asleep', async () => {
    const { world } = await open({ interruptsEvery: 3_600_000 });
    const { server, url } = await effects();
    const ask = { id: 'ask', component: 'signal', config: { name: 'go' } };
    await world.deploy([{ name: 'both', stages: [ask, effect('slow', url)] }]);
    const run = await world.start('both');
    server.hold('slow');
    const executing = world.execute(run);
    await server.asked('slow');
    await world.store.runs.cancel(run);
    server.release('slow');
    expect(await executing).toMatchObject({ kind: 'ended', outcome: { status: 'cancelled' } });
  });
}
