import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockHolder } from '../../src/hosts/node/process-lock.ts';
import { loadJournal } from '../../src/hosts/node/runs/load-journal.ts';
import { readRun } from '../../src/hosts/node/runs/read.ts';
import { type Child, startChild } from './fixtures/child.ts';
import { temporaryFolder } from './fixtures/folder.ts';
import { newRecording } from './fixtures/new-recording.ts';
import { behind, step } from './fixtures/recorded-run.ts';

const chain = (...more: object[]) => ({
  name: 'chain',
  stages: [step('a'), behind('b', 'a'), behind('c', 'b'), step('lonely'), ...(more as [])],
});

const code = (expected: string, message = '') =>
  expect.objectContaining({ code: expected, message: expect.stringContaining(message) });

async function linesOf(child: Child): Promise<string[]> {
  const lines: string[] = [];
  for (let line = await child.line(); line !== undefined; line = await child.line()) lines.push(line);
  return lines;
}

describe('a run that is resumed', () => {
  it('runs what was not recorded, and nothing again that was', async () => {
    const project = newRecording();
    project.failing.add('b');
    const current = await project.run(chain());
    expect(project.calls).toEqual(['a', 'lonely', 'b']);
    project.failing.clear();
    expect(await project.resume(current)).toEqual(['b', 'c']);
    expect(readRun(project.home, 'last').outcome).toMatchObject({ status: 'succeeded' });
  });

  it('that has succeeded gives its result again and runs nothing', async () => {
    const project = newRecording();
    const current = await project.run({ ...chain(), result: '{{ stages.c.output.path }}' });
    const before = readRun(project.home, 'last').outcome;
    expect(await project.resume(current)).toEqual([]);
    expect(readRun(project.home, 'last').outcome).toMatchObject({ status: 'succeeded', result: before.result });
  });

  it('is `running` while somebody has it, and what it came to before does not count', async () => {
    const project = newRecording();
    project.failing.add('b');
    const current = await project.run(chain());
    const run = project.reopen(current);
    expect(readRun(project.home, 'last')).toMatchObject({
      live: true,
      record: { status: 'running', finished_at: null },
    });
    expect(readRun(project.home, 'last').outcome.error).toBeNull();
    run.release();
  });

  it('keeps its first start, its input and its variables', async () => {
    const project = newRecording();
    const current = project.current(chain());
    const first = project.create(current, { n: 1 });
    first.release();
    const again = project.reopen(current);
    expect(again.record).toEqual(first.record);
    again.release();
  });

  it('is held by one process at a time', async () => {
    const project = newRecording();
    const current = await project.run(chain());
    const child = startChild('hold-run.ts', [project.home]);
    expect(await child.line()).toBe('held');
    expect(() => project.reopen(current)).toThrow(code('RUN_BUSY', `process ${child.process.pid}`));
    await child.kill();
    project.reopen(current).release();
  });

  it('belongs to its pipeline', async () => {
    const project = newRecording();
    await project.run(chain());
    expect(() => project.reopen(project.current({ name: 'other', stages: [step('a')] }))).toThrow(
      code('USAGE', 'chain'),
    );
    project.reopen(project.current(chain())).release();
  });

  it('is left alone when its record is damaged', async () => {
    const project = newRecording();
    const current = await project.run(chain());
    const { files, release } = project.reopen(current);
    release();
    const text = readFileSync(files.journal, 'utf8');
    writeFileSync(files.journal, text.replace('"kind":"end"', '"kind":"and"'));
    expect(() => project.reopen(current)).toThrow(code('RECORD_CORRUPT', 'journal.ndjson:'));
    expect(lockHolder(files.folder)).toBeUndefined();
    expect(readFileSync(files.journal, 'utf8')).toHaveLength(text.length);
  });

  it('goes on behind a torn line', async () => {
    const project = newRecording();
    project.failing.add('c');
    const current = await project.run(chain());
    project.failing.clear();
    const { files, release } = project.reopen(current);
    release();
    appendFileSync(files.journal, '{"kind":"end","path":"c","id":"c","comp');
    expect(await project.resume(current)).toEqual(['c']);
    expect(loadJournal(files.journal).bytes).toBe(statSync(files.journal).size);
  });

  it('starts over when a power cut left an empty journal', async () => {
    const project = newRecording();
    const current = await project.run(chain());
    const { files, release } = project.reopen(current);
    release();
    writeFileSync(files.journal, '');
    expect(await project.resume(current)).toEqual(['a', 'lonely', 'b', 'c']);
    expect(await project.resume(current)).toEqual([]);
  });
});

