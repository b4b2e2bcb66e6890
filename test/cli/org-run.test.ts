import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Project, runId, suggested } from '../run/project.ts';

/** A project whose pipelines were pushed to its local org. */
async function pushed(fill: (project: Project) => void): Promise<Project> {
  const project = new Project();
  fill(project);
  const done = await project.fm(['push', '--json']);
  expect(done.stderr).toBe('');
  return project;
}

const ECHO = { id: 'echo', component: 'json-transform', config: { template: '{{ input }}' } };
const ECHOED = { result: '{{ stages.echo.output.result }}' };
const INPUT = { input: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } };

describe('fm run NAME --org', () => {
  it('executes what is deployed, not the file, and records it in the org', async () => {
    const project = await pushed((p) => p.pipeline('echo', [ECHO], ECHOED));
    project.pipeline('echo', [{ ...ECHO, config: { template: 'from the file' } }], ECHOED);
    const ran = await project.fm(['run', 'echo', '--org', 'local', '--input', '{"a": 1}', '--set', 'b.c=two']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toEqual({ a: 1, b: { c: 'two' } });
    expect(ran.stderr).toMatch(/^target: local org sqlite:\/\/\/flowmason\.db\nrun \w+ {2}echo 1\.0\.0 {2}running\n/);
    const local = await project.fm(['runs', 'list', '--json']);
    expect(JSON.parse(local.stdout)).toEqual({ runs: [] });
    const there = JSON.parse((await project.fm(['runs', 'list', '--org', 'local', '--json'])).stdout);
    expect(there).toMatchObject({ runs: [{ pipeline: 'echo', version: '1.0.0', status: 'succeeded' }] });
  });

  it('prints the document of a local run, and the same is shown later', async () => {
    const project = await pushed((p) => p.pipeline('echo', [ECHO], ECHOED));
    const here = JSON.parse((await project.fm(['run', 'echo', '--json'])).stdout);
    const there = JSON.parse((await project.fm(['run', 'echo', '--org', 'local', '--json'])).stdout);
    expect(Object.keys(there)).toEqual(Object.keys(here));
    expect(Object.keys(there.stages[0])).toEqual(Object.keys(here.stages[0]));
    const shown = JSON.parse((await project.fm(['runs', 'show', 'last', '--org', 'local', '--json'])).stdout);
    expect(shown).toMatchObject({
      run_id: there.run_id,
      result: there.result,
      stages: there.stages,
      status: 'succeeded',
    });
  });

  it('refuses an input that does not fit, and then there is no run', async () => {
    const project = await pushed((p) => p.pipeline('echo', [ECHO], INPUT));
    const refused = await project.fm(['run', 'echo', '--org', 'local', '--set', 'n=x']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('VALIDATION');
    expect(JSON.parse((await project.fm(['runs', 'list', '--org', 'local', '--json'])).stdout)).toEqual({ runs: [] });
  });

  it('runs a version that was active once', async () => {
    const project = await pushed((p) => p.pipeline('echo', [ECHO], ECHOED));
    project.pipeline('echo', [{ ...ECHO, config: { template: 'second' } }], ECHOED);
    project.write('flowmason.json', JSON.stringify({ name: 'shop', version: '2.0.0' }));
    await project.fm(['push', '--json']);
    const ran = async (word: string) => JSON.parse((await project.fm(['run', word, '--org', 'local', '-q'])).stdout);
    expect(await ran('echo')).toBe('second');
    const first = await project.fm(['run', 'echo@1.0.0', '--org', 'local', '--json']);
    expect(JSON.parse(first.stdout)).toMatchObject({ version: '1.0.0', result: {} });
    const wrong = await project.fm(['run', 'echo@7.0.0', '--org', 'local']);
    expect(wrong).toMatchObject({ code: 4 });
    const [better = ''] = suggested(wrong.stderr);
    expect(better).toBe('fm run echo@2.0.0 --org local');
    expect((await project.type(better)).code).toBe(0);
  });

  it('tells how to go on after every wrong word', async () => {
    const project = new Project();
    project.pipeline('echo', [ECHO], ECHOED);
    const before = await project.fm(['run', 'echo', '--org', 'local']);
    expect([before.code, suggested(before.stderr)]).toEqual([4, ['fm push']]);
    expect((await project.type('fm push --yes')).code).toBe(0);
    const cases: [string[], number, RegExp, string][] = [
      [['run', 'ecko', '--org', 'local'], 4, /there are `echo`/, 'fm run echo --org local'],
      [['run', 'pipelines/echo.pipeline.json', '--org', 'local'], 2, /is a file/, 'fm run echo --org local'],
      [['run', 'echo', '--org', 'nope'], 4, /no org `nope`/, 'fm org create nope'],
      [['run', 'echo', '--org', 'local', '--vars', 'a=1'], 2, /--vars/, 'fm run echo --org local'],
      [['run', 'echo', '--org', 'local', '--watch'], 2, /--watch/, 'fm run echo --org local'],
      [['run', 'echo', '--async'], 2, /--async/, 'fm run echo --org local --async'],
      [['run', 'echo', '--wait', '3s'], 2, /--wait/, 'fm run echo --org local'],
      [['run', 'echo', '--org', 'local', '--resume', 'zzz'], 4, /no run `zzz`/, 'fm runs list --org local'],
      [['runs', 'show', 'last', '--org', 'local'], 4, /no run in local yet/, 'fm run NAME --org local'],
    ];
    for (const [args, code, message, hint] of cases) {
      const answer = await project.fm(args);
      expect([args.join(' '), answer.code, suggested(answer.stderr)[0]]).toEqual([args.join(' '), code, hint]);
      expect(answer.stderr).toMatch(message);
    }
    const both = await project.fm(['run', 'echo', '--org', 'local', '--env', 'staging']);
    expect(both.code).toBe(2);
  });

  it('refuses an org whose time is over', async () => {
    const project = await pushed((p) => p.pipeline('echo', [ECHO], ECHOED));
    expect((await project.fm(['org', 'create', 'short', '--expires', '1s'])).code).toBe(0);
    await expect
      .poll(async () => (await project.fm(['run', 'echo', '--org', 'short'])).stderr, { timeout: 30_000 })
      .toContain('ORG_EXPIRED');
  });

  it('leaves a run for later with --async, which the next command executes', async () => {
    const project = await pushed((p) => p.pipeline('work', [p.step('one')]));
    const left = await project.fm(['run', 'work', '--org', 'local', '--async', '--json']);
    const { run_id, ...rest } = JSON.parse(left.stdout);
    expect([left.code, rest]).toEqual([0, { status: 'queued' }]);
    expect(project.ran()).toEqual([]);
    const told = await project.fm(['run', 'work', '--org', 'local', '--async']);
    expect(told.stderr).toContain('An org executes nothing by itself');
    const resumed = await project.fm(['runs', 'resume', run_id, '--org', 'local', '--json']);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ run_id, status: 'succeeded' });
    expect(project.ran()).toEqual(['one']);
  });

  it('gives a run back when the time of --wait is over', async () => {
    const project = await pushed((p) =>
      p.pipeline('work', [p.step('one'), p.step('two', ['one'], { until: p.path('go') })]),
    );
    const late = await project.fm(['run', 'work', '--org', 'local', '--wait', '1s', '--json']);
    expect(late.code).toBe(69);
    const { run_id, status } = JSON.parse(late.stdout);
    expect(status).toBe('queued');
    project.write('go', '');
    const [next = ''] = suggested(late.stderr);
    expect(next).toBe(`fm runs resume ${run_id} --org local`);
    expect((await project.type(next)).code).toBe(0);
    expect(project.ran().filter((path) => path === 'one')).toHaveLength(1);
  });

  it('runs what a failure starts, and says how it ended', async () => {
    const project = await pushed((p) => {
      p.pipeline('work', [p.step('one', [], { fails: p.path('broken') })], { on_failure: { pipeline: 'tidy' } });
      p.pipeline('tidy', [p.step('swept')]);
      p.write('broken', '');
    });
    const failed = await project.fm(['run', 'work', '--org', 'local', '--json']);
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      status: 'failed',
      on_failure: { pipeline: 'tidy', status: 'succeeded' },
    });
    expect(project.ran()).toEqual(['one', 'swept']);
    const [next = ''] = suggested(
      (await project.fm(['runs', 'show', runIdOf(failed.stdout), '--org', 'local'])).stdout,
    );
    expect(next).toBe(`fm runs resume ${runIdOf(failed.stdout)} --org local`);
  });

  it('asks for variables that are missing, by the place to set them', async () => {
    const project = await pushed((p) => {
      p.write(
        'flowmason.json',
        JSON.stringify({ name: 'shop', version: '1.0.0', environments: { local: { vars: { region: 'eu' } } } }),
      );
      p.pipeline('vars', [{ ...ECHO, config: { template: '{{ vars.region }}' } }], ECHOED);
    });
    expect(JSON.parse((await project.fm(['run', 'vars', '--org', 'local', '-q'])).stdout)).toBe('eu');
    project.write('flowmason.json', JSON.stringify({ name: 'shop', version: '1.0.0' }));
    const lacking = await project.fm(['run', 'vars', '--org', 'local']);
    expect(lacking.code).toBe(1);
    expect(lacking.stderr).toContain('environments.local.vars.region in flowmason.json');
  });
});

