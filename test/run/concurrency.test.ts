import { describe, expect, it } from 'vitest';
import { Project, runId, suggested } from './project.ts';

function oneAtATime(more: object = {}): Project {
  const shop = new Project();
  shop.pipeline('solo', [shop.step('work', [], { until: shop.path('{{ input.file }}') })], {
    concurrency: { limit: 1, ...more },
  });
  return shop;
}

describe('two runs where one is allowed', () => {
  it('the second one is queued until the first one has ended, however it ends', async () => {
    const shop = oneAtATime();
    const first = shop.start(['run', 'solo', '--set', 'file=a']);
    await shop.hasRun('work');
    const second = shop.start(['run', 'solo', '--set', 'file=b']);
    const id = runId(await second.until('solo 0.1.0  queued'));
    const list = await shop.fm(['runs', 'list', '--pipeline', 'solo', '--json']);
    expect(JSON.parse(list.stdout).runs.map((run: { status: string }) => run.status)).toEqual(['queued', 'running']);
    const logs = shop.start(['runs', 'logs', id, '--follow']);
    expect(shop.ran()).toEqual(['work']);
    first.kill('SIGKILL');
    await second.until('stage work  running');
    shop.write('b', '');
    expect(await second.ended).toMatchObject({ code: 0 });
    expect(await logs.ended).toMatchObject({ code: 0 });
    expect(shop.ran()).toEqual(['work', 'work']);
  });

  it('a queued one ends with 130 at SIGINT, and can be resumed', async () => {
    const shop = oneAtATime();
    const first = shop.start(['run', 'solo', '--set', 'file=a']);
    await shop.hasRun('work');
    const second = shop.start(['run', 'solo', '--set', 'file=a']);
    await second.until('queued');
    second.kill('SIGINT');
    const ended = await second.ended;
    expect(ended).toMatchObject({ code: 130, stdout: '' });
    expect(ended.stderr).toContain('stopped before it began');
    expect(shop.ran()).toEqual(['work']);
    shop.write('a', '');
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(await shop.type(suggested(ended.stderr)[0] ?? '')).toMatchObject({ code: 0 });
  });

  it('the second one is refused with 8 where the pipeline rejects; runs of another key are not counted', async () => {
    const shop = oneAtATime({ on_limit: 'reject', key: 'input.customer' });
    const first = shop.start(['run', 'solo', '--set', 'file=a', '--set', 'customer=1']);
    await shop.hasRun('work');
    shop.write('b', '');
    const [same, other] = await Promise.all([
      shop.fm(['run', 'solo', '--set', 'file=b', '--set', 'customer=1', '--json']),
      shop.fm(['run', 'solo', '--set', 'file=b', '--set', 'customer=2', '--json']),
    ]);
    expect(same.code).toBe(8);
    expect(JSON.parse(same.stdout).error).toMatchObject({
      code: 'CONCURRENCY_LIMIT',
      hint: 'fm runs list --pipeline solo',
    });
    expect(other.code).toBe(0);
    shop.write('a', '');
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(shop.ran()).toEqual(['work', 'work']);
  });

  it('one that waits for a signal counts, until it has ended', async () => {
    const shop = new Project();
    const concurrency = { limit: 1, on_limit: 'reject' };
    shop.pipeline('ask', [{ id: 'wait', component: 'signal', config: { name: 'go' } }], { concurrency });
    const parked = await shop.fm(['run', 'ask']);
    expect(parked.code).toBe(69);
    expect(await shop.fm(['run', 'ask'])).toMatchObject({ code: 8, stdout: '' });
    expect(await shop.type(suggested(parked.stderr).join(' && '))).toMatchObject({ code: 0 });
    expect(await shop.fm(['run', 'ask'])).toMatchObject({ code: 69 });
  });
});