describe('a disk that gets full in the middle of a run', () => {
  it('stops the run before its next effect; with room again it goes on', async () => {
    const folder = temporaryFolder();
    const [home, effects] = [join(folder, '.flowmason'), join(folder, 'effects')];
    const full = startChild('execute-chain.ts', [home, effects, 'new', '40'], { fileBlocks: 8 });
    const seen = await linesOf(full);
    expect(seen.pop()).toBe('RECORD_UNWRITABLE');
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.length).toBeLessThan(40);
    expect((await linesOf(startChild('execute-chain.ts', [home, effects, 'resume', '40']))).pop()).toBe('succeeded');
    const ran = readFileSync(effects, 'utf8').trim().split('\n');
    expect(new Set(ran).size).toBe(40);
    expect(ran.length).toBeLessThanOrEqual(41);
  });
});

describe('a run that is killed again and again', () => {
  it('comes to its end, and repeats only what was going on at a kill', async () => {
    const folder = temporaryFolder();
    const [home, effects] = [join(folder, '.flowmason'), join(folder, 'effects')];
    const start = (mode: string) => startChild('execute-chain.ts', [home, effects, mode, '40']);
    let child = start('new');
    const kills = [1, 5, 9, 2];
    for (const count of kills) {
      for (let i = 0; i < count; i++) await child.line();
      await child.kill();
      child = start('resume');
    }
    expect((await linesOf(child)).pop()).toBe('succeeded');
    const ran = readFileSync(effects, 'utf8').trim().split('\n');
    expect(new Set(ran)).toEqual(new Set(Array.from({ length: 40 }, (_, i) => `s${i}`)));
    const numbers = ran.map((path) => Number(path.slice(1)));
    // In the order of the chain, and a stage twice only where a kill hit it.
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(ran.length - 40).toBeLessThanOrEqual(kills.length);
    expect(readRun(home, 'last').outcome.stages).toHaveLength(40);
  });
});

