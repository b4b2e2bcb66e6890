import { expect, it } from 'vitest';
import type { BulkView } from '../../../src/core/api/run.ts';
import { code } from '../../store/world.ts';
import type { Open } from '../../worker/open.ts';
import { value } from '../../worker/world.ts';
import type { Connect } from '../plane.ts';
import { APPROVE, DIVIDE, runsWorld } from './world.ts';

type BulkRoute = 'POST /runs/cancel' | 'POST /runs/resume' | 'POST /runs/replay';

export function bulkContract(open: Open, way: Connect): void {
  /** Runs of `divide` that have failed, five milliseconds apart, the newest first. */
  async function failing(count: number) {
    const opened = await runsWorld(open, way, [DIVIDE, APPROVE]);
    const { client, world, execute } = opened;
    const failed: string[] = [];
    for (let i = 0; i < count; i++) {
      world.clock.jump(5);
      failed.unshift((await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } })).run_id);
    }
    await execute(...failed);
    /** Every page of a bulk call, as a caller goes through them. */
    const pages = async (route: BulkRoute, input: object): Promise<BulkView[]> => {
      const all: BulkView[] = [];
      for (let cursor: string | null | undefined; cursor !== null; cursor = all.at(-1)?.next ?? null) {
        all.push(await client.call(route, { filter: {}, ...input, ...(cursor === undefined ? {} : { cursor }) }));
      }
      return all;
    };
    return { ...opened, failed, pages };
  }
  const ids = (views: readonly BulkView[]) => views.flatMap(({ runs }) => runs.map(({ run_id }) => run_id));

  it('goes on with failed runs a page at a time, each once, and tells before how many there are', async () => {
    const { client, failed, pages } = await failing(5);
    const filter = { pipeline: 'divide' };
    const planned = await client.call('POST /runs/resume', { filter, limit: 2, dry_run: true });
    expect(planned).toMatchObject({ dry_run: true, total: 5, next: expect.any(String) });
    expect(ids([planned])).toEqual(failed.slice(0, 2));
    expect((await client.call('GET /runs', { status: 'failed' })).runs).toHaveLength(5);
    const done = await pages('POST /runs/resume', { filter, limit: 2 });
    expect(done.map(({ runs }) => runs.length)).toEqual([2, 2, 1]);
    expect(ids(done)).toEqual(failed);
    expect(done.flatMap(({ runs }) => runs.map(({ status }) => status))).toEqual(failed.map(() => 'queued'));
    // Again after an interruption: what is done already is passed over.
    expect(await pages('POST /runs/resume', { filter })).toEqual([{ dry_run: false, runs: [], next: null }]);
  });

  it('tells of each run that it refuses, and goes on behind it', async () => {
    const { failed, pages } = await failing(3);
    const done = await pages('POST /runs/resume', { filter: { pipeline: 'divide' }, from: ['nowhere'], limit: 1 });
    expect(ids(done)).toEqual(failed);
    for (const { runs } of done) expect(runs[0]).toMatchObject({ status: 'failed', refused: { code: 'NOT_FOUND' } });
  });

  it('cancels what has not ended, whatever it does', async () => {
    const { client, execute, pages } = await failing(1);
    const { run_id: waits } = await client.call('POST /pipelines/:name/runs', { name: 'approve' });
    await execute(waits);
    const { run_id: fresh } = await client.call('POST /pipelines/:name/runs', { name: 'approve' });
    const done = await pages('POST /runs/cancel', { filter: { since: 0 }, limit: 1 });
    expect(new Map(done.flatMap(({ runs }) => runs.map(({ run_id, status }) => [run_id, status])))).toEqual(
      new Map([
        [fresh, 'cancelled'],
        [waits, 'queued'],
      ]),
    );
  });

  it('selects by time, version and release', async () => {
    const { client, world, failed } = await failing(3);
    const old = await client.call('GET /runs/:id', { id: failed[2] ?? '' });
    const newer = await client.call('GET /runs/:id', { id: failed[1] ?? '' });
    const [, second, third] = DIVIDE.stages;
    await world.deploy([{ ...DIVIDE, stages: [value('first', 2), second, third] } as typeof DIVIDE], {
      version: '2.0.0',
    });
    world.clock.jump(5);
    const { run_id: v2 } = await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } });
    const found = async (filter: object) =>
      ids([await client.call('POST /runs/cancel', { filter: { status: ['queued'], ...filter }, dry_run: true })]);
    const failedOf = async (filter: object) => ids([await client.call('POST /runs/resume', { filter, dry_run: true })]);
    expect(await failedOf({ since: newer.accepted_at })).toEqual(failed.slice(0, 2));
    expect(await failedOf({ since: newer.accepted_at + 60_000 })).toEqual([]);
    expect(await failedOf({ release: old.release })).toEqual(failed);
    expect(await found({ version: '2.0.0' })).toEqual([v2]);
    expect((await client.call('GET /runs', { since: String(newer.accepted_at) })).runs).toHaveLength(3);
    for (const since of [-1, 'yesterday', 1.5, '', null]) {
      const wrong = client.call('POST /runs/cancel', { filter: { since } as unknown as { since: number } });
      await expect(wrong).rejects.toEqual(code('REQUEST_INVALID', 'since'));
    }
  });

  it('starts failed runs anew with changed input, once each, and never the new ones again', async () => {
    const { client, execute, failed, pages } = await failing(3);
    const all = { filter: { pipeline: 'divide' }, set: { by: 'y' }, limit: 2 };
    const planned = await client.call('POST /runs/replay', { ...all, dry_run: true });
    expect([planned.total, ids([planned])]).toEqual([3, failed.slice(0, 2)]);
    const done = await pages('POST /runs/replay', all);
    const fresh = done.flatMap(({ runs }) => runs.map(({ replay }) => replay ?? ''));
    expect([ids(done), new Set(fresh).size]).toEqual([failed, 3]);
    await execute(...fresh);
    expect(await client.call('GET /runs/:id', { id: fresh[0] ?? '' })).toMatchObject({
      status: 'failed',
      input: { by: 'y' },
      trigger: `replay:${failed[0]}`,
    });
    const again = await pages('POST /runs/replay', all);
    expect(ids(again)).toEqual(failed);
    for (const { refused } of again.flatMap(({ runs }) => runs)) expect(refused?.code).toBe('ALREADY_EXISTS');
    const other = await pages('POST /runs/replay', { ...all, set: { by: 5 } });
    expect(other.flatMap(({ runs }) => runs.flatMap(({ replay }) => replay ?? []))).toHaveLength(3);
  });

  it('refuses what nobody can mean', async () => {
    const { client } = await failing(0);
    for (const route of ['POST /runs/cancel', 'POST /runs/resume', 'POST /runs/replay'] as const) {
      await expect(client.call(route, { filter: {} })).rejects.toEqual(code('REQUEST_INVALID', 'at least one of'));
      const filter = { pipeline: 'divide' };
      await expect(client.call(route, { filter, limit: 501 })).rejects.toEqual(code('REQUEST_INVALID', 'limit'));
      await expect(client.call(route, { filter, cursor: 'x' })).rejects.toEqual(code('USAGE', 'cursor'));
    }
    const wrong = client.call('POST /runs/cancel', { filter: { status: ['failed'] } });
    await expect(wrong).rejects.toEqual(code('REQUEST_INVALID', 'filter.status'));
  });
}
