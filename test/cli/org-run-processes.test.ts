import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Live } from '../run/live.ts';
import { Project, runId, suggested } from '../run/project.ts';

/** `hang` waits for the file `open`; `tidy` runs whatever happens. Pushed to the local org. */
async function hanging(): Promise<Project> {
  const shop = new Project();
  const guard = { id: 'guard', component: 'trycatch', depends_on: ['first'] };
  shop.pipeline('sale', [
    shop.step('first'),
    { ...guard, config: { try_stages: ['hang'], finally_stages: ['tidy'] } },
    shop.step('hang', [], { until: shop.path('open') }),
    shop.step('tidy'),
    shop.step('last', ['guard']),
  ]);
  expect((await shop.fm(['push', '--json'])).code).toBe(0);
  return shop;
}

/** A run of `sale` that has come to `hang`. */
async function begun(shop: Project, ...more: string[]): Promise<{ run: Live; id: string }> {
  const run = shop.start(['run', 'sale', '--org', 'local', ...more]);
  const id = runId(await run.until('stage guard/hang  running'));
  await shop.hasRun('guard/hang');
  return { run, id };
}

async function statusOf(shop: Project, id: string): Promise<string> {
  return JSON.parse((await shop.fm(['runs', 'show', id, '--org', 'local', '--json'])).stdout).status;
}

describe('a run of an org whose process is killed', () => {
  it('is interrupted, and the next command goes on without running a recorded stage again', async () => {
    const shop = await hanging();
    const { run, id } = await begun(shop);
    run.kill('SIGKILL');
    await run.ended;
    const listed = await shop.fm(['runs', 'list', '--org', 'local', '--status', 'interrupted', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject({ runs: [{ run_id: id, status: 'interrupted' }] });
    const shown = await shop.fm(['runs', 'show', id, '--org', 'local']);
    expect(shown.stdout).toMatch(/^status +interrupted$/m);
    shop.write('open', '');
    const [next = ''] = suggested(shown.stdout);
    expect(next).toBe(`fm runs resume ${id} --org local`);
    const resumed = await shop.type(next);
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stderr).toContain('running (resumed)');
    expect(shop.ran()).toEqual(['first', 'guard/hang', 'guard/hang', 'guard/tidy', 'last']);
    expect(new Set(shop.read('trace.keys').split('\n').filter(Boolean)).size).toBe(4);
  });

  it('goes on the same with --resume last, as often as it is killed', async () => {
    const shop = await hanging();
    const { run, id } = await begun(shop);
    run.kill('SIGKILL');
    await run.ended;
    for (let times = 2; times <= 3; times++) {
      const again = shop.start(['run', 'sale', '--org', 'local', '--resume', 'last']);
      await again.until('stage guard/hang  running');
      await expect.poll(() => shop.ran().filter((path) => path === 'guard/hang').length).toBe(times);
      again.kill('SIGKILL');
      await again.ended;
    }
    shop.write('open', '');
    const ended = await shop.fm(['run', 'sale', '--org', 'local', '--resume', 'last', '--json']);
    expect(JSON.parse(ended.stdout)).toMatchObject({ run_id: id, status: 'succeeded' });
    expect(shop.ran().filter((path) => path === 'first')).toHaveLength(1);
  });

  it('at any moment, ends after the next command with each stage recorded once', async () => {
    const shop = new Project();
    const ids = Array.from({ length: 12 }, (_, i) => `s${i}`);
    shop.pipeline(
      'long',
      ids.map((id, i) => shop.step(id, i === 0 ? [] : [`s${i - 1}`])),
    );
    expect((await shop.fm(['push', '--json'])).code).toBe(0);
    for (const at of [0, 3, 7, 11]) {
      const run = shop.start(['run', 'long', '--org', 'local']);
      const id = runId(await run.until(`stage s${at}  running`));
      run.kill('SIGKILL');
      await run.ended;
      const status = await statusOf(shop, id);
      if (status !== 'succeeded') {
        const ended = await shop.fm(['runs', 'resume', id, '--org', 'local', '--json']);
        const document = JSON.parse(ended.stdout);
        expect(document.status).toBe('succeeded');
        expect(document.stages.map((stage: { id: string }) => stage.id).toSorted()).toEqual(ids.toSorted());
      }
      // Of what was running when it was killed nobody can tell; all else ran once.
      const counts = ids.map((each) => shop.ran().filter((path) => path === each).length);
      expect(counts.every((count) => count >= 1)).toBe(true);
      expect(counts.filter((count) => count > 1).length).toBeLessThanOrEqual(1);
      shop.write('trace', '');
    }
  });
});

describe('a run of an org that is being executed', () => {
  it('is nobody else’s, and is shown as it goes on', async () => {
    const shop = await hanging();
    const { run, id } = await begun(shop);
    const other = await shop.fm(['runs', 'resume', id, '--org', 'local']);
    expect(other.code).toBe(5);
    expect(other.stderr).toMatch(new RegExp(`RUN_BUSY.*process ${run.pid}`));
    expect(await statusOf(shop, id)).toBe('running');
    const followed = shop.start(['runs', 'show', id, '--org', 'local', '--follow']);
    await followed.until('stage guard/hang  running');
    shop.write('open', '');
    expect((await run.ended).code).toBe(0);
    const shown = await followed.ended;
    expect(shown.code).toBe(0);
    expect(shown.stderr).toContain('stage last  succeeded');
    expect(shown.stdout).toMatch(/^status +succeeded$/m);
    expect(shop.ran()).toEqual(['first', 'guard/hang', 'guard/tidy', 'last']);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is stopped by %s, with its finally stages, and can be resumed', async (signal, code) => {
    const shop = await hanging();
    const { run, id } = await begun(shop);
    run.kill(signal);
    const ended = await run.ended;
    expect(ended).toMatchObject({ code, signal: null, stdout: '' });
    expect(ended.stderr).toContain('sale cancelled');
    expect(existsSync(shop.path('trace.aborted'))).toBe(true);
    expect(shop.ran()).toEqual(['first', 'guard/hang', 'guard/tidy']);
    expect(await statusOf(shop, id)).toBe('cancelled');
    shop.write('open', '');
    const [next = ''] = suggested(ended.stderr);
    expect(next).toBe(`fm runs resume ${id} --org local`);
    expect(await shop.type(next)).toMatchObject({ code: 0 });
    expect(shop.ran().slice(3)).toEqual(['guard/hang', 'guard/tidy', 'last']);
  });

  it('is stopped by another command', async () => {
    const shop = await hanging();
    const { run, id } = await begun(shop);
    const cancelled = await shop.fm(['runs', 'cancel', id, '--org', 'local', '--json']);
    expect(JSON.parse(cancelled.stdout)).toEqual({ run_id: id, status: 'running' });
    expect((await run.ended).code).toBe(1);
    expect(await statusOf(shop, id)).toBe('cancelled');
    expect(shop.ran()).toEqual(['first', 'guard/hang', 'guard/tidy']);
  });

  it('waits for its turn where its pipeline bounds its runs, and is stopped there too', async () => {
    const shop = new Project();
    shop.pipeline('one', [shop.step('work', [], { until: shop.path('open') })], { concurrency: { limit: 1 } });
    await shop.fm(['push', '--json']);
    const first = shop.start(['run', 'one', '--org', 'local']);
    await shop.hasRun('work');
    const second = shop.start(['run', 'one', '--org', 'local', '--json']);
    await expect
      .poll(async () => JSON.parse((await shop.fm(['runs', 'list', '--org', 'local', '--json'])).stdout).runs.length, {
        timeout: 30_000,
      })
      .toBe(2);
    second.kill('SIGINT');
    const stopped = await second.ended;
    expect(stopped.code).toBe(130);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ status: 'cancelled', stages: [] });
    shop.write('open', '');
    expect((await first.ended).code).toBe(0);
    expect(shop.ran()).toEqual(['work']);
  });
});