describe('--from', () => {
  it('runs the stage and everything downstream of it again, under new idempotency keys', async () => {
    const project = newRecording();
    const current = await project.run(chain());
    expect(await project.resume(current, 'b')).toEqual(['b/1', 'c/1']);
    expect(await project.resume(current, 'c')).toEqual(['c/2']);
    expect(await project.resume(current)).toEqual([]);
    expect(await project.resume(current, 'c', 'lonely')).toEqual(['lonely/3', 'c/3']);
  });

  it('moves what counts no more to the history', async () => {
    const project = newRecording();
    const current = await project.run(chain());
    const run = project.reopen(current, ['b']);
    expect([...(run.recorded?.ends.keys() ?? [])].sort()).toEqual(['a', 'lonely']);
    expect([...loadJournal(run.files.journal).recorded.ends.keys()].sort()).toEqual(['a', 'lonely']);
    const history = readFileSync(run.files.history, 'utf8').trim().split('\n');
    expect(history.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'rewind', from: ['b'], repetition: 1 },
      { kind: 'start', path: 'b' },
      { kind: 'end', path: 'b' },
      { kind: 'start', path: 'c' },
      { kind: 'end', path: 'c' },
    ]);
    run.release();
  });

  it('is refused for a stage that there is not, with the nearest one, and changes nothing', async () => {
    const project = newRecording();
    const current = await project.run({ name: 'x', stages: [step('transform')] });
    expect(() => project.reopen(current, ['tranform'])).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', hint: 'Did you mean --from transform?' }),
    );
    for (const wrong of ['', '/', 'a//b', 'transform/x', '../x', '__proto__']) {
      expect(() => project.reopen(current, [wrong])).toThrow(code('NOT_FOUND'));
    }
    expect(await project.resume(current)).toEqual([]);
  });

  it('inside of a foreach repeats that stage of every item, what reads it, and what comes behind the foreach', async () => {
    const project = newRecording();
    const current = await project.run({
      name: 'each',
      stages: [
        { id: 'orders', component: 'foreach', config: { items: [1, 2], loop_stages: ['fetch', 'check', 'pay'] } },
        step('fetch'),
        behind('check', 'fetch'),
        behind('pay', 'fetch'),
        behind('report', 'orders'),
        step('apart'),
      ],
    });
    expect(await project.resume(current, 'pay')).toEqual(['orders[0]/pay/1', 'orders[1]/pay/1', 'report/1']);
    expect(await project.resume(current, 'orders/fetch')).toHaveLength(7);
    expect(await project.resume(current, 'orders[1]/check')).toEqual(['orders[1]/check/3', 'report/3']);
    expect(await project.resume(current, 'orders')).toHaveLength(7);
    expect(await project.resume(current, 'report')).toEqual(['report/5']);
  });

  it('inside of a loop repeats all later iterations too, because each reads the one before', async () => {
    const project = newRecording();
    const current = await project.run({
      name: 'again',
      stages: [
        { id: 'poll', component: 'loop', config: { loop_stages: ['ask', 'note'], until: 'context.iteration == 2' } },
        step('ask'),
        step('note'),
      ],
    });
    expect(project.calls).toHaveLength(6);
    const calls = await project.resume(current, 'note');
    expect(calls.sort()).toEqual(
      ['poll[0]/note', 'poll[1]/ask', 'poll[1]/note', 'poll[2]/ask', 'poll[2]/note'].map((path) => `${path}/1`),
    );
  });

  it('inside of a try list repeats catch and finally, inside of catch only those', async () => {
    const project = newRecording();
    project.failing.add('risky');
    const current = await project.run({
      name: 'careful',
      stages: [
        {
          id: 'guard',
          component: 'trycatch',
          config: { try_stages: ['safe', 'risky'], catch_stages: ['mend'], finally_stages: ['clean'] },
        },
        step('safe'),
        behind('risky', 'safe'),
        step('mend'),
        step('clean'),
        behind('next', 'guard'),
      ],
    });
    expect(project.calls).toEqual(['guard/safe', 'guard/risky', 'guard/mend', 'guard/clean', 'next']);
    expect(await project.resume(current, 'mend')).toEqual(
      expect.arrayContaining(['guard/mend/1', 'guard/clean/1', 'next/1']),
    );
    expect(project.calls).not.toContain('guard/safe/1');
    project.failing.clear();
    expect(await project.resume(current, 'risky')).toEqual(['guard/risky/2', 'guard/clean/2', 'next/2']);
  });

  it('inside of a called pipeline is named by the path to it', async () => {
    const project = newRecording();
    const current = await project.run(
      {
        name: 'main',
        stages: [
          { id: 'call', component: 'subpipeline', config: { pipeline: 'part' } },
          behind('next', 'call'),
          step('apart'),
        ],
      },
      { name: 'part', stages: [step('one'), behind('two', 'one')] },
    );
    expect(await project.resume(current, 'call/two')).toEqual(['call/two/1', 'next/1']);
    expect(await project.resume(current, 'call')).toEqual(['call/one/2', 'call/two/2', 'next/2']);
    expect(() => project.reopen(current, ['two'])).toThrow(code('NOT_FOUND'));
  });

  it('repeats what a gate opened', async () => {
    const project = newRecording();
    const current = await project.run({
      name: 'gated',
      stages: [
        { id: 'gate', component: 'conditional', config: { condition: true, true_branch: 'yes', false_branch: 'no' } },
        step('yes'),
        step('no'),
        { ...behind('end', 'yes', 'no'), join: 'any' },
        step('apart'),
      ],
    });
    expect(await project.resume(current, 'gate')).toEqual(['yes/1', 'end/1']);
  });
});

