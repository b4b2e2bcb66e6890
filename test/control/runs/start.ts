import { expect, it } from 'vitest';
import { fail } from '../../../src/core/errors.ts';
import { code } from '../../store/world.ts';
import type { Open } from '../../worker/open.ts';
import { value } from '../../worker/world.ts';
import type { Connect } from '../plane.ts';
import { GREET, runsWorld } from './world.ts';

const STAGES = [value('a', '{{ vars.region }}/{{ vars.?tier.orValue("none") }}')];

export function startContract(open: Open, way: Connect): void {
  it('accepts a run of what is active, and hands it on', async () => {
    const { client, jobs, execute } = await runsWorld(open, way, [GREET]);
    const started = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    expect(started).toMatchObject({ pipeline: 'greet', version: '1.0.0', status: 'queued', actor: 'ada', error: null });
    expect(jobs.all).toEqual([{ run: started.run_id, segment: 1, priority: 5 }]);
    await execute(started.run_id);
    const view = await client.call('GET /runs/:id', { id: started.run_id });
    expect(view).toMatchObject({ status: 'succeeded', result: 'hello Ada x2', input: { name: 'Ada' } });
  });

  it('refuses an input with all that is wrong, and then there is no run', async () => {
    const { client, jobs } = await runsWorld(open, way, [GREET]);
    const wrong = client.call('POST /pipelines/:name/runs', { name: 'greet', input: { times: 'x', other: 1 } });
    await expect(wrong).rejects.toEqual(code('VALIDATION', 'name'));
    await expect(wrong).rejects.toMatchObject({ details: { errors: [{}, {}, {}] } });
    for (const input of [null, [], 'text', 3]) {
      await expect(client.call('POST /pipelines/:name/runs', { name: 'greet', input })).rejects.toEqual(
        code('VALIDATION'),
      );
    }
    expect(await client.call('GET /runs', {})).toEqual({ runs: [], next: null });
    expect(jobs.all).toEqual([]);
  });

  it('refuses an input above the limit of the release', async () => {
    const { world, client } = await runsWorld(open, way, [GREET]);
    await world.deploy([GREET], { settings: { limits: { input_bytes: 20 } } });
    const call = client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'A'.repeat(30) } });
    await expect(call).rejects.toEqual(code('QUOTA', '20 bytes'));
  });

  it('names the nearest of what is active', async () => {
    const { client } = await runsWorld(open, way, [GREET]);
    const call = client.call('POST /pipelines/:name/runs', { name: 'great' });
    await expect(call).rejects.toEqual(code('NOT_FOUND', 'greet'));
    await expect(call).rejects.toMatchObject({ hint: 'Did you mean `greet`?', details: { nearest: 'greet' } });
    for (const name of ['../greet', "greet' or '1", 'greet%00', '💥', 'ⓖreet']) {
      await expect(client.call('POST /pipelines/:name/runs', { name })).rejects.toEqual(code('NOT_FOUND'));
    }
  });

  it('takes a version that was active once, or a release, and no other', async () => {
    const { world, client } = await runsWorld(open, way, [GREET]);
    const second = await world.deploy([{ ...GREET, stages: [value('greeting', 'v2')] }], { version: '2.0.0' });
    const start = (more: object) => {
      return client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' }, ...more });
    };
    expect(await start({})).toMatchObject({ version: '2.0.0', release: second });
    expect(await start({ version: '1.0.0' })).toMatchObject({ version: '1.0.0' });
    expect(await start({ release: second })).toMatchObject({ version: '2.0.0', release: second });
    await expect(start({ version: '3.0.0' })).rejects.toEqual(code('NOT_FOUND', 'active is 2.0.0'));
    await expect(start({ release: '0'.repeat(64) })).rejects.toEqual(code('NOT_FOUND', 'never active'));
    await expect(start({ version: '1.0.0', release: second })).rejects.toEqual(code('USAGE'));
    // Stored, and never active: to run it would be a deployment past every rule.
    const text = JSON.stringify({ ...GREET, stages: [value('greeting', 'v3')] });
    await world.store.releases.putPipelines([
      { digest: '3'.repeat(64), name: 'greet', definition: text, source: text },
    ]);
    const pipelines = { greet: '3'.repeat(64) };
    const release = { digest: '4'.repeat(64), project: 'shop', version: '3.0.0', manifest: '{}', pipelines };
    await world.store.releases.putManifest(release);
    await expect(start({ release: release.digest })).rejects.toEqual(code('NOT_FOUND', 'never active'));
  });

  it('keeps its release while another becomes active', async () => {
    const { world, client, execute } = await runsWorld(open, way, [GREET]);
    const { run_id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    await world.deploy([{ ...GREET, stages: [value('greeting', 'v2')] }], { version: '2.0.0' });
    await execute(run_id);
    expect(await client.call('GET /runs/:id', { id: run_id })).toMatchObject({ result: 'hello Ada x2' });
  });

  it('keeps the variables as they were: stored ones before those of the host', async () => {
    const vars = {
      region: 'eu',
      tier: 'gold',
      get broken(): string {
        throw Object.assign(new Error('must not be read'), { code: 'X' });
      },
    };
    Object.defineProperty(vars, 'broken', { enumerable: false });
    const { world, client, execute } = await runsWorld(
      open,
      way,
      [{ name: 'vars', result: '{{ stages.a.output.result }}', stages: STAGES }],
      {
        control: { vars },
      },
    );
    await world.store.vars.set({ environment: 'local', name: 'region', actor: 'ada' }, 'us');
    const { run_id } = await client.call('POST /pipelines/:name/runs', { name: 'vars' });
    await world.store.vars.set({ environment: 'local', name: 'region', actor: 'ada' }, 'later');
    await execute(run_id);
    const view = await client.call('GET /runs/:id', { id: run_id });
    expect(view).toMatchObject({ vars: { region: 'us', tier: 'gold' }, result: 'us/gold' });
  });

  it('is the same run for the same key, however often and at once it is called', async () => {
    const { world, connect } = await runsWorld(open, way, [GREET]);
    const client = await connect({ idempotencyKey: () => 'key-1' });
    const call = () => client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    const all = await Promise.allSettled(Array.from({ length: 8 }, call));
    const ids = new Set(all.flatMap((each) => (each.status === 'fulfilled' ? [each.value.run_id] : [])));
    const refused = all.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(ids.size).toBe(1);
    expect(new Set([...refused, 'IDEMPOTENCY_IN_FLIGHT'])).toEqual(new Set(['IDEMPOTENCY_IN_FLIGHT']));
    expect((await call()).run_id).toBe([...ids][0]);
    const other = client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Bob' } });
    await expect(other).rejects.toEqual(
      code('IDEMPOTENCY_MISMATCH', 'POST /pipelines/:name/runs with another path or body'),
    );
    expect((await world.store.runs.list({ environment: 'local' }, { limit: 10 })).runs).toHaveLength(1);
  });

  it.each([
    ['an empty one', ''],
    ['`clé`', 'clé'],
    ['256', 'x'.repeat(256)],
    ['9000', 'x'.repeat(9_000)],
  ])('is no run for a key that is none: %s', async (found, key) => {
    const { world, connect } = await runsWorld(open, way, [GREET]);
    const client = await connect({ idempotencyKey: () => key });
    const started = client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    await expect(started).rejects.toEqual(code('REQUEST_INVALID', `signs of ASCII, found ${found}`));
    expect((await world.store.runs.list({ environment: 'local' }, { limit: 10 })).runs).toEqual([]);
  });

  it('takes an id that is free, and no odd one', async () => {
    const { client } = await runsWorld(open, way, [GREET]);
    const start = (run_id: string) => {
      return client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' }, run_id });
    };
    expect(await start('order-7')).toMatchObject({ run_id: 'order-7' });
    await expect(start('order-7')).rejects.toEqual(code('ALREADY_EXISTS', 'order-7'));
    for (const odd of ['last', '../up', 'A', '', 'a b', 'x'.repeat(65), '-a']) {
      await expect(start(odd)).rejects.toEqual(code('REQUEST_INVALID', 'run_id'));
    }
  });

  it('is refused without its scope, and with fields that nobody knows', async () => {
    const { connect, client } = await runsWorld(open, way, [GREET]);
    const reader = await connect({ scopes: ['runs:read'] });
    await expect(reader.call('POST /pipelines/:name/runs', { name: 'greet' })).rejects.toEqual(
      code('FORBIDDEN', 'runs:write'),
    );
    const odd = { name: 'greet', inputs: {} } as unknown as { name: string };
    await expect(client.call('POST /pipelines/:name/runs', odd)).rejects.toEqual(code('REQUEST_INVALID', 'inputs'));
  });

  it('answers with the result when it is to wait and the run ends in time', async () => {
    const { client, work } = await runsWorld(open, way, [GREET]);
    await work();
    const input = { name: 'greet', input: { name: 'Ada' }, wait: '30s' };
    expect(await client.call('POST /pipelines/:name/runs', input)).toMatchObject({
      status: 'succeeded',
      result: 'hello Ada x2',
      stages: [{ id: 'note' }, { id: 'greeting' }],
    });
    await expect(client.call('POST /pipelines/:name/runs', { ...input, wait: '61s' })).rejects.toEqual(
      code('REQUEST_INVALID', 'wait'),
    );
    await expect(client.call('POST /pipelines/:name/runs', { ...input, wait: 'soon' })).rejects.toEqual(
      code('REQUEST_INVALID', 'wait: Expected a time such as 30s'),
    );
  });

  it('takes the time to wait from the address, and nothing twice', async () => {
    const { client } = await runsWorld(open, way, [GREET]);
    const body = JSON.stringify({ input: { name: 'Ada' } });
    const response = await client.open('POST', '/pipelines/greet/runs?wait=0', { body });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ status: 'queued', stages: [] });
    const twice = client.open('POST', '/pipelines/greet/runs?wait=0', { body: JSON.stringify({ wait: '1s' }) });
    await expect(twice).rejects.toEqual(code('REQUEST_INVALID', 'wait'));
  });

  it('starts nothing while the queue is full, and what was refused later', async () => {
    const { client, connect, control, jobs } = await runsWorld(open, way, [GREET]);
    const limited = {
      ...control,
      room: { require: async () => fail('QUEUE_FULL', 'No', { details: { retry_after: 7 } }) },
    };
    const full = await way(limited, { idempotencyKey: () => 'key-1' });
    await expect(full.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } })).rejects.toEqual(
      code('QUEUE_FULL'),
    );
    await expect(full.call('POST /runs/replay', { filter: { pipeline: 'greet' } })).rejects.toEqual(code('QUEUE_FULL'));
    expect([(await client.call('GET /runs', {})).runs, jobs.all]).toEqual([[], []]);
    // What was refused may be tried again under its key.
    const again = await connect({ idempotencyKey: () => 'key-1' });
    const { run_id: id } = await again.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    expect(jobs.all).toEqual([{ run: id, segment: 1, priority: 5 }]);
  });

  it('answers what it has come to when the time is over', async () => {
    const { client } = await runsWorld(open, way, [GREET]);
    const input = { name: 'greet', input: { name: 'Ada' }, wait: 0 };
    expect(await client.call('POST /pipelines/:name/runs', input)).toMatchObject({ status: 'queued', result: null });
  });
}
