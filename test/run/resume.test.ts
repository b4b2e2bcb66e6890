import { describe, expect, it } from 'vitest';
import { Project, runId, suggested } from './project.ts';

/** Two stages that end, and one that waits until the file `open` is there. */
function shopOfThree(): Project {
  const shop = new Project();
  const { step } = shop;
  const at = step.bind(shop);
  shop.pipeline('sale', [at('order'), at('pay', ['order']), at('ship', ['pay'], { until: shop.path('open') })]);
  return shop;
}

describe('a run that is killed', () => {
  it('goes on with --resume: nothing that was recorded runs again, and idempotency keys stay', async () => {
    const shop = shopOfThree();
    const first = shop.start(['run', 'sale']);
    const id = runId(await first.until('stage ship  running'));

    const busy = await shop.fm(['run', 'sale', '--resume', 'last', '--json']);
    expect(busy.code).toBe(5);
    expect(JSON.parse(busy.stdout)).toMatchObject({
      error: { code: 'RUN_BUSY', message: `Run ${id} is being executed by process ${first.pid}` },
    });
    expect((await shop.fm(['runs', 'list'])).stdout).toMatch(new RegExp(`${id}  sale +0.1.0 +running`));

    first.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    const [list, json, shown] = await Promise.all([
      shop.fm(['runs', 'list', '--status', 'interrupted', '--json']),
      shop.fm(['runs', 'show', id.slice(0, 12), '--json']),
      shop.fm(['runs', 'show', 'last']),
    ]);
    expect(JSON.parse(list.stdout)).toMatchObject({ runs: [{ run_id: id, status: 'interrupted', duration_ms: null }] });
    expect(JSON.parse(json.stdout)).toMatchObject({ run_id: id, status: 'interrupted', pipeline: 'sale' });
    expect(shown.stdout).toMatch(/^ship +step +interrupted/m);
    expect(suggested(shown.stdout)).toEqual([`fm runs resume ${id}`]);

    shop.write('open', '');
    const again = await shop.fm(['run', 'pipelines/sale.pipeline.json', '--resume', id.slice(0, 14)]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain(`run ${id}  sale 0.1.0  running (resumed)`);
    expect(again.stderr).toMatch(/^stage pay {2}succeeded.*from the record$/m);
    expect(shop.ran()).toEqual(['order', 'pay', 'ship', 'ship']);
    expect(shop.read('trace.keys').trim().split('\n')).toEqual(
      ['order', 'pay', 'ship', 'ship'].map((path) => `${id}/${path}`),
    );
    const once = await shop.fm(['runs', 'resume', 'last', '--json']);
    expect(JSON.parse(once.stdout)).toMatchObject({ run_id: id, status: 'succeeded' });
    expect(shop.ran()).toHaveLength(4);
  });
});

describe('--from', () => {
  it('is asked for by name where a recorded stage has changed, and what is printed works as it is typed', async () => {
    const shop = shopOfThree();
    shop.write('open', '');
    expect((await shop.fm(['run', 'sale'])).code).toBe(0);
    const at = shop.step.bind(shop);
    shop.pipeline('sale', [
      at('order'),
      at('pay', ['order'], { value: 2 }),
      at('ship', ['pay'], { until: shop.path('open'), value: 3 }),
    ]);
    const refused = await shop.fm(['run', 'sale', '--resume', 'last']);
    expect(refused).toMatchObject({ code: 5, stdout: '' });
    expect(refused.stderr).toContain('DEFINITION_CHANGED  these stages have changed since the run recorded them');
    expect(refused.stderr).toContain('`pay`, `ship`');
    const [command = ''] = suggested(refused.stderr);
    expect(command).toMatch(/^fm run sale --resume \w{16} --from pay$/);
    expect(shop.ran()).toEqual(['order', 'pay', 'ship']);
    expect(await shop.type(command)).toMatchObject({ code: 0, stdout: expect.stringContaining('"value": 3') });
    expect(shop.ran().slice(3)).toEqual(['pay/1', 'ship/1']);

    const wrong = await shop.fm(['runs', 'resume', 'last', '--from', 'shipp']);
    expect(wrong).toMatchObject({ code: 4, stderr: expect.stringContaining('There is no stage `shipp`') });
    expect(await shop.type(suggested(wrong.stderr)[0] ?? '')).toMatchObject({ code: 0 });
    expect(shop.ran().slice(5)).toEqual(['ship/2']);
    expect((await shop.fm(['runs', 'show', 'last'])).stdout).toContain('repeated  2 times with --from');
  });

  it('reaches into bodies', async () => {
    const shop = new Project();
    const at = shop.step.bind(shop);
    const each = { id: 'orders', component: 'foreach', config: { items: [1, 2], loop_stages: ['pay', 'thank'] } };
    shop.pipeline('each', [each, at('pay'), at('thank', ['pay']), at('report', ['orders'])]);
    expect((await shop.fm(['run', 'each'])).code).toBe(0);
    expect(await shop.fm(['run', 'each', '--resume', 'last', '--from', 'thank'])).toMatchObject({ code: 0 });
    expect(shop.ran().slice(5)).toEqual(['orders[0]/thank/1', 'orders[1]/thank/1', 'report/1']);
  });
});

describe('a run that another pipeline recorded, or nobody', () => {
  it('is refused with the command that is meant', async () => {
    const shop = shopOfThree();
    shop.write('open', '');
    shop.pipeline('other', [shop.step('a')]);
    await shop.fm(['run', 'other']);
    await shop.fm(['run', 'other']);
    const [mixed, unknown, both] = await Promise.all([
      shop.fm(['run', 'sale', '--resume', 'last']),
      shop.fm(['run', 'other', '--resume', 'zzzz']),
      shop.fm(['run', 'other', '--resume', '1']),
    ]);
    expect(mixed.code).toBe(2);
    expect(suggested(mixed.stderr)[0]).toMatch(/^fm run pipelines\/other\.pipeline\.json --resume \w{16}$/);
    expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining('Try: fm runs list') });
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('could be 2 runs') });
  });

  it('from stdin goes on with what was recorded of the pipeline', async () => {
    const shop = new Project();
    shop.write('closed', '');
    const stages = [shop.step('a'), shop.step('b', ['a'], { fails: shop.path('closed') })];
    const failed = await shop.fm(['run', '-'], { input: JSON.stringify({ name: 'piped', stages }) });
    expect(failed.code).toBe(1);
    const [command = ''] = suggested(failed.stderr);
    expect(command).toMatch(/^fm runs resume \w{16}$/);
    shop.write('trace.open', '');
    expect(await shop.type(`rm closed && ${command}`)).toMatchObject({ code: 0 });
    expect(shop.ran()).toEqual(['a', 'b', 'b']);
  });
});