describe('a definition that has changed', () => {
  const changed = (stage: object) => ({
    ...chain(),
    stages: chain().stages.map((s) => (s.id === 'b' ? { ...s, ...stage } : s)),
  });

  it('of a recorded stage is refused with the --from to use', async () => {
    const project = newRecording();
    await project.run(chain());
    const now = project.current(changed({ config: { value: 1 } }));
    expect(() => project.reopen(now)).toThrow(
      expect.objectContaining({
        code: 'DEFINITION_CHANGED',
        exit: 5,
        message: expect.stringContaining('`b`'),
        hint: expect.stringMatching(/--from b$/),
      }),
    );
    expect(await project.resume(now, 'b')).toEqual(['b/1', 'c/1']);
    expect(await project.resume(now)).toEqual([]);
  });

  it('of a stage that was not recorded counts from now on', async () => {
    const project = newRecording();
    project.failing.add('b');
    await project.run(chain());
    project.failing.clear();
    expect(await project.resume(project.current(changed({ config: { value: 1 } })))).toEqual(['b', 'c']);
  });

  it('does not mean what is only shown, nor the order of keys', async () => {
    const project = newRecording();
    await project.run(chain());
    const { depends_on: before = [] } = behind('b', 'a');
    const stages = chain().stages.map((s) =>
      s.id === 'b' ? { description: 'x', depends_on: before, name: 'B', component: 'step', id: 'b' } : s,
    );
    expect(await project.resume(project.current({ ...chain(), stages, description: 'new' }))).toEqual([]);
  });

  it('of several stages asks for those only that are not downstream of another one', async () => {
    const project = newRecording();
    await project.run(chain());
    const stages = chain().stages.map((s) => ({ ...s, config: { value: 2 } }));
    const now = project.current({ ...chain(), stages });
    expect(() => project.reopen(now)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/--from a --from lonely$/) }),
    );
    expect((await project.resume(now, 'a', 'lonely')).sort()).toEqual(['a/1', 'b/1', 'c/1', 'lonely/1']);
  });

  it('is not enough repeated when another one changed, too; then nothing is touched', async () => {
    const project = newRecording();
    const before = await project.run(chain());
    const stages = chain().stages.map((s) => (s.id === 'b' || s.id === 'lonely' ? { ...s, config: { value: 2 } } : s));
    expect(() => project.reopen(project.current({ ...chain(), stages }), ['b'])).toThrow(
      code('DEFINITION_CHANGED', 'lonely'),
    );
    expect(await project.resume(before)).toEqual([]);
  });

  it('may be a stage that is gone: its record is dropped by its name', async () => {
    const project = newRecording();
    await project.run(chain());
    const now = project.current({ name: 'chain', stages: [step('a'), behind('b', 'a'), behind('c', 'b')] });
    expect(() => project.reopen(now)).toThrow(code('DEFINITION_CHANGED', '`lonely` (removed)'));
    expect(await project.resume(now, 'lonely')).toEqual([]);
    expect(await project.resume(now)).toEqual([]);
  });

  it('is found in bodies, in what control stages have resolved, and in called pipelines', async () => {
    const main = (items: number[], value: number) => ({
      name: 'main',
      stages: [
        { id: 'each', component: 'foreach', config: { items, loop_stages: ['pay'] } },
        step('pay', { config: { value } }),
        { id: 'call', component: 'subpipeline', config: { pipeline: 'part' } },
      ],
    });
    const part = (value: number) => ({ name: 'part', stages: [step('inner', { config: { value } })] });
    const project = newRecording();
    project.failing.add('pay');
    await project.run(main([1, 2], 1), part(1));
    expect(() => project.reopen(project.current(main([1, 2, 3], 1), part(1)))).toThrow(
      code('DEFINITION_CHANGED', '`each`'),
    );
    project.failing.clear();
    await project.resume(project.current(main([1, 2], 1), part(1)));
    expect(() => project.reopen(project.current(main([1, 2], 2), part(1)))).toThrow(
      code('DEFINITION_CHANGED', '`each/pay`'),
    );
    expect(() => project.reopen(project.current(main([1, 2], 1), part(2)))).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/--from call\/inner$/) }),
    );
  });
});
