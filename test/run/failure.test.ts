import { describe, expect, it } from 'vitest';
import { Project, runId, suggested } from './project.ts';

describe('a run that fails', () => {
  it('says which stage, its config, why, and the command that goes on with it, which works', async () => {
    const shop = new Project();
    shop.write('closed', '');
    shop.pipeline('sale', [
      shop.step('order'),
      shop.step('pay', ['order'], { fails: shop.path('closed'), value: 'x'.repeat(5_000) }),
      shop.step('ship', ['pay']),
    ]);
    const failed = await shop.fm(['run', './pipelines/sale.pipeline.json']);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    const id = runId(failed.stderr);
    expect(failed.stderr).toMatch(/^stage pay {2}failed {2}.*COMPONENT: the shop is closed$/m);
    expect(failed.stderr).toContain(
      'COMPONENT component_threw  stage pay\n  the shop is closed\n  Its config was:\n    {',
    );
    expect(failed.stderr).toMatch(new RegExp(`… \\(\\d+ more characters: fm runs show ${id}\\)`));
    expect(suggested(failed.stderr)).toEqual([`fm run ./pipelines/sale.pipeline.json --resume ${id}`]);

    const json = await shop.fm(['run', 'sale', '--json']);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 1, stderr: '' });
    const document = JSON.parse(json.stdout);
    expect(Object.keys(document)).toEqual([
      ...['run_id', 'pipeline', 'version', 'status', 'result', 'error', 'failed_input', 'stages', 'usage'],
      ...['started_at', 'duration_ms'],
    ]);
    expect(document).toMatchObject({
      pipeline: 'sale',
      version: '0.1.0',
      status: 'failed',
      result: null,
      error: { type: 'COMPONENT', code: 'component_threw', stage: 'pay', path: 'pay', attempt: 1 },
      failed_input: { fails: shop.path('closed') },
      stages: [
        { id: 'order', path: 'order', component: 'step', status: 'succeeded', attempts: 1 },
        { id: 'pay', path: 'pay', component: 'step', status: 'failed', attempts: 1, error: { type: 'COMPONENT' } },
      ],
    });
    const shown = JSON.parse((await shop.fm(['runs', 'show', document.run_id, '--json'])).stdout);
    expect(shown).toEqual({ ...document, input: {}, vars: {} });
    const text = await shop.fm(['runs', 'show', id], { env: { FORCE_COLOR: '1', NO_COLOR: undefined } });
    expect(text.stdout).toContain('x'.repeat(5_000));

    const again = await shop.type(`rm closed && ${suggested(failed.stderr)[0]}`);
    expect(again).toMatchObject({ code: 0 });
    expect(shop.ran()).toEqual(['order', 'pay', 'order', 'pay', 'pay', 'ship']);
  });

  it('says it in one line without a terminal, whatever the message holds', async () => {
    const shop = new Project();
    const message = 'one\nstage forged  succeeded\u001b[2Jtwo';
    shop.pipeline('sale', [{ id: 'say', component: 'logger', config: { message } }, shop.step('end', ['say'])]);
    const { stderr } = await shop.fm(['run', 'sale']);
    expect(stderr).toContain('log info  say  one stage forged succeeded\u{fffd}[2Jtwo\n');
    expect(stderr).not.toMatch(/^stage forged/m);
  });

  it('does so in a folder and file whose names a shell would take apart', async () => {
    const shop = new Project();
    shop.write('closed', '');
    const stages = [shop.step('pay', [], { fails: shop.path('closed') })];
    shop.write("it's here/sale.pipeline.json", JSON.stringify({ name: 'sale', stages }));
    const failed = await shop.fm(['run', "it's here/sale.pipeline.json"]);
    expect(failed.code).toBe(1);
    expect(await shop.type(`rm closed && ${suggested(failed.stderr)[0]}`)).toMatchObject({ code: 0 });
  });
});

describe('on_failure', () => {
  const handler = (shop: Project, more: object = {}) =>
    shop.pipeline('alarm', [shop.step('call')], { result: '{{ input }}', ...more });

  it('starts its pipeline once, with the error, the context and the input, as a run of its own', async () => {
    const shop = new Project();
    shop.write('closed', '');
    handler(shop);
    const input = { why: '{{ error.type }} in {{ error.stage }}', run: '{{ context.run_id }}', all: '{{ input }}' };
    shop.pipeline('sale', [shop.step('pay', [], { fails: shop.path('closed') })], {
      on_failure: { pipeline: 'alarm', input },
    });
    const { code, stdout } = await shop.fm(['run', 'sale', '--set', 'n=1', '--json']);
    expect(code).toBe(1);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      status: 'failed',
      on_failure: {
        pipeline: 'alarm',
        status: 'succeeded',
        result: { why: 'COMPONENT in pay', run: document.run_id, all: { n: 1 } },
      },
    });
    expect(shop.ran()).toEqual(['pay', 'call']);
    const list = JSON.parse((await shop.fm(['runs', 'list', '--json'])).stdout);
    expect(list.runs.map((run: { pipeline: string }) => run.pipeline)).toEqual(['alarm', 'sale']);
    const text = await shop.fm(['run', 'sale', '-q']);
    expect(text.stderr).toMatch(/on_failure ran alarm: succeeded \(run \w{16}\)/);
    const lines = await shop.fm(['run', 'sale', '--json-lines']);
    const events = lines.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.filter(({ type }) => type === 'run').map((event) => `${event.pipeline} ${event.status}`)).toEqual([
      ...['sale running', 'sale failed', 'alarm running', 'alarm succeeded'],
    ]);
    expect(events.every((event) => /^\d{4}-.*Z$/.test(event.at ?? event.entry?.at ?? event.started_at))).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'outcome', status: 'failed', on_failure: { status: 'succeeded' } });
  });

  it('never hides the first failure: not by failing, nor when it cannot be started', async () => {
    const shop = new Project();
    shop.write('closed', '');
    handler(shop, { input: { type: 'object', properties: { error: { type: 'string' } } } });
    const stages = [shop.step('pay', [], { fails: shop.path('closed') })];
    shop.pipeline('sale', stages, { on_failure: { pipeline: 'alarm' } });
    shop.pipeline('wrong', stages, { on_failure: { pipeline: 'alarm', input: { x: '{{ error.details.nothing }}' } } });
    const [failed, wrong, json] = await Promise.all([
      shop.fm(['run', 'sale']),
      shop.fm(['run', 'wrong']),
      shop.fm(['run', 'wrong', '--json']),
    ]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('COMPONENT component_threw  stage pay');
    expect(failed.stderr).toMatch(/on_failure ran alarm: failed \(run \w+\)\nVALIDATION invalid_input/);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('COMPONENT component_threw  stage pay');
    expect(wrong.stderr).toContain('on_failure could not start alarm: EXPRESSION  on_failure.input:');
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { type: 'COMPONENT' },
      on_failure: { pipeline: 'alarm', error: { code: 'EXPRESSION' } },
    });
  });
});

describe('a record that cannot be written', () => {
  it.each(['.flowmason', '.flowmason/runs'])(
    'because %s is a file is refused with what to do about it',
    async (file) => {
      const shop = new Project();
      shop.write(file, 'mine');
      shop.pipeline('sale', [shop.step('pay')]);
      const { code, stdout, stderr } = await shop.fm(['run', 'sale']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^RECORD_UNWRITABLE {2}/);
      expect(shop.ran()).toEqual([]);
      const [command = ''] = /mv \S+ \S+/.exec(stderr) ?? [];
      expect(await shop.type(`${command} && fm run sale`)).toMatchObject({ code: 0 });
    },
  );
});
