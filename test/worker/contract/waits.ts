import { expect, it } from 'vitest';
import { effects, type Open } from '../open.ts';
import { effect, value } from '../world.ts';

export function waitContract(open: Open): void {
  const ask = (id: string, name: string, ...depends_on: string[]) => ({
    id,
    component: 'signal',
    config: { name, schema: { type: 'object', required: ['ok'] } },
    ...(depends_on.length > 0 ? { depends_on } : {}),
  });
  const send = (run: string, name: string, data: object) => ({ run, name, data: data as never, actor: 'ada' });

  it('for a signal without a worker, and goes on when it comes', async () => {
    const { world } = await open();
    await world.deploy([
      { name: 'approve', stages: [ask('ask', 'go'), value('x', '{{ stages.ask.output.ok }}', 'ask')] },
    ]);
    const run = await world.start('approve');
    expect(await world.execute(run)).toMatchObject({
      kind: 'waiting',
      until: undefined,
      outcome: { status: 'waiting', waiting: [{ path: 'ask', signal: 'go' }] },
    });
    expect(await world.store.signals.send(send(run, 'go', { ok: 5 }))).toEqual({ segment: 2 });
    expect(await world.execute(run)).toMatchObject({ kind: 'ended', outcome: { result: { result: 5 } } });
  });

  it('not at all for a signal that came before', async () => {
    const { world } = await open();
    await world.deploy([{ name: 'approve', stages: [ask('ask', 'go')] }]);
    const run = await world.start('approve');
    await world.store.signals.send(send(run, 'go', { ok: true }));
    expect(await world.execute(run)).toMatchObject({ kind: 'ended', outcome: { result: { ok: true } } });
    await expect(world.store.signals.send(send(run, 'go', { ok: true }))).rejects.toMatchObject({
      code: 'SIGNAL_LATE',
    });
  });

  it('not at all for a signal that comes while other stages still run', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'both', stages: [ask('ask', 'go'), effect('slow', url)] }]);
    const run = await world.start('both');
    server.hold('slow');
    const executing = world.execute(run);
    await server.asked('slow');
    await world.store.signals.send(send(run, 'go', { ok: true }));
    server.release('slow');
    expect(await executing).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    expect(server.attempts('slow')).toBe(1);
    expect(await world.row(run)).toMatchObject({ status: 'succeeded' });
  });

  it('on for data that fits', async () => {
    const { world } = await open();
    await world.deploy([{ name: 'approve', stages: [ask('ask', 'go')] }]);
    const run = await world.start('approve');
    await world.execute(run);
    await world.store.signals.send(send(run, 'go', { no: 1 }));
    expect(await world.execute(run)).toMatchObject({ kind: 'waiting' });
    await world.store.signals.send(send(run, 'go', { ok: 1 }));
    expect(await world.execute(run)).toMatchObject({ kind: 'ended', outcome: { result: { ok: 1 } } });
  });

  it('for whoever answers first: the terminal or somebody who sends', async () => {
    const { world, another } = await open();
    await world.deploy([{ name: 'approve', stages: [ask('ask', 'go')] }]);
    const typed = await world.start('approve');
    expect(await world.execute(typed, { ask: async () => ({ data: { ok: 'typed' } }) })).toMatchObject({
      outcome: { result: { ok: 'typed' } },
    });
    const sent = await world.start('approve');
    const asked = Promise.withResolvers<AbortSignal>();
    const executing = world.execute(sent, {
      ask: ({ signal }) => {
        asked.resolve(signal);
        return new Promise(() => {});
      },
    });
    const question = await asked.promise;
    await (await another()).store.signals.send(send(sent, 'go', { ok: 'sent' }));
    expect(await executing).toMatchObject({ outcome: { result: { ok: 'sent' } } });
    expect(question.aborted).toBe(true);
  });

  it('for a long delay without a worker, and for a short one with it', async () => {
    const { world } = await open({ parkAfter: 1_000 });
    const delay = (id: string, duration: string, ...depends_on: string[]) => ({
      id,
      component: 'delay',
      config: { duration },
      depends_on,
    });
    await world.deploy([
      { name: 'nap', stages: [delay('short', '5ms'), delay('long', '2h', 'short'), value('x', 'up', 'long')] },
    ]);
    const run = await world.start('nap');
    const before = world.clock.now();
    const executed = await world.execute(run);
    expect(executed).toMatchObject({ kind: 'waiting', outcome: { waiting: [{ path: 'long' }] } });
    const until = executed.kind === 'waiting' ? (executed.until ?? 0) : 0;
    expect(until).toBeGreaterThanOrEqual(before + 7_200_000);
    // Woken too early it falls asleep again, until the same time.
    await world.store.runs.wake(run);
    expect(await world.execute(run)).toMatchObject({ kind: 'waiting', until });
    world.clock.jump(7_200_000);
    await world.store.runs.wake(run);
    expect(await world.execute(run)).toMatchObject({ kind: 'ended', outcome: { result: { result: 'up' } } });
  });

  it('no longer than the pipeline may take, over all its segments', async () => {
    const { world } = await open();
    await world.deploy([{ name: 'approve', timeout: '1h', stages: [ask('ask', 'go')] }]);
    const run = await world.start('approve');
    const executed = await world.execute(run);
    const { started_at } = await world.row(run);
    expect(executed).toMatchObject({ kind: 'waiting', until: (started_at ?? 0) + 3_600_000 });
    world.clock.jump(3_600_001);
    await world.store.runs.wake(run);
    expect(await world.execute(run)).toMatchObject({
      kind: 'ended',
      outcome: { status: 'failed', error: { code: 'run_timeout' } },
    });
  });
}
