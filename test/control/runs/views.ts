import { expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { queueDispatcher } from '../../../src/hosts/edge/queue-dispatcher.ts';
import { code } from '../../store/world.ts';
import type { Open } from '../../worker/open.ts';
import type { Connect } from '../plane.ts';
import { APPROVE, collect, DIVIDE, GREET, runsWorld } from './world.ts';

const WORKER = {
  id: 'w1',
  host: 'here',
  pid: 7,
  version: '1.0.0',
  concurrency: 8,
  running: 0,
  pools: [],
  components: [],
  cached: 0,
  draining: false,
};

export function viewsContract(open: Open, way: Connect): void {
  it('lists runs, the newest first, page by page and by filters', async () => {
    const { world, client, execute } = await runsWorld(open, way, [GREET, DIVIDE]);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      world.clock.jump(10);
      const name = i === 2 ? 'divide' : 'greet';
      const input = i === 2 ? { by: 0 } : { name: 'Ada' };
      ids.push((await client.call('POST /pipelines/:name/runs', { name, input })).run_id);
    }
    await execute(...ids.slice(0, 4));
    const seen: string[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await client.call('GET /runs', { limit: 2, cursor });
      seen.push(...page.runs.map(({ run_id }) => run_id));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen).toEqual(ids.toReversed());
    const only = async (filter: object) => (await client.call('GET /runs', filter)).runs.map(({ run_id }) => run_id);
    expect(await only({ pipeline: 'divide' })).toEqual([ids[2]]);
    expect(await only({ status: 'failed,queued' })).toEqual([ids[4], ids[2]]);
    expect(await only({ version: '9.9.9' })).toEqual([]);
    expect(await only({ prefix: ids[3]?.slice(0, 15) })).toContain(ids[3]);
    expect(await only({ prefix: '%' })).toEqual([]);
    await expect(only({ status: 'done' })).rejects.toEqual(code('REQUEST_INVALID', 'status'));
    await expect(only({ limit: 501 })).rejects.toEqual(code('REQUEST_INVALID', 'limit'));
    await expect(only({ cursor: 'x' })).rejects.toEqual(code('USAGE', 'cursor'));
  });

  it('shows why a run failed, and what its stage was given to those who may debug', async () => {
    const { client, connect, execute } = await runsWorld(open, way, [DIVIDE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } });
    await execute(id);
    const view = await client.call('GET /runs/:id', { id });
    expect(view).toMatchObject({
      status: 'failed',
      error: { type: 'EXPRESSION', path: 'second' },
      stages: [
        { id: 'first', status: 'succeeded' },
        { id: 'second', status: 'failed' },
      ],
    });
    const reader = await connect({ scopes: ['runs:read'] });
    const { stages } = await client.call('GET /runs/:id/stages', { id });
    const shown = await reader.call('GET /runs/:id/stages', { id });
    expect(shown.stages.every((stage) => !('input' in stage))).toBe(true);
    expect(stages.map(({ path, output }) => [path, output])).toEqual([
      ['first', { result: 1 }],
      ['second', null],
    ]);
    expect(await reader.call('GET /runs/:id', { id })).not.toHaveProperty('failed_input');
  });

  it('shows stages page by page, and those inside of one', async () => {
    const each = {
      name: 'each',
      stages: [
        { id: 'all', component: 'foreach', config: { items: '{{ input.list }}', loop_stages: ['one'] } },
        { id: 'one', component: 'json-transform', config: { template: '{{ context.item }}' } },
      ],
    };
    const { client, execute } = await runsWorld(open, way, [each]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', {
      name: 'each',
      input: { list: [1, 2, 3] },
    });
    await execute(id);
    const paths: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await client.call('GET /runs/:id/stages', { id, path: 'all', limit: 3, after });
      paths.push(...page.stages.map(({ path }) => path));
      if (page.next === null) break;
      after = page.next;
    }
    expect(paths.toSorted()).toEqual(['all', 'all[0]/one', 'all[1]/one', 'all[2]/one']);
    const one = await client.call('GET /runs/:id/stages', { id, path: 'all[1]/one' });
    expect(one).toMatchObject({ stages: [{ output: { result: 2 } }], next: null });
    await expect(client.call('GET /runs/:id/stages', { id, path: 'al' })).rejects.toEqual(code('NOT_FOUND', '`al`'));
  });

  it('shows what a waiting run waits for', async () => {
    const { client, execute } = await runsWorld(open, way, [APPROVE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'approve' });
    await execute(id);
    expect(await client.call('GET /runs/:id', { id })).toMatchObject({
      status: 'waiting',
      waiting: [{ path: 'ask', signal: 'approval' }],
      stages: [
        { id: 'before', status: 'succeeded' },
        { id: 'ask', component: 'signal', status: 'waiting' },
      ],
    });
  });

  it('tells whether anybody takes what is queued', async () => {
    const { world, client, jobs, execute } = await runsWorld(open, way, [GREET, { ...DIVIDE, pool: 'batch' }]);
    const start = async (name: string, input: Json) =>
      (await client.call('POST /pipelines/:name/runs', { name, input })).run_id;
    const queueOf = async (id: string) => (await client.call('GET /runs/:id', { id })).queue;
    const greet = await start('greet', { name: 'Ada' });
    // Where the server executes runs itself, somebody always does.
    expect(await queueOf(greet)).toBeUndefined();
    const { workers } = queueDispatcher({ store: world.store, tenant: null });
    Object.assign(jobs, { workers });
    const divide = await start('divide', { by: 2 });
    expect([await queueOf(greet), await queueOf(divide)]).toEqual([
      { workers: 0, pool: null },
      { workers: 0, pool: 'batch' },
    ]);
    const worker = { ...WORKER, started_at: world.clock.now() };
    await world.store.workers.beat(worker);
    await world.store.workers.beat({ ...worker, id: 'w2', pools: ['batch'] });
    await world.store.workers.beat({ ...worker, id: 'w3', draining: true });
    expect([await queueOf(greet), await queueOf(divide)]).toMatchObject([{ workers: 2 }, { workers: 1 }]);
    await execute(greet);
    expect(await queueOf(greet)).toBeUndefined();
  });

  it('prints lines of the log after a number', async () => {
    const { client, execute } = await runsWorld(open, way, [GREET]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    await execute(id);
    const { logs, next } = await client.call('GET /runs/:id/logs', { id });
    expect(logs).toMatchObject([{ level: 'info', message: 'greeting Ada', path: 'note' }]);
    expect(next).toBeNull();
    expect(await client.call('GET /runs/:id/logs', { id, limit: 1 })).toMatchObject({ next: logs[0]?.seq });
    expect(await client.call('GET /runs/:id/logs', { id, after: logs[0]?.seq })).toEqual({ logs: [], next: null });
  });

  it('waits for the end when it is asked to', async () => {
    const { client, work } = await runsWorld(open, way, [GREET]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    const shown = client.call('GET /runs/:id', { id, wait: '30s' });
    await work();
    expect(await shown).toMatchObject({ status: 'succeeded' });
  });

  it('knows no run of another environment', async () => {
    const { world, client } = await runsWorld(open, way, [GREET]);
    const id = await world.start('greet', { name: 'Ada' }, { environment: 'production' });
    for (const wrong of [id, 'no-such', '../x', "' or 1=1 --"]) {
      await expect(client.call('GET /runs/:id', { id: wrong })).rejects.toEqual(code('NOT_FOUND'));
      await expect(client.call('GET /runs/:id/logs', { id: wrong })).rejects.toEqual(code('NOT_FOUND'));
      await expect(client.call('GET /runs/:id/stages', { id: wrong })).rejects.toEqual(code('NOT_FOUND'));
      await expect(client.call('POST /runs/:id/cancel', { id: wrong })).rejects.toEqual(code('NOT_FOUND'));
      await expect(client.call('POST /runs/:id/resume', { id: wrong })).rejects.toEqual(code('NOT_FOUND'));
      await expect(client.call('POST /runs/:id/replay', { id: wrong })).rejects.toEqual(code('NOT_FOUND'));
    }
    expect((await client.call('GET /runs', {})).runs).toEqual([]);
  });

  it('masks secrets in everything that it shows', async () => {
    const secretive = {
      name: 'secretive',
      stages: [
        { id: 'log', component: 'logger', config: { message: 'token {{ input.token }}' } },
        {
          id: 'call',
          component: 'http-request',
          config: { url: 'http://127.0.0.1:1/{{ secrets.TOKEN }}' },
          timeout: 1,
        },
      ],
    };
    const { client, execute } = await runsWorld(open, way, [secretive], {
      variables: { FM_SECRET_TOKEN: 'sesame-777' },
    });
    const input = { token: 'sesame-777' };
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'secretive', input });
    await execute(id);
    const all = [
      await client.call('GET /runs/:id', { id }),
      await client.call('GET /runs/:id/stages', { id }),
      await client.call('GET /runs/:id/logs', { id }),
      await collect(client.events('GET /runs/:id/events', { id })),
    ];
    expect(JSON.stringify(all)).not.toContain('sesame-777');
  });
}
