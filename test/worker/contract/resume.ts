import { expect, it } from 'vitest';
import { planJournalRewind } from '../../../src/core/rewind/plan-journal-rewind.ts';
import { unpackEpoch } from '../../../src/store/epoch.ts';
import { effects, type Open } from '../open.ts';
import { effect, type WorkerWorld } from '../world.ts';

/** As the control plane resumes a run. */
async function resume(world: WorkerWorld, run: string, ...from: string[]): Promise<void> {
  const { release, pipeline, epoch } = await world.row(run);
  const { plans } = await world.host.releases.get(release, pipeline);
  const { entries } = await world.store.journal.load(run);
  const rewind = planJournalRewind({ epoch: unpackEpoch(epoch), entries }, { main: pipeline, plans }, from);
  await world.store.runs.resume(run, rewind);
}

export function resumeContract(open: Open): void {
  const chain = (url: string) => ({
    name: 'chain',
    stages: [effect('a', url), effect('b', url, 'a'), effect('c', url, 'b'), effect('lonely', url)],
  });

  it('a failed run: what failed and what is behind it, under the same keys', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    await world.deploy([chain(url)]);
    const run = await world.start('chain');
    server.failing.add('b');
    expect(await world.execute(run)).toMatchObject({ outcome: { status: 'failed' } });
    server.failing.clear();
    await resume(world, run);
    expect(await world.execute(run)).toMatchObject({ outcome: { status: 'succeeded' } });
    expect(['a', 'b', 'c', 'lonely'].map((name) => server.attempts(name))).toEqual([1, 2, 1, 1]);
    expect(server.effects('b')).toBe(1);
    const { journalHistory } = world.database.dialect.tables;
    const history = await world.database.db.select().from(journalHistory);
    expect(history.map(({ path, kind }) => `${kind} ${path}`)).toEqual(['start b', 'end b']);
  });

  it('again and again', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    await world.deploy([chain(url)]);
    const run = await world.start('chain');
    server.failing.add('b');
    await world.execute(run);
    for (let i = 0; i < 3; i++) {
      await resume(world, run);
      expect(await world.execute(run)).toMatchObject({ outcome: { status: 'failed' } });
    }
    await resume(world, run, 'a');
    server.failing.clear();
    expect(await world.execute(run)).toMatchObject({ outcome: { status: 'succeeded' } });
    expect([server.attempts('a'), server.effects('a'), server.attempts('lonely')]).toEqual([2, 2, 1]);
  });

  it('from a stage in a loop of a subpipeline, under other keys', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    const child = {
      name: 'child',
      stages: [
        { id: 'each', component: 'foreach', config: { items: '{{ input.list }}', loop_stages: ['pay', 'ship'] } },
        effect('pay', url),
        effect('ship', url, 'pay'),
        effect('sum', url, 'each'),
      ],
    };
    const call = { id: 'call', component: 'subpipeline', config: { pipeline: 'child', input: { list: [1, 2] } } };
    await world.deploy([
      child,
      {
        name: 'parent',
        stages: [effect('start', url), { ...call, depends_on: ['start'] }, effect('last', url, 'call')],
      },
    ]);
    const run = await world.start('parent');
    expect(await world.execute(run)).toMatchObject({ outcome: { status: 'succeeded' } });
    await resume(world, run, 'call/each[1]/ship');
    expect(await world.execute(run)).toMatchObject({ outcome: { status: 'succeeded' } });
    const counts = ['start', 'pay', 'ship', 'sum', 'last'].map((name) => server.attempts(name));
    expect(counts).toEqual([1, 2, 3, 2, 2]);
    expect(server.calls.at(-1)?.key).toBe(`${run}/last/1`);
    await expect(resume(world, run, 'call/shipp')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a list that failed, and what is tried again sees nothing of the first time', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    const config = {
      try_stages: ['ready', 'work'],
      catch_stages: ['mend'],
      finally_stages: ['tidy'],
      error_scope: 'propagate',
    };
    const stages = [
      { id: 'guard', component: 'trycatch', config },
      effect('ready', url),
      effect('work', url, 'ready'),
      effect('mend', url),
      effect('tidy', url),
    ];
    await world.deploy([{ name: 'guarded', stages }]);
    const run = await world.start('guarded');
    server.failing.add('work');
    expect(await world.execute(run)).toMatchObject({ outcome: { status: 'failed' } });
    server.failing.clear();
    await resume(world, run);
    expect(await world.execute(run)).toMatchObject({ outcome: { status: 'succeeded' } });
    expect(['ready', 'work', 'mend', 'tidy'].map((name) => server.attempts(name))).toEqual([1, 2, 1, 2]);

    const caught = await world.start('guarded');
    server.failing.add('work').add('mend');
    await world.execute(caught);
    server.failing.delete('mend');
    await resume(world, caught);
    // The catch list goes on with the error that it had.
    expect(await world.execute(caught)).toMatchObject({ outcome: { status: 'failed', error: { stage: 'work' } } });
    expect(['ready', 'work', 'mend'].map((name) => server.attempts(name))).toEqual([2, 3, 3]);
  });

  it('a cancelled run, with the signal that it had asked for', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    const ask = { id: 'ask', component: 'signal', config: { name: 'go' }, depends_on: ['a'] };
    await world.deploy([{ name: 'asks', stages: [effect('a', url), ask, effect('b', url, 'ask')] }]);
    const run = await world.start('asks');
    server.hold('b');
    await world.store.signals.send({ run, name: 'go', data: 1, actor: 'ada' });
    const executing = world.execute(run);
    await server.asked('b');
    await world.store.runs.cancel(run);
    expect(await executing).toMatchObject({ outcome: { status: 'cancelled' } });
    server.release('b');
    await resume(world, run);
    expect(await world.execute(run)).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    expect([server.attempts('a'), server.attempts('b'), server.effects('b')]).toEqual([1, 2, 1]);
    await resume(world, run, 'ask');
    expect(await world.execute(run)).toMatchObject({ kind: 'waiting' });
  });
}
