import { describe, expect, it } from 'vitest';
import type { ControlPlane } from '../../src/control/control.ts';
import { scheduleHost } from '../../src/hosts/node/server/chores.ts';
import type { Store } from '../../src/store/store.ts';
import { fireDue } from '../../src/worker/schedule.ts';
import type { World } from '../store/world.ts';
import { code } from '../store/world.ts';
import { databases } from './databases.ts';
import { type Jobs, planeIn, WAYS } from './plane.ts';
import { type Definition, deploy, logs, releaseOf } from './shop.ts';

const [[, connect]] = WAYS as [(typeof WAYS)[number]];
const MINUTE = 60_000;
const NOON = '2026-01-05T12:00:00.000Z';

/** The store of a database whose clock is the test's. */
function virtual({ store, clock }: World): Store {
  const health = { time: async () => clock.now() };
  return { ...store, health, transaction: (work) => store.transaction((tx) => work({ ...tx, health })) };
}

async function scheduled(open: (typeof DATABASES)[number][1], trigger: Definition, more: Definition = {}) {
  const world = await open();
  const store = virtual(world);
  const control = planeIn({ ...world, store });
  const admin = await connect(control);
  const release = (version: string, triggers: readonly Definition[]) =>
    releaseOf([logs('report', version, { input: {}, ...more, triggers })], { version });
  const nightly = {
    type: 'schedule',
    id: 'tick',
    cron: '*/10 * * * *',
    input: { at: '{{ trigger.scheduled_at }}' },
    ...trigger,
  };
  await deploy(admin, release('1.0.0', [nightly]));
  /** What one process after the other would do now. */
  const look = async (processes = 1) => {
    const hosts = Array.from({ length: processes }, () => scheduleHost(planeOf(control, store)));
    await Promise.all(hosts.map(fireDue));
  };
  const fired = async () => {
    const { runs } = await store.runs.list({ environment: 'staging' }, { limit: 500 });
    const rows = await Promise.all(runs.map(({ id }) => store.runs.get(id)));
    return rows.map((row) => String((row?.input as { at?: string } | undefined)?.at).slice(11, 16)).sort();
  };
  const show = async () => (await admin.call('GET /triggers', {})).triggers[0];
  return { ...world, store, control, admin, nightly, release, look, fired, show };
}

/** Another process has a control plane of its own. */
function planeOf(control: ControlPlane, store: Store): ControlPlane {
  return { ...control, store };
}

const DATABASES = databases();

