import { describe, expect, it } from 'vitest';
import { Project, runId } from './project.ts';

describe('fm runs list', () => {
  it('lists the newest first, and filters by pipeline, state and number', async () => {
    const shop = new Project();
    expect((await shop.fm(['runs', 'list'])).stdout).toBe('no runs\n');
    shop.write('closed', '');
    shop.pipeline('good', [shop.step('a')]);
    shop.pipeline('bad', [shop.step('b', [], { fails: shop.path('closed') })]);
    for (const name of ['good', 'bad', 'good']) await shop.fm(['run', name, '-q']);
    const lists = await Promise.all(
      [[], ['--pipeline', 'good'], ['--status', 'failed'], ['--limit', '1'], ['--status', 'waiting']].map((flags) =>
        shop.fm(['runs', 'list', '--json', ...flags]),
      ),
    );
    const names = lists.map(({ stdout }) => JSON.parse(stdout).runs.map((run: { pipeline: string }) => run.pipeline));
    expect(names).toEqual([['good', 'bad', 'good'], ['good', 'good'], ['bad'], ['good'], []]);
    expect(JSON.parse(lists[2]?.stdout ?? '')).toEqual({
      runs: [
        {
          run_id: expect.stringMatching(/^\w{16}$/),
          pipeline: 'bad',
          version: '0.1.0',
          status: 'failed',
          started_at: expect.stringMatching(/^\d{4}-.*Z$/),
          duration_ms: expect.any(Number),
        },
      ],
    });
    const wrong = await Promise.all([
      shop.fm(['runs', 'list', '--status', 'faild']),
      shop.fm(['runs', 'list', '--limit', '0']),
      shop.fm(['runs', 'show', 'zzz']),
    ]);
    expect(wrong.map(({ code }) => code)).toEqual([2, 2, 4]);
    expect(wrong[0]?.stderr).toContain('Try: fm runs list --status failed');
  });
});

describe('fm runs logs', () => {
  it('prints what stages have logged from a level on; --follow goes on until the run ends', async () => {
    const shop = new Project();
    const say = (id: string, level: string, after: string[]) => ({
      id,
      component: 'logger',
      depends_on: after,
      config: { message: `this is ${id}`, level, data: { id } },
    });
    shop.pipeline('talk', [
      say('one', 'info', []),
      shop.step('hang', ['one'], { until: shop.path('open') }),
      say('two', 'warn', ['hang']),
      say('three', 'debug', ['two']),
    ]);
    const run = shop.start(['run', 'talk', '--quiet']);
    await shop.hasRun('hang');
    const logs = shop.start(['runs', 'logs', 'last', '-f']);
    const id = JSON.parse((await shop.fm(['runs', 'list', '--json'])).stdout).runs[0].run_id;
    await logs.until('this is one');
    shop.write('open', '');
    expect(await run.ended).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout } = await logs.ended;
    expect(code).toBe(0);
    expect(stdout.replaceAll(/^\S+Z/gm, 'TIME')).toBe(
      [
        'TIME  info   one  this is one  {"id":"one"}',
        'TIME  warn   two  this is two  {"id":"two"}',
        'TIME  debug  three  this is three  {"id":"three"}\n',
      ].join('\n'),
    );
    const [warnings, json] = await Promise.all([
      shop.fm(['runs', 'logs', id, '--level', 'warn']),
      shop.fm(['runs', 'logs', id, '--json', '--level', 'info']),
    ]);
    expect(warnings.stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      run_id: id,
      logs: [
        { level: 'info', path: 'one', message: 'this is one', data: { id: 'one' }, at: expect.stringMatching(/Z$/) },
        { level: 'warn', path: 'two' },
      ],
    });
  });
});

describe('fm runs show', () => {
  it('tells of a succeeded run what fm run --json told', async () => {
    const shop = new Project();
    shop.pipeline('sale', [shop.step('pay', [], { value: '{{ vars.PRICE }}' })]);
    const ran = JSON.parse((await shop.fm(['run', 'sale', '--json', '--set', 'n=1', '--vars', 'PRICE=5'])).stdout);
    const shown = await shop.fm(['runs', 'show', ran.run_id, '--json']);
    expect(JSON.parse(shown.stdout)).toEqual({ ...ran, input: { n: 1 }, vars: { PRICE: 5 } });
    const { stdout } = await shop.fm(['runs', 'show', 'last']);
    expect(runId(`run ${ran.run_id}`)).toBe(ran.run_id);
    expect(stdout).toContain('pipeline  sale 0.1.0  pipelines/sale.pipeline.json');
    expect(stdout).toContain('input     {"n":1}');
    expect(stdout).toContain('result\n{\n  "value": 5\n}');
    expect(stdout).not.toContain('Try:');
  });
});
