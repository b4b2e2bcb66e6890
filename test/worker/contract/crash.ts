import { expect, it } from 'vitest';
import { startChild } from '../../hosts/fixtures/child.ts';
import { tempFolder } from '../../setup/fm.ts';
import { effects, type Open } from '../open.ts';
import { effect, value } from '../world.ts';

const WORK = '../../worker/fixtures/work.ts';

export function crashContract(open: Open): void {
  it('kill -9 in the middle of a stage: what was recorded does not run again', async () => {
    const { world, url: database } = await open();
    const { server, url } = await effects();
    const stages = [
      effect('a', url),
      value('pure', '{{ stages.a.output.status }}', 'a'),
      effect('b', url, 'pure'),
      effect('c', url, 'b'),
    ];
    await world.deploy([{ name: 'chain', stages, result: '{{ stages.pure.output.result }}' }]);
    const run = await world.start('chain');
    server.hold('b');
    const child = startChild(WORK, [database, run]);
    await server.asked('b');
    await child.kill();
    expect(await world.row(run)).toMatchObject({ status: 'running' });
    server.release('b');
    expect(await world.execute(run)).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded', result: 200 } });
    // The one that was under way was attempted twice under one key: where that is honoured it happened once.
    expect(['a', 'b', 'c'].map((name) => [server.effects(name), server.attempts(name)])).toEqual([
      [1, 1],
      [1, 2],
      [1, 1],
    ]);
  });

  it('a worker that goes on after it was taken for dead', async () => {
    const { world, url: database } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'chain', stages: [effect('a', url), effect('b', url, 'a'), effect('c', url, 'b')] }]);
    const run = await world.start('chain');
    server.hold('b');
    const child = startChild(WORK, [database, run]);
    await server.asked('b');
    child.process.kill('SIGSTOP');
    const second = world.execute(run);
    await server.asked('b', 2);
    server.release('b');
    expect(await second).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    child.process.kill('SIGCONT');
    const lines: (string | undefined)[] = [];
    do lines.push(await child.line());
    while (lines.at(-1) !== undefined);
    expect(lines.at(-2)).toBe('superseded');
    expect([server.attempts('c'), (await world.row(run)).status]).toEqual([1, 'succeeded']);
  });

  it('twenty kills at any moment', async () => {
    const { world, url: database } = await open();
    const { server, url } = await effects();
    const names = Array.from({ length: 30 }, (_, i) => `s${i}`);
    const stages = names.map((name, i) => effect(name, url, ...(i === 0 ? [] : [`s${i - 1}`])));
    await world.deploy([{ name: 'long', stages }]);
    const run = await world.start('long');
    const recorded = new Set<string>();
    let kills = 0;
    for (let at = 1; kills < 20 && at < names.length; at++, kills++) {
      const child = startChild(WORK, [database, run]);
      // Killed when the server hears of a stage: before, while or after its end is recorded, as it happens.
      await server.asked(`s${at}`);
      await child.kill();
      const statuses = await world.statuses(run);
      for (const path of recorded) expect(statuses[path]).toBe('succeeded');
      for (const path of Object.keys(statuses)) recorded.add(path);
    }
    expect(await world.execute(run)).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    for (const name of names) expect(server.effects(name)).toBe(1);
    // Each kill makes at most the stage that was under way run again.
    expect(server.calls.length).toBeLessThanOrEqual(names.length + kills);
    const { entries } = await world.store.journal.load(run);
    expect(entries.filter(({ entry }) => entry.kind === 'end').map(({ entry }) => entry.path)).toEqual(names);
  }, 120_000);

  it('the death of a process that holds a run, which another one then takes over at once', async () => {
    const { world, url: database } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'chain', stages: [effect('a', url), effect('b', url, 'a')] }]);
    const run = await world.start('chain');
    const locks = tempFolder();
    server.hold('b');
    const child = startChild(WORK, [database, run, locks]);
    await server.asked('b');
    const { lockHolder } = await import('../../../src/hosts/node/dispatcher/holder.ts');
    const dispatcher = world.dispatcher({ holder: lockHolder(locks) });
    const refused = dispatcher.until(run);
    await dispatcher.start();
    await expect(refused).rejects.toMatchObject({ code: 'RUN_BUSY', details: { pid: child.process.pid } });
    await child.kill();
    server.release('b');
    const done = dispatcher.until(run);
    dispatcher.enqueue(await world.jobOf(run));
    expect(await done).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    await dispatcher.close();
    expect([server.attempts('a'), server.effects('b')]).toEqual([1, 1]);
  });
}
