import { expect, it } from 'vitest';
import { effects, type Open } from '../open.ts';
import { effect, value } from '../world.ts';

export function failureContract(open: Open): void {
  const failing = (url: string) => ({
    name: 'pay',
    stages: [effect('pay', url)],
    on_failure: {
      pipeline: 'alarm',
      input: { what: '{{ error.code }}', of: '{{ context.run_id }}', order: '{{ input.order }}' },
    },
  });
  const alarm = (url: string) => ({ name: 'alarm', stages: [effect('alarm', url)], on_failure: { pipeline: 'last' } });
  const last = { name: 'last', stages: [value('x', 1)] };

  it('a run that lacks variables and secrets, and says how to set each', async () => {
    const { world } = await open();
    const stages = [
      value('a', '{{ vars.region }}'),
      {
        id: 'b',
        component: 'http-request',
        config: { url: 'https://x.test', auth: { type: 'bearer', token: '{{ secrets.KEY }}' } },
      },
    ];
    await world.deploy([{ name: 'needy', stages }]);
    const run = await world.start('needy');
    const executed = await world.execute(run);
    const error = { type: 'CONFIGURATION', code: 'missing_names', details: { vars: ['region'], secrets: ['KEY'] } };
    expect(executed).toMatchObject({ kind: 'ended', outcome: { status: 'failed', error, stages: [] } });
    const { error: stored } = await world.row(run);
    expect(stored?.message).toContain('variable region; secret KEY');
    expect(stored?.hint).toBe('fm vars set region=…\nexport FM_SECRET_KEY=…');
  });

  it('a run whose release has been damaged', async () => {
    const { world } = await open();
    await world.deploy([last]);
    const run = await world.start('last', {}, { release: 'gone' });
    expect(await world.execute(run)).toMatchObject({
      outcome: { status: 'failed', error: { type: 'CONFIGURATION', code: 'not_found' } },
    });
    const other = await world.start('last', {}, { pipeline: 'lost' });
    expect(await world.execute(other)).toMatchObject({ outcome: { error: { hint: 'Did you mean `last`?' } } });
  });

  it('and starts what handles the failure exactly once, with a run of its own', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    server.failing.add('pay').add('alarm');
    await world.deploy([failing(url), alarm(url), last]);
    const run = await world.start('pay', { order: 7 });
    await world.execute(run);
    expect(world.enqueued).toHaveLength(1);
    const [job] = world.enqueued;
    const handler = job?.run ?? '';
    expect(await world.row(handler)).toMatchObject({
      status: 'queued',
      pipeline: 'alarm',
      trigger: `on_failure:${run}`,
      input: { what: 'server_error', of: run, order: 7 },
    });
    // Its own failure is nobody's.
    expect(await world.execute(handler)).toMatchObject({ outcome: { status: 'failed' } });
    expect(world.enqueued).toHaveLength(1);
    expect((await world.store.runs.list({ environment: 'local' }, { limit: 10 })).runs).toHaveLength(2);
  });

  it('with a handler that is stored with the end, should the worker die before it hands it on', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    server.failing.add('pay');
    await world.deploy([failing(url), alarm(url), last]);
    const run = await world.start('pay', { order: 7 });
    const dead = { ...world.host, enqueue: () => Promise.reject(new Error('killed')) };
    const { executeRun } = await import('../../../src/worker/execute-run.ts');
    await expect(executeRun(dead, await world.jobOf(run))).rejects.toThrow('killed');
    expect(await world.row(run)).toMatchObject({ status: 'failed' });
    expect(await world.execute(run)).toEqual({ kind: 'nothing' });
    const dispatcher = world.dispatcher();
    await dispatcher.start();
    await server.asked('alarm');
    await dispatcher.close();
    expect(server.attempts('alarm')).toBe(1);
  });

  it('and logs why a handler could not be started', async () => {
    const { world } = await open();
    const { server, url } = await effects();
    server.failing.add('pay');
    const pay = { ...failing(url), on_failure: { pipeline: 'last', input: { x: '{{ input.none.deep }}' } } };
    await world.deploy([pay, last]);
    const run = await world.start('pay');
    expect(await world.execute(run)).toMatchObject({ outcome: { status: 'failed' } });
    const [line] = await world.store.journal.logs(run, { limit: 5 });
    expect(line).toMatchObject({ level: 'error', message: expect.stringContaining('on_failure.input') });
    expect(world.enqueued).toEqual([]);
  });
}
