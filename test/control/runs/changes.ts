import { expect, it } from 'vitest';
import { code } from '../../store/world.ts';
import type { Open } from '../../worker/open.ts';
import { value } from '../../worker/world.ts';
import type { Connect } from '../plane.ts';
import { APPROVE, DIVIDE, GREET, runsWorld } from './world.ts';

export function changesContract(open: Open, way: Connect): void {
  it('cancels one that has not begun at once, and one that waits through its worker', async () => {
    const { client, execute, jobs } = await runsWorld(open, way, [GREET, APPROVE]);
    const fresh = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    expect(await client.call('POST /runs/:id/cancel', { id: fresh.run_id })).toMatchObject({ status: 'cancelled' });
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'approve' });
    await execute(id);
    expect(await client.call('POST /runs/:id/cancel', { id })).toMatchObject({ status: 'queued' });
    expect(jobs.all.at(-1)).toEqual({ run: id, segment: 2, priority: 5 });
    await execute(id);
    expect(await client.call('GET /runs/:id', { id })).toMatchObject({ status: 'cancelled' });
    // Again: nothing changes.
    expect(await client.call('POST /runs/:id/cancel', { id })).toMatchObject({ status: 'cancelled' });
  });

  it('takes a signal that fits, once', async () => {
    const { client, execute, jobs } = await runsWorld(open, way, [APPROVE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'approve' });
    await execute(id);
    const send = (name: string, data: unknown) => client.call('POST /runs/:id/signals/:name', { id, name, data });
    await expect(send('approval', { approved: 'yes' })).rejects.toEqual(code('SIGNAL_INVALID', 'approved'));
    await expect(send('aproval', {})).rejects.toEqual(code('NOT_FOUND', 'approval'));
    expect(await send('approval', { approved: true })).toEqual({ run_id: id, name: 'approval', status: 'queued' });
    expect(jobs.all.at(-1)).toEqual({ run: id, segment: 2, priority: 5 });
    await expect(send('approval', { approved: false })).rejects.toEqual(code('SIGNAL_LATE', 'already'));
    await execute(id);
    expect(await client.call('GET /runs/:id', { id })).toMatchObject({ status: 'succeeded', result: true });
    await expect(send('approval', { approved: true })).rejects.toEqual(code('SIGNAL_LATE', 'has ended'));
  });

  it('lets one of many signals at once win', async () => {
    const { client, execute } = await runsWorld(open, way, [APPROVE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'approve' });
    await execute(id);
    const all = await Promise.allSettled(
      Array.from({ length: 6 }, () =>
        client.call('POST /runs/:id/signals/:name', { id, name: 'approval', data: { approved: true } }),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of all) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'SIGNAL_LATE' });
  });

  it('goes on with a failed one: what it has recorded does not run again', async () => {
    const { client, world, execute, jobs } = await runsWorld(open, way, [DIVIDE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } });
    await expect(client.call('POST /runs/:id/resume', { id })).rejects.toEqual(code('RUN_BUSY', 'queued'));
    await execute(id);
    const before = await client.call('GET /runs/:id', { id });
    expect(await client.call('POST /runs/:id/resume', { id })).toMatchObject({ status: 'queued', error: null });
    expect(jobs.all.at(-1)).toEqual({ run: id, segment: 2, priority: 5 });
    await execute(id);
    const after = await client.call('GET /runs/:id', { id });
    expect(after.stages[0]).toEqual(before.stages[0]);
    expect(after).toMatchObject({ status: 'failed', repetition: 0 });
    await expect(client.call('POST /runs/:id/resume', { id, from: ['frist'] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('first'),
    });
    await client.call('POST /runs/:id/resume', { id, from: ['first'] });
    await execute(id);
    expect(await client.call('GET /runs/:id', { id })).toMatchObject({ repetition: 1 });
    expect(await world.statuses(id)).toEqual({ first: 'succeeded', second: 'failed' });
  });

  it('goes on under the release that is active now, unless what is recorded has changed', async () => {
    const { client, world, execute } = await runsWorld(open, way, [DIVIDE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } });
    await execute(id);
    const [, , third] = DIVIDE.stages;
    const changed = { ...DIVIDE, stages: [value('first', 2), value('second', 5, 'first'), third] };
    await world.deploy([changed as typeof DIVIDE], { version: '1.1.0' });
    await expect(client.call('POST /runs/:id/resume', { id, release: 'active' })).rejects.toEqual(
      code('DEFINITION_CHANGED', '`first`'),
    );
    const mended = { ...DIVIDE, stages: [value('first', 1), value('second', 5, 'first'), third] };
    const release = await world.deploy([mended as typeof DIVIDE], { version: '1.2.0' });
    expect(await client.call('POST /runs/:id/resume', { id, release: 'active' })).toMatchObject({
      release,
      version: '1.2.0',
    });
    await execute(id);
    expect(await client.call('GET /runs/:id', { id })).toMatchObject({ status: 'succeeded', result: 5 });
    await expect(client.call('POST /runs/:id/resume', { id })).rejects.toEqual(code('USAGE', 'has succeeded'));
  });

  it('lets one of many who go on with it at once win', async () => {
    const { client, execute } = await runsWorld(open, way, [DIVIDE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } });
    await execute(id);
    const all = await Promise.allSettled(
      Array.from({ length: 6 }, () => client.call('POST /runs/:id/resume', { id, from: ['first'] })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of all)
      if (each.status === 'rejected') expect(['RUN_BUSY', 'CHANGED_MEANWHILE']).toContain(each.reason.code);
  });

  it('starts one anew, with its input or a changed one', async () => {
    const { client, world, execute } = await runsWorld(open, way, [GREET]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    await world.deploy([{ ...GREET, stages: [value('greeting', 'v2')] }], { version: '2.0.0' });
    const again = await client.call('POST /runs/:id/replay', { id, set: { times: 7 } });
    expect(again).toMatchObject({ status: 'queued', version: '1.0.0', trigger: `replay:${id}` });
    expect(again.run_id).not.toBe(id);
    await execute(again.run_id);
    expect(await client.call('GET /runs/:id', { id: again.run_id })).toMatchObject({ result: 'hello Ada x7' });
    const active = await client.call('POST /runs/:id/replay', { id, input: { name: 'Bob' }, release: 'active' });
    await execute(active.run_id);
    expect(await client.call('GET /runs/:id', { id: active.run_id })).toMatchObject({ result: 'v2' });
    await expect(client.call('POST /runs/:id/replay', { id, input: {} })).rejects.toEqual(code('VALIDATION', 'name'));
    await expect(client.call('POST /runs/:id/replay', { id, set: { 'name.x': 1 } })).rejects.toEqual(
      code('USAGE', 'reaches into objects only'),
    );
    await expect(client.call('POST /runs/:id/replay', { id, set: { 'a..b': 1 } })).rejects.toEqual(
      code('REQUEST_INVALID', 'set'),
    );
  });

  it('says what it would do and does nothing', async () => {
    const { client, world, execute, jobs } = await runsWorld(open, way, [GREET, DIVIDE, APPROVE]);
    const dry_run = true;
    const input = { name: 'greet', input: { name: 'Ada' } };
    expect(await client.call('POST /pipelines/:name/runs', { ...input, dry_run })).toMatchObject({ status: 'queued' });
    await expect(client.call('POST /pipelines/:name/runs', { name: 'greet', dry_run })).rejects.toEqual(
      code('VALIDATION', 'name'),
    );
    expect((await client.call('GET /runs', {})).runs).toEqual([]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } });
    expect(await client.call('POST /runs/:id/cancel', { id, dry_run })).toMatchObject({ status: 'queued' });
    await execute(id);
    const before = await world.row(id);
    expect(before.status).toBe('failed');
    expect(await client.call('POST /runs/:id/resume', { id, dry_run })).toMatchObject({ again: ['second'] });
    expect(await client.call('POST /runs/:id/resume', { id, from: ['first'], dry_run })).toMatchObject({
      again: ['first', 'second'],
    });
    await expect(client.call('POST /runs/:id/resume', { id, from: ['frist'], dry_run })).rejects.toEqual(
      code('NOT_FOUND', 'frist'),
    );
    expect(await client.call('POST /runs/:id/replay', { id, set: { by: 2 }, dry_run })).toMatchObject({
      status: 'queued',
      trigger: `replay:${id}`,
    });
    expect(await world.row(id)).toEqual(before);
    const { run_id: waits } = await client.call('POST /pipelines/:name/runs', { name: 'approve' });
    await execute(waits);
    const send = (more: object) =>
      client.call('POST /runs/:id/signals/:name', { id: waits, name: 'approval', data: { approved: true }, ...more });
    expect(await send({ dry_run })).toMatchObject({ status: 'waiting' });
    await expect(send({ dry_run, data: { approved: 1 } })).rejects.toEqual(code('SIGNAL_INVALID', 'approved'));
    expect([await world.store.signals.list(waits), (await world.row(waits)).status]).toEqual([[], 'waiting']);
    expect(await send({})).toMatchObject({ status: 'queued' });
    await expect(send({ dry_run })).rejects.toEqual(code('SIGNAL_LATE', 'already'));
    expect(jobs.all.map(({ run, segment }) => [run, segment])).toEqual([
      [id, 1],
      [waits, 1],
      [waits, 2],
    ]);
  });

  it('shows in lists what each run waits for', async () => {
    const { client, execute } = await runsWorld(open, way, [APPROVE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'approve' });
    await execute(id);
    const { runs } = await client.call('GET /runs', { status: 'waiting' });
    expect(runs).toMatchObject([{ run_id: id, waiting: [{ path: 'ask', signal: 'approval' }] }]);
    await client.call('POST /runs/:id/signals/:name', { id, name: 'approval', data: { approved: true } });
    await execute(id);
    expect((await client.call('GET /runs', {})).runs[0]?.waiting).toEqual([]);
  });

  it('writes no audit for what people do to runs', async () => {
    const { client, world } = await runsWorld(open, way, [GREET]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    await client.call('POST /runs/:id/cancel', { id });
    expect(await world.store.audit.list({ limit: 10 })).toEqual([]);
  });
}
