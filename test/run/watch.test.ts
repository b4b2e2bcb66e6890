import { describe, expect, it } from 'vitest';
import { Project } from './project.ts';

const WAITING = 'Waiting for changes; Ctrl-C ends it.';

describe('fm run --watch', () => {
  it('runs again when a file changes that it reads, survives broken ones, and Ctrl-C ends it with 130', async () => {
    const shop = new Project();
    const pipeline = (value: unknown) => shop.pipeline('sale', [shop.step('pay', [], { value })]);
    pipeline(1);
    const run = shop.start(['run', 'sale', '--watch']);
    let rounds = 0;
    /** Waits for the end of the next round, and for what it must have said; the two streams may overtake each other. */
    const next = async (...texts: string[]): Promise<void> => {
      await run.until(new RegExp(`(?:${WAITING}[\\s\\S]*){${++rounds}}`));
      for (const text of texts) await run.until(text);
    };
    await next('"value": 1');
    pipeline(2);
    await next('pipelines/sale.pipeline.json changed', '"value": 2');
    shop.write('pipelines/sale.pipeline.json', '{"name": "sale", ');
    await next('INVALID_JSON  pipelines/sale.pipeline.json:1:');
    pipeline(3);
    await next('"value": 3');
    const component = shop.read('components/step.ts');
    shop.write('components/step.ts', component.replace('config.value ?? null', "'changed'"));
    await next('components/step.ts changed', '"value": "changed"');
    shop.write('flowmason.json', '{');
    await next('flowmason.json changed', 'INVALID_FILE  flowmason.json');
    run.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130, signal: null });
    expect(shop.ran()).toHaveLength(4);
  });

  it('takes a change that was made while it ran, and SIGTERM in mid-run ends it with 143', async () => {
    const shop = new Project();
    const pipeline = (value: unknown) =>
      shop.pipeline('sale', [shop.step('pay', [], { value, until: shop.path('open') })]);
    pipeline(1);
    const run = shop.start(['run', 'pipelines/sale.pipeline.json', '--watch', '-q']);
    await shop.hasRun('pay');
    pipeline(2);
    shop.write('open', '');
    await run.until('"value": 2');
    const rest = shop.pipeline.bind(shop, 'sale', [shop.step('last', [], { until: shop.path('never') })]);
    rest();
    await shop.hasRun('last');
    run.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143, signal: null });
  });

  it('reads files of the command line again, and is refused where that cannot be', async () => {
    const shop = new Project();
    shop.pipeline('sale', [shop.step('pay', [], { value: '{{ input.n }}' })]);
    shop.write('data/in.json', '{"n": 1}');
    const run = shop.start(['run', 'sale', '-w', '--input-file', 'data/in.json']);
    await run.until('"value": 1');
    await run.until(WAITING);
    shop.write('data/in.json', '{"n": 2}');
    await run.until('"value": 2');
    run.kill('SIGINT');
    await run.ended;
    const refused = await Promise.all(
      [['-'], ['sale', '-i', '-'], ['sale', '--resume', 'last'], ['sale', '--set', 'x']].map((words) =>
        shop.fm(['run', ...words, '--watch']),
      ),
    );
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  });
});
