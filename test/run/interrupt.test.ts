import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Project, runId, suggested } from './project.ts';

/** `hang` never ends by itself; `tidy` runs whatever happens. */
function hanging(): Project {
  const shop = new Project();
  const guard = { id: 'guard', component: 'trycatch', depends_on: ['first'] };
  shop.pipeline('sale', [
    shop.step('first'),
    { ...guard, config: { try_stages: ['hang'], finally_stages: ['tidy'] } },
    shop.step('hang', [], { until: shop.path('open') }),
    shop.step('tidy'),
    shop.step('last', ['guard']),
  ]);
  return shop;
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s in mid-run', (signal, code) => {
  it('tells the stages to stop, runs finally stages, and the run can be resumed', async () => {
    const shop = hanging();
    const run = shop.start(['run', 'sale']);
    const id = runId(await run.until('stage guard/hang  running'));
    await shop.hasRun('guard/hang');
    run.kill(signal);
    const ended = await run.ended;
    expect(ended).toMatchObject({ code, signal: null, stdout: '' });
    expect(ended.stderr).toContain(`${signal}: the run is being stopped; once more ends it at once`);
    expect(ended.stderr).toContain('sale cancelled');
    expect(existsSync(shop.path('trace.aborted'))).toBe(true);
    expect(shop.ran()).toEqual(['first', 'guard/hang', 'guard/tidy']);

    shop.write('open', '');
    expect(suggested(ended.stderr)).toEqual([`fm run sale --resume ${id}`]);
    expect(await shop.type(suggested(ended.stderr)[0] ?? '')).toMatchObject({ code: 0 });
    expect(shop.ran().filter((path) => path === 'first')).toHaveLength(1);
    expect(shop.ran().slice(3)).toEqual(['guard/hang', 'guard/tidy', 'last']);
  });
});

describe('a second SIGINT', () => {
  it('ends at once, also when finally stages hang; the run can be resumed', async () => {
    const shop = new Project();
    const config = { try_stages: ['work'], finally_stages: ['tidy'] };
    shop.pipeline('sale', [
      { id: 'guard', component: 'trycatch', config },
      shop.step('work', [], { until: shop.path('open') }),
      shop.step('tidy', [], { until: shop.path('open') }),
    ]);
    const run = shop.start(['run', 'sale', '--json']);
    await shop.hasRun('guard/work');
    run.kill('SIGINT');
    await shop.hasRun('guard/tidy');
    run.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130, signal: null });
    shop.write('open', '');
    expect(await shop.fm(['runs', 'resume', 'last', '-q'])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a time limit', () => {
  it.each([
    [['--timeout', '300ms'], {}],
    [[], { timeout: 0.3 }],
  ])('%j %j ends the run with TIMEOUT', async (flags, more) => {
    const shop = new Project();
    shop.pipeline('slow', [shop.step('hang', [], { until: shop.path('never') })], more);
    const { code, stdout, stderr } = await shop.fm(['run', 'slow', '--json', ...flags]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', error: { type: 'TIMEOUT', code: 'run_timeout' } });
    expect(existsSync(shop.path('trace.aborted'))).toBe(true);
  });
});