describe.each(DATABASES)('a schedule, over %s', (_, open) => {
  it('fires each time once, however many processes look', async () => {
    const { look, fired, clock, store, control, show } = await scheduled(open, {});
    await look(3);
    expect(await fired()).toEqual([]);
    clock.advance(10 * MINUTE);
    await look(3);
    await look(3);
    expect(await fired()).toEqual(['12:10']);
    clock.advance(9 * MINUTE + 59_999);
    await look(3);
    expect(await fired()).toEqual(['12:10']);
    clock.advance(1);
    await look(3);
    expect(await fired()).toEqual(['12:10', '12:20']);
    const { runs } = await store.runs.list({ environment: 'staging' }, { limit: 1 });
    expect(runs).toMatchObject([{ pipeline: 'report', trigger: 'schedule:tick', actor: 'schedule', status: 'queued' }]);
    expect((control.dispatcher as Jobs).all).toHaveLength(2);
    expect(await show()).toMatchObject({
      last: { scheduled_at: Date.parse(NOON) + 20 * MINUTE, run_id: runs[0]?.id, error: null },
      next: [30, 40, 50].map((minutes) => Date.parse(NOON) + minutes * MINUTE),
    });
  });

  it.each([
    ['skip', ['12:50']],
    ['once', ['12:40', '12:50']],
    ['all', ['12:10', '12:20', '12:30', '12:40', '12:50']],
  ])('%s: makes up for what nobody fired', async (missed, expected) => {
    const { look, fired, clock } = await scheduled(open, { missed });
    clock.advance(50 * MINUTE + 5_000);
    await look(2);
    await look();
    expect(await fired()).toEqual(expected);
    clock.advance(10 * MINUTE);
    await look(2);
    expect(await fired()).toEqual([...expected, '13:00']);
  });

  it('that is paused fires nothing, misses nothing, and goes on from when it is resumed', async () => {
    const { look, fired, clock, admin, show } = await scheduled(open, { missed: 'all' });
    expect(await admin.call('POST /triggers/:id/pause', { id: 'tick' })).toMatchObject({
      state: 'paused',
      changed: true,
    });
    expect(await admin.call('POST /triggers/:id/pause', { id: 'tick' })).toMatchObject({ changed: false });
    clock.advance(35 * MINUTE);
    await look();
    expect(await show()).toMatchObject({ state: 'paused', next: [] });
    await admin.call('POST /triggers/:id/resume', { id: 'report:tick' });
    await look();
    expect(await fired()).toEqual([]);
    clock.advance(5 * MINUTE);
    await look();
    expect(await fired()).toEqual(['12:40']);
    const { entries } = await admin.call('GET /audit', {});
    expect(entries.map(({ action, target, actor }) => [action, target, actor]).slice(0, 2)).toEqual([
      ['triggers.resume', 'shop/report:tick', 'ada'],
      ['triggers.pause', 'shop/report:tick', 'ada'],
    ]);
  });

  it('stays paused over releases, and an unchanged one keeps what it missed', async () => {
    const { look, fired, clock, admin, nightly, release, show } = await scheduled(open, { missed: 'all' });
    clock.advance(20 * MINUTE + 5_000);
    await deploy(admin, release('1.1.0', [{ ...nightly, input: { at: '{{ trigger.scheduled_at }}', x: 1 } }]));
    await look();
    expect(await fired()).toEqual(['12:10', '12:20']);
    await admin.call('POST /triggers/:id/pause', { id: 'tick' });
    await deploy(admin, release('1.2.0', []));
    await deploy(admin, release('1.3.0', [nightly]));
    clock.advance(20 * MINUTE);
    await look();
    expect([await fired(), (await show())?.state]).toEqual([['12:10', '12:20'], 'paused']);
  });

  it('that is changed begins at its activation, and a rollback brings the old one back', async () => {
    const { look, fired, clock, admin, nightly, release, show } = await scheduled(open, { missed: 'all' });
    clock.advance(15 * MINUTE);
    await deploy(admin, release('2.0.0', [{ ...nightly, cron: '*/7 * * * *' }]));
    await look();
    expect(await fired()).toEqual([]);
    clock.advance(7 * MINUTE);
    await look();
    expect(await fired()).toEqual(['12:21']);
    await admin.call('POST /rollbacks', { project: 'shop', previous: true });
    expect(await show()).toMatchObject({
      cron: '*/10 * * * *',
      next: [30, 40, 50].map((m) => Date.parse(NOON) + m * MINUTE),
    });
    clock.advance(8 * MINUTE);
    await look();
    expect(await fired()).toEqual(['12:21', '12:30']);
  });

  it('that a release does not have any more fires nothing', async () => {
    const { look, fired, clock, admin, release } = await scheduled(open, { missed: 'all' });
    clock.advance(10 * MINUTE);
    await deploy(admin, release('2.0.0', []));
    await look();
    expect(await fired()).toEqual([]);
  });

  it('whose input does not fit is told of in the list, and goes on', async () => {
    const input = { type: 'object', properties: { at: { type: 'number' } } };
    const { look, fired, clock, show } = await scheduled(open, {}, { input });
    clock.advance(10 * MINUTE);
    await look(2);
    expect(await fired()).toEqual([]);
    expect(await show()).toMatchObject({
      last: { scheduled_at: Date.parse(NOON) + 10 * MINUTE, run_id: null, error: { code: 'VALIDATION' } },
      next: [Date.parse(NOON) + 20 * MINUTE, expect.any(Number), expect.any(Number)],
    });
  });

  it('is made up for by hand, each time once', async () => {
    const { look, fired, clock, admin } = await scheduled(open, {});
    clock.advance(60 * MINUTE);
    await look();
    expect(await fired()).toEqual(['13:00']);
    const span = { id: 'tick', from: Date.parse(NOON), to: clock.now() + 60 * MINUTE };
    const states = async (more: object = {}) =>
      (await admin.call('POST /triggers/:id/backfill', { ...span, ...more })).times.map(({ scheduled_at, state }) => [
        new Date(scheduled_at).toISOString().slice(11, 16),
        state,
      ]);
    const times = (state: string) =>
      ['12:00', '12:10', '12:20', '12:30', '12:40', '12:50'].map((time) => [time, state]);
    expect(await states({ dry_run: true })).toEqual([...times('planned'), ['13:00', 'there']]);
    expect(await fired()).toEqual(['13:00']);
    expect(await states()).toEqual([...times('started'), ['13:00', 'there']]);
    expect(await states()).toEqual([...times('there'), ['13:00', 'there']]);
    expect(await fired()).toEqual(['12:00', '12:10', '12:20', '12:30', '12:40', '12:50', '13:00']);
    await expect(states({ most: 3 })).rejects.toEqual(code('USAGE', 'more than 3'));
    const [entry] = (await admin.call('GET /audit', {})).entries.filter(({ action }) => action === 'triggers.backfill');
    expect(entry).toMatchObject({ target: 'report:tick', details: { runs: 0 } });
  });
});

const [LIBSQL] = DATABASES as [(typeof DATABASES)[number]];
const open = LIBSQL[1];

