import { describe, expect, it } from 'vitest';
import { fail } from '../../src/core/errors.ts';
import { suggested } from '../run/project.ts';
import { staging } from './staging.ts';

describe('runs of an environment', () => {
  it('many of them by a filter: shown first, then all of them, and again after an interruption', async () => {
    const { shop, world, work } = await staging();
    await work();
    const staged = ['--env', 'staging'];
    const dispatched = Array.from({ length: 7 }, () => world.start('divide', { by: 'x' }));
    const ids = await Promise.all(dispatched);
    for (const id of ids) await world.execute(id);
    const filter = ['--status', 'failed', '--pipeline', 'divide', '--since', '2h', '--release', 'v1.0.0', ...staged];
    const planned = await shop.fm(['runs', 'resume', ...filter, '--dry-run']);
    expect([planned.code, planned.stdout.split('\n')[0]]).toEqual([0, 'resume 7 runs, the newest first:']);
    expect(planned.stderr).toMatch(/^target: staging http:/);
    expect((await world.store.runs.counts()).failed).toBe(7);
    const none = await shop.fm(['runs', 'resume', '--pipeline', 'other', ...staged, '--json']);
    expect([none.code, JSON.parse(none.stdout)]).toEqual([0, { dry_run: false, total: 0, runs: [] }]);
    const replayed = await shop.fm(['runs', 'replay', '--pipeline', 'divide', '--set', 'by=5', ...staged]);
    expect(replayed.code).toBe(0);
    expect(replayed.stderr).toContain('… and 2 more');
    expect(replayed.stdout).toContain('7 runs started anew');
    await expect.poll(async () => (await world.store.runs.counts()).succeeded, { timeout: 30_000 }).toBe(7);
    const again = await shop.fm(['runs', 'replay', '--pipeline', 'divide', '--set', 'by=5', ...staged, '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout).runs[0].refused.code).toBe('ALREADY_EXISTS');
    const refused = await shop.fm(['runs', 'resume', '--pipeline', 'divide', '--from', 'nowhere', ...staged, '--json']);
    const { runs, error } = JSON.parse(refused.stdout);
    const hint = `fm runs show ${runs[0].run_id} --env staging`;
    expect([refused.code, error]).toEqual([1, expect.objectContaining({ code: 'RUNS_REFUSED', hint })]);
    const cancelled = await shop.fm(['runs', 'cancel', '--since', '1h', ...staged]);
    expect([cancelled.code, cancelled.stdout]).toEqual([
      0,
      'nothing to cancel: no run that is queued or running or waiting fits\n',
    ]);
  });

  it('goes on by itself when the server was full for a moment', async () => {
    let full = 1;
    const { shop, world } = await staging({
      room: {
        async require() {
          if (full-- > 0) fail('QUEUE_FULL', 'Full', { details: { retry_after: 6 } });
        },
      },
    });
    const id = await world.start('divide', { by: 'x' });
    await world.execute(id);
    const replaying = shop.start(['runs', 'replay', '--pipeline', 'divide', '--env', 'staging']);
    await replaying.until(/QUEUE_FULL: Full; going on in 6 s/);
    replaying.kill('SIGINT');
    const ended = await replaying.ended;
    expect([ended.code, ended.stdout]).toEqual([130, expect.stringContaining('1 run left')]);
  });

  it('one of them: says what it would do', async () => {
    const { shop, world } = await staging();
    const staged = ['--env', 'staging'];
    const start = await shop.fm(['run', 'greet', '--set', 'name=Ada', ...staged, '--dry-run']);
    expect([start.code, start.stdout]).toEqual([0, expect.stringMatching(/^would start greet 1.0.0 \(release \w+\)/)]);
    const wrong = await shop.fm(['run', 'greet', ...staged, '--dry-run']);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('name')]);
    expect((await world.store.runs.counts()).queued).toBe(undefined);
    const id = await world.start('divide', { by: 'x' });
    const cancel = await shop.fm(['runs', 'cancel', id, ...staged, '--dry-run']);
    expect(cancel.stdout).toContain('would end at once');
    expect(cancel.stderr).toMatch(/^target: staging http:/);
    await world.execute(id);
    const resume = await shop.fm(['runs', 'resume', id, '--from', 'first', ...staged, '--dry-run', '--json']);
    expect(JSON.parse(resume.stdout)).toMatchObject({ dry_run: true, run_id: id, again: ['first', 'second'] });
    const replay = await shop.fm(['runs', 'replay', id, '--set', 'by=2', ...staged, '--dry-run']);
    expect(replay.stdout).toContain('would start divide');
    const waits = await world.start('approve');
    await world.execute(waits);
    const send = ['runs', 'signal', waits, 'approval', '--data'];
    expect(await shop.fm([...send, '{"approved": true}', ...staged, '--dry-run'])).toMatchObject({
      stdout: expect.stringContaining('fits'),
      stderr: expect.stringMatching(/^target: staging http:/),
    });
    expect((await shop.fm([...send, 'true', ...staged, '--json'])).stderr).toBe('');
    const misspelt = await shop.fm(['runs', 'signal', waits, 'approve', ...staged]);
    expect([misspelt.code, misspelt.stderr]).toEqual([
      4,
      expect.stringContaining(`Try: fm runs signal ${waits} approval --data '…' --env staging\n`),
    ]);
    expect((await shop.fm([...send, '{"approved": 1}', ...staged, '--dry-run'])).code).not.toBe(0);
    expect(await world.store.signals.list(waits)).toEqual([]);
    const busy = await world.start('approve');
    await world.store.runs.claim(busy, { segment: 1, retry: 0 });
    const early = await shop.fm(['runs', 'signal', busy, 'approval', '--data', '{"approved": true}', ...staged]);
    expect([early.code, early.stdout]).toEqual([0, expect.stringContaining('takes it when it comes to that stage')]);
    expect((await world.store.runs.counts()).failed).toBe(1);
    const list = await shop.fm(['runs', 'list', '--status', 'waiting', ...staged]);
    expect(list.stdout).toMatch(/WAITS FOR\n.*the signal approval at ask/);
  });

  it('is started once for one key, and before others by its priority', async () => {
    const { shop, world } = await staging();
    const run = ['run', 'greet', '--set', 'name=Ada', '--env', 'staging', '--async'];
    const keyed = [...run, '--idempotency-key', 'order-7', '--priority', '9'];
    const [first, second] = [await shop.fm(keyed), await shop.fm(keyed)];
    expect(second.stdout).toBe(first.stdout);
    expect((await world.row(first.stdout.trim())).priority).toBe(9);
    expect((await world.store.runs.counts()).queued).toBe(1);
    const other = await shop.fm([...run, '--idempotency-key', 'order-7']);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('IDEMPOTENCY_MISMATCH')]);
  });

  it('tells how to say it after every wrong word', async () => {
    const { shop } = await staging();
    const cases: [string[], number, string, string][] = [
      [['runs', 'cancel', '--env', 'staging'], 2, 'needs RUN', 'fm runs cancel last'],
      [
        ['runs', 'cancel', 'last', '--since', '1h', '--env', 'staging'],
        2,
        'one of them has to go',
        'fm runs cancel last',
      ],
      [['runs', 'resume', '--status', 'failed'], 2, 'Filters are for', 'fm runs resume --status failed --env staging'],
      [['runs', 'resume', '--status', 'queued', '--env', 'staging'], 2, 'failed, cancelled', 'fm runs resume last'],
      [
        ['runs', 'cancel', '--since', 'yesterday', '--env', 'staging'],
        2,
        '--since is a time',
        'fm runs list --since 2h',
      ],
      [['runs', 'resume', '--status', 'failed', '--release', 'x', '--env', 'staging'], 2, 'Expected a release', ''],
      [
        ['runs', 'resume', 'last', '--release', 'v1.0.0', '--env', 'staging'],
        2,
        'expected same or active, found v1.0.0',
        'fm runs resume last --release active',
      ],
      [
        ['runs', 'resume', '--since', '2h', '--wait', '5s', '--env', 'staging'],
        2,
        '--wait is for one run',
        'fm runs resume --since 2h --env staging',
      ],
      [
        ['runs', 'replay', '--pipeline', 'greet', '--idempotency-key', 'k', '--env', 'staging'],
        2,
        '--idempotency-key is for one run',
        'fm runs replay --pipeline greet --env staging',
      ],
      [['run', 'greet', '--env', 'staging', '--idempotency-key', 'a b'], 2, 'without a space', 'fm run greet --env'],
      [
        ['run', 'greet', '--priority', '5'],
        2,
        '--priority is for runs of what is deployed',
        'fm run greet --org local',
      ],
      [['runs', 'list', '--release', 'v1.2.3'], 2, 'runs of files', 'fm runs list --release v1.2.3 --env staging'],
    ];
    for (const [args, code, word, hint] of cases) {
      const answer = await shop.fm(args);
      expect([args.join(' '), answer.code]).toEqual([args.join(' '), code]);
      expect(answer.stderr).toContain(word);
      expect(suggested(answer.stderr).join()).toContain(hint);
    }
  });
});