function runIdOf(stdout: string): string {
  return JSON.parse(stdout).run_id;
}

it('is told what a run of an org waits for, and goes on with it', async () => {
  const signal = { id: 'ask', component: 'signal', config: { name: 'approval', schema: { type: 'boolean' } } };
  const project = await pushed((p) => p.pipeline('wait', [signal, p.step('done', ['ask'])]));
  const waits = await project.fm(['run', 'wait', '--org', 'local']);
  expect(waits.code).toBe(69);
  const id = runId(waits.stderr);
  const [send = '', resume = ''] = suggested(waits.stderr);
  expect(send).toBe(`fm runs signal ${id} approval --data true --org local`);
  const wrong = await project.fm(['runs', 'signal', id, 'approval', '--data', '3', '--org', 'local']);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('SIGNAL_INVALID') });
  expect((await project.type(send)).code).toBe(0);
  expect((await project.fm(['runs', 'signal', id, 'approval', '--data', 'true', '--org', 'local'])).code).toBe(5);
  const ended = await project.type(resume);
  expect(ended.code).toBe(0);
  expect(project.ran()).toEqual(['done']);
});

it('is drawn on a terminal, asks there, and takes an answer from elsewhere', async () => {
  const signal = { id: 'ask', component: 'signal', config: { name: 'approval', message: 'Ship it?' } };
  const project = await pushed((p) => p.pipeline('wait', [signal, p.step('done', ['ask'])]));
  const run = project.terminal(['run', 'wait', '--org', 'local']);
  await run.until('Ship it? (JSON or text)');
  run.type('yes\r');
  expect(await run.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('wait 1.0.0') });
  const parked = project.terminal(['run', 'wait', '--org', 'local']);
  await parked.until('(JSON or text)');
  parked.type('\u0003');
  expect(await parked.ended).toMatchObject({ code: 69 });
  const asked = project.terminal(['runs', 'resume', 'last', '--org', 'local']);
  await asked.until('(JSON or text)');
  const sent = await project.fm(['runs', 'signal', 'last', 'approval', '--data', 'true', '--org', 'local']);
  expect(sent.stdout).toContain('takes it now');
  expect(await asked.ended).toMatchObject({ code: 0 });
  expect(project.ran()).toEqual(['done', 'done']);
});