describe('triggers', () => {
  it('are fired by hand, also when they are paused, and in an org', async () => {
    const { admin, store, fired, control } = await scheduled(open, {});
    await admin.call('POST /triggers/:id/pause', { id: 'tick' });
    const run = await admin.call('POST /triggers/:id/fire', { id: 'report:tick' });
    expect(run).toMatchObject({ pipeline: 'report', status: 'queued', trigger: 'schedule:tick', actor: 'ada' });
    expect(await fired()).toEqual(['12:00']);
    const org = await connect({ ...control, kind: 'org' });
    expect((await org.call('GET /triggers', {})).triggers[0]).toMatchObject({ state: 'inactive', next: [] });
    const again = await org.call('POST /triggers/:id/fire', { id: 'tick', run_id: 'mine' });
    expect(await store.runs.get(again.run_id)).toMatchObject({ id: 'mine', input: { at: NOON } });
  });

  it('are given what a call would bring', async () => {
    const { admin, store, release, nightly } = await scheduled(open, {});
    const hook = {
      type: 'webhook',
      id: 'paid',
      path: 'p',
      signature: { scheme: 'none' },
      input: { order: '{{ trigger.body.order }}', via: '{{ trigger.headers["x-via"] }}', q: '{{ trigger.query.q }}' },
    };
    await deploy(admin, release('1.1.0', [nightly, hook]));
    const call = { id: 'paid', body: { order: 7 }, headers: { 'X-Via': 'hand' }, query: { q: '1' } };
    const { run_id } = await admin.call('POST /triggers/:id/fire', call);
    expect(await store.runs.get(run_id)).toMatchObject({
      input: { order: 7, via: 'hand', q: '1' },
      trigger: 'webhook:paid',
    });
    const tried = await admin.call('POST /triggers/:id/fire', { ...call, dry_run: true });
    expect(tried).toMatchObject({ pipeline: 'report', status: 'queued' });
    expect(await store.runs.get(tried.run_id)).toBeUndefined();
    const wrong = { id: 'paid', body: {}, dry_run: true };
    await expect(admin.call('POST /triggers/:id/fire', wrong)).rejects.toEqual(code('EXPRESSION', 'order'));
    for (const brought of [{ body: null }, { headers: {} }, { query: { q: '1' } }]) {
      await expect(admin.call('POST /triggers/:id/fire', { id: 'tick', ...brought })).rejects.toEqual(
        code('USAGE', 'report:tick is a schedule'),
      );
    }
    await expect(admin.call('POST /triggers/:id/backfill', { id: 'paid', from: 0, to: 1 })).rejects.toEqual(
      code('USAGE', 'is a webhook'),
    );
    const turned = { id: 'tick', from: 9e15, to: Date.UTC(2026, 0, 2) };
    await expect(admin.call('POST /triggers/:id/backfill', turned)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: 'from: Expected a time before 2026-01-02T00:00:00.000Z, found +275760-09-13T00:00:00.000Z',
      hint: expect.stringContaining('fm triggers backfill report:tick --from 2026-01-02T00:00:00.000Z --to '),
    });
  });

  it('are called by a name that means one of them', async () => {
    const { admin, nightly } = await scheduled(open, {});
    const pause = (id: string) => admin.call('POST /triggers/:id/pause', { id });
    await expect(pause('tock')).rejects.toEqual(
      expect.objectContaining({ code: 'NOT_FOUND', hint: 'Did you mean `tick`?' }),
    );
    for (const id of [
      '',
      'other:tick',
      'report:',
      ':tick',
      '__proto__',
      "'; drop table triggers; --",
      '../x',
      'x'.repeat(10_000),
    ])
      await expect(pause(id)).rejects.toEqual(
        expect.objectContaining({ code: expect.stringMatching(/^(NOT_FOUND|REQUEST_INVALID)$/) }),
      );
    const two = releaseOf(
      ['report', 'digest'].map((name) => logs(name, 'x', { input: {}, triggers: [nightly] })),
      { version: '3.0.0' },
    );
    await deploy(admin, two);
    await expect(pause('tick')).rejects.toEqual(code('TRIGGER_AMBIGUOUS', 'digest:tick'));
    expect(await pause('digest:tick')).toMatchObject({ pipeline: 'digest', state: 'paused' });
  });

  it('are changed by administrators and fired by who may start runs', async () => {
    const { control } = await scheduled(open, {});
    const runner = await connect(control, { scopes: ['runs:write'] });
    for (const route of ['POST /triggers/:id/pause', 'POST /triggers/:id/resume'] as const)
      await expect(runner.call(route, { id: 'tick' })).rejects.toEqual(code('FORBIDDEN', 'admin'));
    expect(await runner.call('POST /triggers/:id/fire', { id: 'tick' })).toMatchObject({ status: 'queued' });
    const reader = await connect(control, { scopes: ['runs:read'] });
    await expect(reader.call('POST /triggers/:id/fire', { id: 'tick' })).rejects.toEqual(code('FORBIDDEN'));
  });
});