it('a local run is stopped by another command, through its process', async () => {
  const shop = new Project();
  shop.pipeline('sale', [shop.step('hang', [], { until: shop.path('open') })]);
  const run = shop.start(['run', 'sale']);
  const id = runId(await run.until('stage hang  running'));
  await shop.hasRun('hang');
  const told = await shop.fm(['runs', 'cancel', id]);
  expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining(`process ${run.pid} was told to stop`) });
  expect((await run.ended).code).toBe(143);
  const again = await shop.fm(['runs', 'cancel', id, '--json']);
  expect(JSON.parse(again.stdout)).toEqual({ run_id: id, status: 'cancelled' });
});

it('a local run is replayed with its input, or a changed one', async () => {
  const shop = new Project();
  shop.pipeline('sale', [{ id: 'echo', component: 'json-transform', config: { template: '{{ input }}' } }], {
    result: '{{ stages.echo.output.result }}',
  });
  await shop.fm(['run', 'sale', '--input', '{"a": {"b": 1}, "c": 2}']);
  const same = await shop.fm(['runs', 'replay', 'last', '--quiet']);
  expect(JSON.parse(same.stdout)).toEqual({ a: { b: 1 }, c: 2 });
  const changed = await shop.fm(['runs', 'replay', 'last', '--set', 'a.b=7', '--json']);
  expect(JSON.parse(changed.stdout)).toMatchObject({ result: { a: { b: 7 }, c: 2 } });
  expect(JSON.parse((await shop.fm(['runs', 'list', '--json'])).stdout).runs).toHaveLength(3);
});