it('goes on with a failed run from what failed, or from a stage', async () => {
  const project = await pushed((p) => {
    p.pipeline('work', [p.step('one'), p.step('two', ['one'], { fails: p.path('broken') })]);
    p.write('broken', '');
  });
  const failed = await project.fm(['run', 'work', '--org', 'local']);
  expect(failed.code).toBe(1);
  const id = runId(failed.stderr);
  rmSync(project.path('broken'));
  const wrong = await project.fm(['runs', 'resume', id, '--from', 'oen', '--org', 'local']);
  expect([wrong.code, suggested(wrong.stderr)]).toEqual([4, [`fm runs resume ${id} --from one --org local`]]);
  expect((await project.type(`fm runs resume ${id} --org local`)).code).toBe(0);
  expect(project.ran()).toEqual(['one', 'two', 'two']);
  const done = await project.fm(['runs', 'resume', id, '--org', 'local']);
  expect([done.code, suggested(done.stderr)]).toEqual([2, [`fm runs resume ${id} --from STAGE --org local`]]);
  const again = await project.fm(['run', 'work', '--org', 'local', '--resume', id, '--from', 'one', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ run_id: id, status: 'succeeded' });
  expect(project.ran().slice(3)).toEqual(['one/1', 'two/1']);
});

describe('fm triggers in an org', () => {
  const schedule = { type: 'schedule', id: 'nightly', cron: '0 2 * * *', input: { at: '{{ trigger.scheduled_at }}' } };
  const hook = {
    type: 'webhook',
    id: 'paid',
    path: 'p',
    signature: { scheme: 'github', secret: '{{ secrets.NOT_SET }}' },
  };

  it('are inactive, and fire when they are told to: this command executes the run', async () => {
    const project = await pushed((p) => p.pipeline('echo', [ECHO], { ...ECHOED, triggers: [schedule, hook] }));
    const listed = await project.fm(['triggers', 'list', '--org', 'local']);
    expect(listed.stdout).toMatch(/^echo:nightly +schedule +inactive +0 2 \* \* \* \(UTC\) +never$/m);
    expect(listed.stdout).toMatch(/^echo:paid +webhook +inactive +POST, signed \(github\) +never$/m);
    expect(listed.stdout).toMatch(/Nothing starts by itself in an org/);
    const dry = await project.fm(['triggers', 'fire', 'nightly', '--dry-run']);
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^would start echo 1\.0\.0 \(release \w+\); its/),
    });
    const fired = await project.fm(['triggers', 'fire', 'nightly', '--quiet']);
    expect(JSON.parse(fired.stdout)).toEqual({ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
    const called = await project.fm(['triggers', 'fire', 'echo:paid', '--body', '{"order": 7}', '--json']);
    expect(JSON.parse(called.stdout)).toMatchObject({ status: 'succeeded', result: { order: 7 } });
    const runs = JSON.parse((await project.fm(['runs', 'list', '--org', 'local', '--json'])).stdout);
    expect(runs.runs).toHaveLength(2);
    const wrong = await project.fm(['triggers', 'fire', 'nightli']);
    expect(wrong).toMatchObject({ code: 4 });
    expect(suggested(wrong.stderr)).toEqual(['fm triggers fire nightly --org local']);
  });
});
