import * as v from 'valibot';
import { expect, it } from 'vitest';
import { defineComponent } from '../../../src/executor/component.ts';
import type { RunEvent } from '../../../src/executor/types.ts';
import { effects, type Open } from '../open.ts';
import { effect, value } from '../world.ts';

export function executionContract(open: Open): void {
  it('a run of the active release, and records how it ended', async () => {
    const { world } = await open();
    const release = await world.deploy(
      [
        {
          name: 'greet',
          stages: [
            value('hello', 'Hello {{ input.name }}'),
            value('loud', '{{ upper(stages.hello.output.result) }} {{ context.release.version }}', 'hello'),
          ],
          result: { text: '{{ stages.loud.output.result }}', release: '{{ context.release.digest }}' },
        },
      ],
      { version: '2.1.0' },
    );
    const run = await world.start('greet', { name: 'Ada' });
    const events: RunEvent[] = [];
    const executed = await world.execute(run, { onEvent: (event) => events.push(event) });
    expect(executed).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded', run_id: run, pipeline: 'greet' } });
    expect(await world.row(run)).toMatchObject({
      status: 'succeeded',
      result: { text: 'HELLO ADA 2.1.0', release },
      error: null,
    });
    expect(await world.statuses(run)).toEqual({ hello: 'succeeded', loud: 'succeeded' });
    expect(events.flatMap((event) => (event.type === 'run' ? event.status : []))).toEqual(['running', 'succeeded']);
    expect(await world.execute(run)).toEqual({ kind: 'nothing' });
  });

  it('subpipelines of the same release, below the path of their stage', async () => {
    const { world } = await open();
    const child = {
      name: 'child',
      stages: [value('double', '{{ input.n * 2 }}')],
      result: '{{ stages.double.output.result }}',
    };
    const call = (id: string, n: string, ...depends_on: string[]) => ({
      id,
      component: 'subpipeline',
      config: { pipeline: 'child', input: { n } },
      ...(depends_on.length > 0 ? { depends_on } : {}),
    });
    const stages = [call('one', '{{ input.n }}'), call('two', '{{ stages.one.output }}', 'one')];
    await world.deploy([child, { name: 'parent', stages, result: '{{ stages.two.output }}' }]);
    const run = await world.start('parent', { n: 3 });
    expect(await world.execute(run)).toMatchObject({ outcome: { result: 12 } });
    expect(Object.keys(await world.statuses(run)).sort()).toEqual(['one', 'one/double', 'two', 'two/double']);
  });

  it('the release that was active when the run was accepted, whatever is active now', async () => {
    const { world } = await open();
    const pipeline = (text: string) => ({
      name: 'say',
      stages: [value('word', text)],
      result: '{{ stages.word.output.result }}',
    });
    await world.deploy([pipeline('old')], { version: '1.0.0' });
    const before = await world.start('say');
    await world.deploy([pipeline('new')], { version: '1.1.0' });
    const after = await world.start('say');
    expect(await world.execute(before)).toMatchObject({ outcome: { result: 'old' } });
    expect(await world.execute(after)).toMatchObject({ outcome: { result: 'new' } });
    expect(await world.row(before)).toMatchObject({ version: '1.0.0' });
  });

  it('with the limits and the model of the release', async () => {
    const { world } = await open();
    const stages = [value('list', '{{ input.list }}')];
    await world.deploy([{ name: 'small', stages }], { settings: { limits: { input_bytes: 20 } } });
    const run = await world.start('small', { list: ['x'.repeat(40)] });
    expect(await world.execute(run)).toMatchObject({
      outcome: { status: 'failed', error: { code: 'input_too_large' } },
    });
  });

  it('nothing of a release that names a component which is not here, and puts the run back', async () => {
    const rare = defineComponent({
      name: 'rare',
      version: '1.0.0',
      summary: 'Is not everywhere.',
      effects: false,
      config: v.strictObject({}),
      output: v.any(),
      run: () => 'rare',
    });
    const { world, another } = await open({ components: [rare] });
    await world.deploy([{ name: 'odd', stages: [{ id: 'a', component: 'rare' }], result: '{{ stages.a.output }}' }]);
    const run = await world.start('odd');
    const poor = await another({ components: [] });
    expect(await poor.execute(run)).toEqual({ kind: 'put_back', unknown: ['rare'] });
    expect(await world.row(run)).toMatchObject({ status: 'queued', started_at: null });
    expect(await world.execute(run)).toMatchObject({ outcome: { result: 'rare' } });
  });

  it('without a trace of one that was taken over', async () => {
    const { world, another } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'pay', stages: [effect('pay', url), effect('ship', url, 'pay')] }]);
    const run = await world.start('pay');
    server.hold('pay');
    const first = world.execute(run);
    await server.asked('pay');
    const other = await another();
    const second = other.execute(run);
    await server.asked('pay', 2);
    server.release('pay');
    expect(await first).toEqual({ kind: 'superseded' });
    expect(await second).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    expect([server.effects('pay'), server.attempts('pay')]).toEqual([1, 2]);
    expect([server.effects('ship'), server.attempts('ship')]).toEqual([1, 1]);
  });

  it('and masks a secret in every table, wherever it comes from', async () => {
    const { world } = await open({ variables: { FM_SECRET_TOKEN: 'hunter22-secret' } });
    const { url } = await effects();
    const call = {
      url: `${url}/call`,
      method: 'POST',
      auth: { type: 'bearer', token: '{{ secrets.TOKEN }}' },
      body: {},
    };
    const stages = [
      value('echo', '{{ input.text }} {{ vars.note }}'),
      { id: 'say', component: 'logger', config: { message: '{{ input.text }}' }, depends_on: ['echo'] },
      { id: 'ask', component: 'signal', config: { name: 'go' }, depends_on: ['say'] },
      { id: 'call', component: 'http-request', config: call, depends_on: ['ask'] },
    ];
    await world.deploy([{ name: 'leak', stages, result: '{{ stages.ask.output }} {{ stages.echo.output.result }}' }]);
    const run = await world.start('leak', { text: 'it is hunter22-secret' }, { vars: { note: 'hunter22-secret' } });
    await world.store.signals.send({ run, name: 'go', data: 'hunter22-secret', actor: 'eve' });
    expect(await world.execute(run)).toMatchObject({ outcome: { result: '*** it is *** ***' } });
    for (const table of Object.values(world.database.dialect.tables)) {
      expect(JSON.stringify(await world.database.db.select().from(table))).not.toContain('hunter22');
    }
    expect(await world.row(run)).toMatchObject({ input: { text: 'it is ***' }, vars: { note: '***' } });
  });

  it('as many runs of a key as its pipeline allows, and puts the others back', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    const concurrency = { limit: 1, key: '{{ input.shop }}' };
    await world.deploy([{ name: 'pay', concurrency, stages: [effect('pay', url)] }]);
    const [first, second, other] = [
      await world.start('pay', { shop: 'a' }),
      await world.start('pay', { shop: 'a' }),
      await world.start('pay', { shop: 'b' }),
    ];
    server.hold('pay');
    const running = world.execute(first);
    await server.asked('pay');
    expect(await world.execute(second)).toMatchObject({ kind: 'no_slot', key: '"a"', limit: 1 });
    expect(await world.row(second)).toMatchObject({ status: 'queued', started_at: null });
    const elsewhere = world.execute(other);
    await server.asked('pay', 2);
    server.release('pay');
    expect(await Promise.all([running, elsewhere])).toMatchObject([{ kind: 'ended' }, { kind: 'ended' }]);
    expect(await world.execute(second)).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    const { slots } = world.database.dialect.tables;
    expect(await world.database.db.select().from(slots)).toEqual([]);
  });

  it('with a place that is kept while the run waits', async () => {
    const { world } = await open();
    const stages = [{ id: 'ask', component: 'signal', config: { name: 'go' } }];
    await world.deploy([{ name: 'ask', concurrency: { limit: 1, on_limit: 'reject' }, stages }]);
    const first = await world.start('ask');
    expect(await world.execute(first)).toMatchObject({ kind: 'waiting' });
    const second = await world.start('ask');
    expect(await world.execute(second)).toMatchObject({
      kind: 'ended',
      outcome: { status: 'failed', error: { type: 'QUOTA', code: 'concurrency_limit' } },
    });
    await world.store.signals.send({ run: first, name: 'go', data: 1, actor: 'ada' });
    expect(await world.execute(first)).toMatchObject({ kind: 'ended', outcome: { status: 'succeeded' } });
    expect(await world.execute(await world.start('ask'))).toMatchObject({ kind: 'waiting' });
  });
}

/** Where nobody keeps two from taking one run. */
export function raceContract(open: Open): void {
  it('once when two take the same run at the same time', async () => {
    const { world, another } = await open();
    const { server, url } = await effects();
    await world.deploy([{ name: 'pay', stages: [effect('pay', url), effect('ship', url, 'pay')] }]);
    const other = await another();
    for (let i = 1; i <= 5; i++) {
      const run = await world.start('pay');
      const job = await world.jobOf(run);
      const both = [world, other].map(async (each) => (await each.execute(job.run)).kind);
      const kinds = await Promise.all(both);
      // Whoever read the run when it was running already takes it for one whose worker died, and then fences that one off.
      expect(kinds).toContain('ended');
      expect(server.effects('ship')).toBe(i);
      expect(await world.row(run)).toMatchObject({ status: 'succeeded' });
    }
  });
}
