import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMasker } from '../../src/core/mask.ts';
import { createRun } from '../../src/hosts/node/runs/create.ts';
import { findRunId, newRunId, runIds } from '../../src/hosts/node/runs/id.ts';
import { listRuns } from '../../src/hosts/node/runs/list.ts';
import { readRun } from '../../src/hosts/node/runs/read.ts';
import { startChild } from './fixtures/child.ts';
import { temporaryFolder } from './fixtures/folder.ts';
import { end, newRun, outcome } from './fixtures/runs.ts';

function newHome(): string {
  return join(temporaryFolder(), '.flowmason');
}

const code = (expected: string, message?: string) =>
  expect.objectContaining({ code: expected, ...(message && { message: expect.stringContaining(message) }) });

describe('a run that is recorded', () => {
  it('has its record, its definitions and its journal in a folder of its own', async () => {
    const home = newHome();
    const run = createRun(home, newRun());
    run.journal.append(end('first'));
    await run.finish(outcome(run));
    const folder = join(home, 'runs', run.id);
    expect(readdirSync(folder).sort()).toEqual([
      'journal.ndjson',
      'lock.1',
      'outcome.json',
      'pipeline.json',
      'run.json',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toEqual({
      format: 1,
      run_id: run.id,
      pipeline: 'demo',
      version: '1.0.0',
      file: 'pipelines/demo.pipeline.json',
      environment: 'local',
      input: { city: 'Zürich' },
      vars: { region: 'eu' },
      status: 'succeeded',
      started_at: run.record.started_at,
      finished_at: run.record.started_at + 12,
    });
  });

  it('is readable by its owner only, and git does not see it', async () => {
    const home = newHome();
    const run = createRun(home, newRun());
    await run.finish(outcome(run));
    for (const folder of [home, join(home, 'runs'), run.files.folder])
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(run.files.folder)) {
      expect([name, statSync(join(run.files.folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect(readFileSync(join(home, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('holds masked input and variables, and runs with them', () => {
    const home = newHome();
    const run = createRun(
      home,
      newRun({ input: { note: 'key hunter2 end' }, vars: { a: ['hunter2'] }, masker: createMasker(['hunter2']) }),
    );
    expect(run.record.input).toEqual({ note: 'key *** end' });
    expect(run.record.vars).toEqual({ a: ['***'] });
    expect(readFileSync(run.files.record, 'utf8')).not.toContain('hunter2');
    run.release();
  });

  it('shows what it came to, word for word', async () => {
    const home = newHome();
    const run = createRun(home, newRun());
    run.journal.append({ kind: 'log', entry: { at: 1, level: 'info', message: 'hello', path: 'first' } });
    const result = outcome(run, { result: { text: '{{ not a template }}' } });
    await run.finish(result);
    const read = readRun(home, run.id);
    expect(read.outcome).toEqual(result);
    expect(read.logs).toEqual([{ at: 1, level: 'info', message: 'hello', path: 'first' }]);
    expect(read.live).toBe(false);
  });

  it('shows an interrupted run from its journal: what ended and what was going on', async () => {
    const home = newHome();
    const run = createRun(home, newRun());
    run.journal.append(end('first', { usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } }));
    run.journal.append({ kind: 'start', path: 'second', started_at: 1_010 });
    await run.journal.flush();
    expect(readRun(home, 'last')).toMatchObject({ live: true, record: { status: 'running' } });
    run.release();
    const { outcome: shown, live } = readRun(home, 'last');
    expect(live).toBe(false);
    expect(shown).toMatchObject({ status: 'running', usage: { total_tokens: 3 } });
    expect(shown.stages).toMatchObject([
      { id: 'first', status: 'succeeded', duration_ms: 5 },
      { id: 'second', component: 'logger', status: 'running' },
    ]);
  });
});

describe('what cannot be recorded', () => {
  it('refuses a home that leads out of the project', () => {
    const project = temporaryFolder();
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, join(project, '.flowmason'));
    expect(() => createRun(join(project, '.flowmason'), newRun())).toThrow(code('RECORD_UNWRITABLE', 'a link'));
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('says that the place is a file', () => {
    const home = newHome();
    writeFileSync(home, '');
    expect(() => createRun(home, newRun())).toThrow(code('RECORD_UNWRITABLE'));
  });

  it.skipIf(process.getuid?.() !== 0)('says that the folder is read-only', async () => {
    const project = temporaryFolder();
    chmodSync(project, 0o555);
    const child = startChild('create-run.ts', [join(project, '.flowmason')], { uid: 65_534 });
    expect(await child.line()).toBe('RECORD_UNWRITABLE you may not write there');
    expect(existsSync(join(project, '.flowmason'))).toBe(false);
  });

  it.skipIf(process.getuid?.() !== 0)('records where the owner may write', async () => {
    const project = temporaryFolder();
    chownSync(project, 65_534, 65_534);
    const child = startChild('create-run.ts', [join(project, '.flowmason')], { uid: 65_534 });
    expect(await child.line()).toMatch(/^created /);
  });

  it('leaves no half record when its folder vanishes', async () => {
    const home = newHome();
    const run = createRun(home, newRun());
    rmSync(run.files.folder, { recursive: true });
    run.journal.append(end('first'));
    await expect(run.finish(outcome(run))).rejects.toThrow(code('RECORD_UNWRITABLE'));
  });
});

describe('the id of a run', () => {
  it('sorts by time and never repeats', () => {
    const ids = Array.from({ length: 1_000 }, (_, i) => newRunId(1_700_000_000_000 + i));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(Array.from({ length: 1_000 }, () => newRunId(5))).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-z]{16}$/);
  });

  it('may be shortened to a unique prefix, written in capitals, or be called `last`', () => {
    const home = newHome();
    const times = [1_000_000_000_000, 1_500_000_000_000, 2_000_000_000_000];
    const ids = times.map((now) => {
      const run = createRun(home, newRun({ now }));
      run.release();
      return run.id;
    });
    const [first = '', second = '', third = ''] = ids;
    expect(runIds(home)).toEqual([third, second, first]);
    expect(findRunId(home, 'last')).toBe(third);
    expect(findRunId(home, first)).toBe(first);
    expect(findRunId(home, second.slice(0, 4).toUpperCase())).toBe(second);
    expect(() => findRunId(home, '')).toThrow(code('NOT_FOUND'));
    expect(() => findRunId(home, 'zzzz')).toThrow(code('NOT_FOUND', third));
    expect(() => findRunId(home, '../../etc')).toThrow(code('NOT_FOUND'));
  });

  it('is asked for in full when a prefix means several', () => {
    const home = newHome();
    for (let i = 0; i < 2; i++) createRun(home, newRun()).release();
    const [a = '', b = ''] = runIds(home);
    expect(() => findRunId(home, a.slice(0, 5))).toThrow(code('USAGE', `${a}, ${b}`));
  });

  it('says where it looked when nothing was recorded', () => {
    const home = newHome();
    expect(() => findRunId(home, 'last')).toThrow(code('NOT_FOUND', join(home, 'runs')));
    expect(listRuns(home)).toEqual([]);
  });
});

describe('the list of runs', () => {
  it('has the newest first and tells which are executed now', async () => {
    const home = newHome();
    const old = createRun(home, newRun({ now: 1_000 }));
    await old.finish(outcome(old, { status: 'failed' }));
    const interrupted = createRun(home, newRun({ now: 2_000 }));
    interrupted.release();
    const live = createRun(home, newRun({ now: 3_000 }));
    expect(listRuns(home)).toMatchObject([
      { run_id: live.id, status: 'running', live: true, finished_at: null },
      { run_id: interrupted.id, status: 'running', live: false },
      { run_id: old.id, status: 'failed', live: false, finished_at: 1_012, pipeline: 'demo', version: '1.0.0' },
    ]);
    live.release();
  });

  it('leaves out what is no run', () => {
    const home = newHome();
    createRun(home, newRun()).release();
    mkdirSync(join(home, 'runs', 'notes'));
    mkdirSync(join(home, 'runs', newRunId(9)));
    writeFileSync(join(home, 'runs', '.DS_Store'), '');
    expect(listRuns(home)).toHaveLength(1);
  });
});

describe('how many runs are kept', () => {
  async function finished(home: string, now: number, keep: { runs: number } | { age: number }) {
    const run = createRun(home, newRun({ now, keep }));
    await run.finish(outcome(run));
    return run.id;
  }

  it('keeps the newest ones, and every one that has not ended or is executed', async () => {
    const home = newHome();
    const keep = { runs: 3 };
    const interrupted = createRun(home, newRun({ now: 1_000, keep }));
    interrupted.release();
    const parked = createRun(home, newRun({ now: 2_000, keep }));
    await parked.finish(outcome(parked, { status: 'waiting' }));
    const live = createRun(home, newRun({ now: 3_000, keep }));
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await finished(home, 10_000 + i, keep));
    expect(runIds(home)).toEqual([...ids.slice(-3).reverse(), live.id, parked.id, interrupted.id]);
    live.release();
  });

  it('keeps those that are younger than an age', async () => {
    const home = newHome();
    const day = 86_400_000;
    const old = await finished(home, Date.now() - 3 * day, { age: 10 * day });
    const young = await finished(home, Date.now() - day, { age: 10 * day });
    expect(runIds(home)).toEqual([young, old]);
    const last = await finished(home, Date.now(), { age: 2 * day });
    expect(runIds(home)).toEqual([last, young]);
  });

  it('finishes what a process left that died while it deleted, or before it had made a run', async () => {
    const home = newHome();
    const id = await finished(home, 5_000, { runs: 2 });
    mkdirSync(join(home, 'runs', `${newRunId(5)}.deleting`));
    const half = join(home, 'runs', newRunId(3_000));
    mkdirSync(half);
    utimesSync(half, 1, 1);
    expect(findRunId(home, 'last')).toBe(id);
    const next = await finished(home, 6_000, { runs: 2 });
    expect(readdirSync(join(home, 'runs')).sort()).toEqual([id, next]);
  });

  it('never deletes a record that it cannot read', async () => {
    const home = newHome();
    const id = await finished(home, 1_000, { runs: 1 });
    writeFileSync(join(home, 'runs', id, 'run.json'), '{');
    const next = await finished(home, 2_000, { runs: 1 });
    expect(runIds(home)).toEqual([next, id]);
    expect(() => readRun(home, id)).toThrow(code('RECORD_CORRUPT', 'run.json'));
  });
});
