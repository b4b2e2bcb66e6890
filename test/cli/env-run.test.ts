import { describe, expect, it } from 'vitest';
import { suggested } from '../run/project.ts';
import { staging } from './staging.ts';

describe('fm run NAME --env', () => {
  it('starts a run on the server, follows it and prints its result', async () => {
    const { shop, work } = await staging();
    await work();
    const ran = await shop.fm(['run', 'greet', '--env', 'staging', '--set', 'name=Ada']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toBe('hello Ada x2');
    expect(ran.stderr).toMatch(/^target: staging http:/);
    expect(ran.stderr).toContain('log info  note  greeting Ada');
    const shown = await shop.fm(['runs', 'show', 'last', '--env', 'staging', '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ pipeline: 'greet', status: 'succeeded', input: { name: 'Ada' } });
    const logs = await shop.fm(['runs', 'logs', 'last', '--env', 'staging']);
    expect(logs.stdout).toContain('greeting Ada');
    const lines = await shop.fm(['run', 'greet', '--env', 'staging', '--set', 'name=Bob', '--json-lines']);
    const documents = lines.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents.at(-1)).toMatchObject({ type: 'outcome', result: 'hello Bob x2' });
    expect(documents.some(({ type, path }) => type === 'stage' && path === 'greeting')).toBe(true);
  });

  it('exits with what the run came to, and goes on with it on the server', async () => {
    const { shop, world, work } = await staging();
    await work();
    const failed = await shop.fm(['run', 'divide', '--env', 'staging', '--input', '{"by": "x"}', '--json']);
    expect(failed.code).toBe(1);
    const { run_id, error } = JSON.parse(failed.stdout);
    expect(error).toMatchObject({ type: 'EXPRESSION', path: 'second' });
    const resumed = await shop.fm(['runs', 'resume', run_id, '--env', 'staging']);
    expect(resumed.code).toBe(1);
    expect(suggested(resumed.stderr)).toEqual([`fm runs resume ${run_id} --env staging`]);
    const replayed = await shop.fm(['runs', 'replay', run_id, '--env', 'staging', '--set', 'by=5', '--json']);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ status: 'succeeded', result: 2 });
    expect((await world.row(JSON.parse(replayed.stdout).run_id)).trigger).toBe(`replay:${run_id}`);
  });

  it('leaves when the run waits, and says how to answer and look', async () => {
    const { shop, work } = await staging();
    await work();
    const waits = await shop.fm(['run', 'approve', '--env', 'staging']);
    expect(waits.code).toBe(69);
    const id = (await shop.fm(['runs', 'list', '--env', 'staging', '--status', 'waiting', '--json'])).stdout;
    const { run_id } = JSON.parse(id).runs[0];
    expect(suggested(waits.stderr)).toEqual([
      `fm runs signal ${run_id} approval --env staging`,
      `fm runs show ${run_id} --follow --env staging`,
    ]);
    const sent = await shop.fm([
      'runs',
      'signal',
      run_id,
      'approval',
      '--data',
      '{"approved":true}',
      '--env',
      'staging',
    ]);
    expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining('the run takes it now') });
    const shown = await shop.fm(['runs', 'show', run_id, '--follow', '--env', 'staging', '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'succeeded', result: true });
  });

  it('goes away at Ctrl-C and after --wait while the run goes on, and says how to look at it', async () => {
    const { shop, world } = await staging();
    const waited = await shop.fm(['run', 'greet', '--env', 'staging', '--set', 'name=Ada', '--wait', '1s', '--json']);
    expect(waited.code).toBe(69);
    const { run_id, status } = JSON.parse(waited.stdout);
    expect(status).toBe('queued');
    expect(suggested(waited.stderr)).toEqual([`fm runs show ${run_id} --follow --env staging`]);
    const run = shop.start(['run', 'greet', '--env', 'staging', '--set', 'name=Ada']);
    await run.until(/run \w+ {2}greet 1\.0\.0 {2}queued/);
    run.kill('SIGINT');
    const ended = await run.ended;
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('SIGINT: the run goes on in staging');
    expect(
      (await world.store.runs.list({ environment: 'staging' }, { limit: 9 })).runs.map((row) => row.status),
    ).toEqual(['queued', 'queued']);
    const lines = shop.start(['run', 'greet', '--env', 'staging', '--set', 'name=Ada', '--json-lines']);
    await lines.until(/"status":"queued"/);
    lines.kill('SIGINT');
    const told = await lines.ended;
    const [last] = (await world.store.runs.list({ environment: 'staging' }, { limit: 1 })).runs;
    expect(told).toMatchObject({
      code: 130,
      stdout: expect.stringMatching(`\n{"type":"left","run_id":"${last?.id}"}\n$`),
    });
    const cancelled = await shop.fm(['runs', 'cancel', run_id, '--env', 'staging', '--json']);
    expect(JSON.parse(cancelled.stdout)).toEqual({ run_id, status: 'cancelled' });
  });

  it('starts and goes with --async', async () => {
    const { shop } = await staging();
    const left = await shop.fm(['run', 'greet', '--env', 'staging', '--set', 'name=Ada', '--async', '--json']);
    expect(JSON.parse(left.stdout)).toEqual({ run_id: expect.any(String), status: 'queued' });
  });

  it('tells how to go on after every wrong word', async () => {
    const { shop } = await staging();
    const cases: [string[], number, string, string][] = [
      [['run', 'great', '--env', 'staging'], 4, 'NOT_FOUND', 'fm run greet --env staging'],
      [['run', 'greet', '--env', 'stagin'], 4, 'NOT_FOUND', '--env staging'],
      [['run', 'greet', '--env', 'staging', '--timeout', '3s'], 2, 'USAGE', 'fm run greet --env staging'],
      [['runs', 'show', 'last', '--env', 'staging'], 4, 'NOT_FOUND', 'fm run NAME --env staging'],
      [['run', 'greet', '--env', 'local'], 2, 'USAGE', '--org local'],
    ];
    for (const [args, code, word, hint] of cases) {
      const answer = await shop.fm(args);
      expect([args.join(' '), answer.code]).toEqual([args.join(' '), code]);
      expect(answer.stderr).toContain(word);
      expect(answer.stderr).toContain(`Try: ${hint}`);
    }
  });
});
