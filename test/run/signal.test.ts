import { describe, expect, it } from 'vitest';
import { Project, runId, suggested } from './project.ts';

const SCHEMA = {
  type: 'object',
  properties: { approved: { type: 'boolean' }, by: { type: 'string' }, level: { type: 'integer', minimum: 2 } },
  required: ['approved', 'by', 'level'],
};

function approval(more: object = {}): Project {
  const shop = new Project();
  const config = { name: 'decision', message: 'Ship {{ input.what }}?', schema: SCHEMA };
  shop.pipeline(
    'ask',
    [shop.step('before'), { id: 'wait', component: 'signal', depends_on: ['before'], config, ...more }],
    { result: '{{ stages.wait.output }}' },
  );
  return shop;
}

describe('a run that waits for a signal', () => {
  it('parks with 69 and prints commands that work as they are typed', async () => {
    const shop = approval();
    const parked = await shop.fm(['run', 'ask', '--set', 'what=it']);
    expect(parked).toMatchObject({ code: 69, stdout: '' });
    expect(parked.stderr).toContain('wait waits for the signal decision: Ship it?');
    const id = runId(parked.stderr);
    const [send = '', go = ''] = suggested(parked.stderr);
    expect(send).toBe(`fm runs signal ${id} decision --data '{"approved":true,"by":"…","level":2}'`);
    expect(go).toBe(`fm run ask --resume ${id}`);
    const [document, shown] = await Promise.all([
      shop.fm(['runs', 'show', 'last', '--json']),
      shop.fm(['runs', 'show', 'last']),
    ]);
    // Only afterwards: while it looks, the run is running.
    const still = await shop.fm(['runs', 'resume', 'last', '--json']);
    expect(JSON.parse(document.stdout)).toMatchObject({
      status: 'waiting',
      waiting: [{ path: 'wait', signal: 'decision', message: 'Ship it?' }],
    });
    expect(suggested(shown.stdout)).toEqual([send, `fm runs resume ${id}`]);
    expect(still.code).toBe(69);
    expect(JSON.parse(still.stdout)).toMatchObject({ status: 'waiting', result: null, error: null });

    expect(await shop.type(send)).toMatchObject({ code: 0, stdout: expect.stringContaining(`fm runs resume ${id}`) });
    const done = await shop.type(go);
    expect(JSON.parse(done.stdout)).toEqual({ approved: true, by: '…', level: 2 });
    expect(shop.ran()).toEqual(['before']);
    const late = await shop.type(send);
    expect(late).toMatchObject({ code: 5, stderr: expect.stringContaining('SIGNAL_LATE') });
  });

  it('refuses data that does not fit, and keeps waiting', async () => {
    const shop = approval();
    await shop.fm(['run', 'ask', '--set', 'what=it']);
    const answers = await Promise.all([
      shop.fm(['runs', 'signal', 'last', 'decision', '--data', '{"approved":"yes","by":"Ada","level":2}', '--json']),
      shop.fm(['runs', 'signal', 'last', 'decison', '--data', '1', '--json']),
      shop.fm(['runs', 'signal', 'last', 'decision', '--data', '{approved}', '--json']),
      shop.fm(['runs', 'signal', 'last', 'decision', '--data', '-', '--json'], { input: 'no' }),
      shop.fm(['runs', 'signal', 'zz', 'decision', '--json']),
    ]);
    expect(answers.map(({ code, stdout }) => [code, JSON.parse(stdout).error.code])).toEqual([
      [2, 'SIGNAL_INVALID'],
      [4, 'NOT_FOUND'],
      [2, 'USAGE'],
      [3, 'INVALID_FILE'],
      [4, 'NOT_FOUND'],
    ]);
    expect(answers[2]?.stdout).toContain("--data '{");
    const data = '{"approved":false,"by":"Ada","level":9}';
    const [piped] = [await shop.fm(['runs', 'signal', 'last', 'decision', '--data', '-', '--json'], { input: data })];
    expect(JSON.parse(piped.stdout)).toMatchObject({ name: 'decision', live: false });
    const twice = await shop.fm(['runs', 'signal', 'last', 'decision', '--data', data]);
    expect(twice).toMatchObject({ code: 5, stderr: expect.stringContaining('has got `decision` already') });
    expect(JSON.parse((await shop.fm(['runs', 'resume', 'last', '-q'])).stdout)).toMatchObject({ by: 'Ada' });
  });

  it('takes data that was sent before it came to the stage', async () => {
    const shop = new Project();
    shop.pipeline('early', [
      shop.step('work', [], { until: shop.path('open') }),
      { id: 'wait', component: 'signal', depends_on: ['work'], config: { name: 'go' } },
    ]);
    const run = shop.start(['run', 'early']);
    await shop.hasRun('work');
    const sent = await shop.fm(['runs', 'signal', 'last', 'go', '--data', '"soon"']);
    expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining('the run takes it now') });
    shop.write('open', '');
    expect(await run.ended).toMatchObject({ code: 0, stdout: '"soon"\n' });
  });

  it('ends with TIMEOUT when nobody has answered in time', async () => {
    const shop = approval({ timeout: '1ms' });
    const ended = await shop.fm(['run', 'ask', '--set', 'what=it', '--json']);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      status: 'failed',
      error: { type: 'TIMEOUT', code: 'signal_timeout', path: 'wait' },
    });
  });
});

describe('in a terminal', () => {
  it('the question is asked until the answer fits', async () => {
    const shop = approval();
    const run = shop.terminal(['run', 'ask', '--set', 'what=it']);
    await run.until('Ship it? (JSON or text)');
    run.type('maybe\r');
    await run.until('This does not fit');
    run.type(`${'\b'.repeat(5)}{"approved":true,"by":"Ada","level":3}\r`);
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('"by": "Ada"');
  });

  it('questions of stages side by side come one after the other, and text is taken where text is asked for', async () => {
    const shop = new Project();
    const ask = (id: string, type: string) => ({
      id,
      component: 'signal',
      config: { name: id, message: `And ${id}?`, schema: { type } },
    });
    shop.pipeline('two', [ask('sure', 'boolean'), ask('code', 'string')]);
    const run = shop.terminal(['run', 'two']);
    await run.until('And sure?');
    run.type('y\r');
    await run.until('And code?');
    run.type('42\r');
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('"sure": true');
    expect(stdout).toContain('"code": "42"');
  });

  it('Ctrl-C at the question parks the run, and data from elsewhere answers it', async () => {
    const shop = approval();
    const parked = shop.terminal(['run', 'ask', '--set', 'what=it']);
    await parked.until('(JSON or text)');
    parked.type('\u0003');
    expect(await parked.ended).toMatchObject({ code: 69 });
    const asked = shop.terminal(['runs', 'resume', 'last']);
    await asked.until('(JSON or text)');
    const data = '{"approved":true,"by":"Grace","level":2}';
    expect((await shop.fm(['runs', 'signal', 'last', 'decision', '--data', data])).stdout).toContain('takes it now');
    expect(await asked.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('"by": "Grace"') });
  });
});
