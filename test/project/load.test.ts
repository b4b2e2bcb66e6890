import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFiles } from '../../src/cli/project/check-files.ts';
import { loadPipeline, loadRecorded } from '../../src/cli/project/load.ts';
import { openWorkspace } from '../../src/cli/project/workspace.ts';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { temporaryFolder } from '../hosts/fixtures/folder.ts';
import { DESCRIPTORS } from './fixtures/descriptors.ts';
import { errorOf, listed, type TestProject, testProject } from './fixtures/project.ts';

const log = (message: string): StageDefinition => ({ id: 'log', component: 'logger', config: { message } });
const call = (pipeline: string, more: object = {}): StageDefinition => ({
  id: `call-${pipeline}`,
  component: 'subpipeline',
  config: { pipeline, ...more },
});

function write(project: TestProject, name: string, stages: StageDefinition[], more: object = {}): void {
  project.write(`pipelines/${name}.pipeline.json`, { name, stages, ...more });
}

const load = (project: TestProject, word: string, stdin?: Uint8Array) =>
  loadPipeline(project.open(), word, DESCRIPTORS, stdin);

describe('what is loaded', () => {
  it('is a file when the word has a slash or ends in .json, else a pipeline of the project', async () => {
    const project = testProject();
    write(project, 'one', [log('hi')]);
    const byName = await load(project, 'one');
    expect(byName.plan.name).toBe('one');
    expect(byName.file).toBe(project.file('pipelines/one.pipeline.json'));
    for (const word of ['pipelines/one.pipeline.json', './pipelines/one.pipeline.json', byName.file ?? '']) {
      expect((await load(project, word)).file).toBe(byName.file);
    }
  });

  it('may be any file outside of a project, with its neighbours as subpipelines', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'main.json'), JSON.stringify({ name: 'anything', stages: [call('part')] }));
    writeFileSync(join(folder, 'part.pipeline.json'), JSON.stringify({ name: 'part', stages: [log('x')] }));
    const workspace = openWorkspace({ cwd: folder, variables: {} });
    const loaded = await loadPipeline(workspace, './main.json', DESCRIPTORS);
    expect([...loaded.all.keys()]).toEqual(['anything', 'part']);
    expect((await errorOf(() => loadPipeline(workspace, 'part', DESCRIPTORS))).code).toBe('NOT_FOUND');
  });

  it('may come from stdin', async () => {
    const project = testProject();
    const stdin = new TextEncoder().encode(JSON.stringify({ name: 'piped', stages: [log('x')] }));
    const loaded = await load(project, '-', stdin);
    expect(loaded).toMatchObject({ plan: { name: 'piped' }, file: null });
    expect(loaded.recorded.get('piped')).toEqual({ file: null, definition: loaded.definition });
    expect(listed(await errorOf(() => load(project, '-', Buffer.from('{'))))).toEqual([
      expect.stringMatching(/^INVALID_JSON <stdin>:1:1 /),
    ]);
  });

  it('is recorded with the path inside the project', async () => {
    const project = testProject();
    write(project, 'one', [log('hi')]);
    expect((await load(project, 'one')).recorded.get('one')?.file).toBe('pipelines/one.pipeline.json');
    const elsewhere = join(temporaryFolder(), 'x.json');
    writeFileSync(elsewhere, JSON.stringify({ name: 'x', stages: [log('y')] }));
    expect((await load(project, elsewhere)).recorded.get('x')?.file).toBe(elsewhere);
  });

  it('can be what a run has recorded, whatever the files say now', async () => {
    const project = testProject();
    write(project, 'main', [call('part')]);
    write(project, 'part', [log('old')]);
    const { recorded } = await load(project, 'main');
    write(project, 'part', []);
    const again = await loadRecorded(
      project.open(),
      { format: 1, main: 'main', pipelines: Object.fromEntries(recorded) },
      DESCRIPTORS,
    );
    expect(again.resolve('part', undefined).definition.stages[0]?.config).toEqual({ message: 'old' });
  });
});

describe('what is not there', () => {
  it('is answered with the nearest name', async () => {
    const project = testProject();
    write(project, 'content-summarizer', [log('x')]);
    expect(await errorOf(() => load(project, 'content-sumarizer'))).toMatchObject({
      code: 'NOT_FOUND',
      exit: 4,
      hint: 'Did you mean `content-summarizer`?',
    });
  });

  it.each(['./nope.json', 'pipelines/', 'pipelines/one.pipeline.json/x.json'])('is refused: %s', async (word) => {
    const project = testProject();
    write(project, 'one', [log('x')]);
    expect(['NOT_FOUND', 'FILE_SYSTEM']).toContain((await errorOf(() => load(project, word))).code);
  });
});

describe('a file that harms nobody', () => {
  it('is refused by its size before it is read', async () => {
    const project = testProject();
    truncateSync(project.write('pipelines/huge.pipeline.json', ''), 100_000_000_000);
    const before = process.memoryUsage().rss;
    const error = await errorOf(() => load(project, 'huge'));
    expect(listed(error)).toEqual([expect.stringMatching(/^FILE_TOO_LARGE pipelines\/huge.pipeline.json:1:1 /)]);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  it('may be a device without end', async () => {
    const project = testProject();
    symlinkSync('/dev/zero', project.file('zero.json'));
    expect((await errorOf(() => load(project, './zero.json'))).problems[0]?.code).toBe('FILE_TOO_LARGE');
  });

  it('is UTF-8', async () => {
    const project = testProject();
    writeFileSync(project.write('pipelines/x.pipeline.json', ''), Buffer.from('{\n "name": "\xff"}', 'latin1'));
    expect(listed(await errorOf(() => load(project, 'x')))).toEqual([
      expect.stringMatching(/^INVALID_ENCODING pipelines\/x.pipeline.json:2:11 /),
    ]);
  });

  it('is as large as the limit says', async () => {
    const project = testProject({ name: 'x', limits: { file_bytes: 200 } });
    write(project, 'one', [log('x'.repeat(300))]);
    expect((await errorOf(() => load(project, 'one'))).problems[0]?.code).toBe('FILE_TOO_LARGE');
  });
});

describe('problems', () => {
  it('of all files come at once, each with its place', async () => {
    const project = testProject();
    write(project, 'main', [call('one'), call('two'), call('gone')]);
    const error = await errorOf(() => load(project, 'main'));
    expect(error).toMatchObject({ code: 'INVALID_FILE', exit: 3 });
    expect(listed(error).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'UNKNOWN_PIPELINE pipelines/main.pipeline.json:8:21',
      'UNKNOWN_PIPELINE pipelines/main.pipeline.json:15:21',
      'UNKNOWN_PIPELINE pipelines/main.pipeline.json:22:21',
    ]);
    write(project, 'one', [{ id: 'a', component: 'nope' }]);
    write(project, 'two', [{ id: 'a', component: 'logger', config: {} }]);
    write(project, 'gone', [log('x')]);
    const both = await errorOf(() => load(project, 'main'));
    expect(new Set(both.problems.map(({ file }) => file))).toEqual(
      new Set(['pipelines/one.pipeline.json', 'pipelines/two.pipeline.json']),
    );
    expect(both.message).toContain('2 files');
  });

  it('are found in a version that is not in the range', async () => {
    const project = testProject();
    write(project, 'part', [log('x')], { version: '1.2.0' });
    write(project, 'main', [call('part', { version: '^2.0.0' })]);
    expect(listed(await errorOf(() => load(project, 'main')))).toEqual([expect.stringContaining('1.2.0')]);
    write(project, 'main', [call('part', { version: '>=1 <2' })]);
    expect((await load(project, 'main')).resolve('part', '>=1 <2').version).toBe('1.2.0');
  });

  it('are the circles in which pipelines call each other', async () => {
    const project = testProject();
    write(project, 'a', [log('x'), call('b')]);
    write(project, 'b', [call('c')]);
    write(project, 'c', [log('x')], { on_failure: { pipeline: 'a' } });
    const error = await errorOf(() => load(project, 'a'));
    expect(listed(error)).toEqual([
      expect.stringMatching(/^PIPELINE_CYCLE pipelines\/c.pipeline.json:\d+:\d+ .*a → b → c → a$/),
    ]);
    write(project, 'c', [call('c')]);
    expect(listed(await errorOf(() => load(project, 'a')))).toEqual([expect.stringContaining('c → c')]);
  });

  it('are chains of calls that are too deep', async () => {
    const project = testProject();
    for (let i = 0; i < 17; i++) write(project, `p${i}`, [call(`p${i + 1}`)]);
    write(project, 'p17', [log('x')]);
    expect((await load(project, 'p1')).all.size).toBe(17);
    expect(listed(await errorOf(() => load(project, 'p0')))).toEqual([
      expect.stringMatching(/^CALLS_TOO_DEEP pipelines\/p0.pipeline.json:\d+:\d+ .*17 deep, at most 16/),
    ]);
  });

  it('are names that two files have, when pipelines are looked up', async () => {
    const project = testProject();
    write(project, 'main', [call('part')]);
    write(project, 'part', [log('x')]);
    project.write('pipelines/more/part.pipeline.json', { name: 'part', stages: [log('y')] });
    expect((await errorOf(() => load(project, 'main'))).problems).toMatchObject([{ code: 'PIPELINE_NAME_TAKEN' }]);
  });
});

describe('what a pipeline needs', () => {
  it('is what it names and what those name that it calls', async () => {
    const project = testProject();
    write(project, 'main', [log('{{ vars.region }} {{ vars.?tone.orValue(1) }}'), call('part')], {
      on_failure: { pipeline: 'alarm' },
    });
    write(project, 'part', [log('{{ vars.city }} {{ vars.region }}')]);
    write(project, 'alarm', [log('{{ vars.channel }}')]);
    expect((await load(project, 'main')).requires.vars).toEqual(['channel', 'city', 'region']);
  });
});

describe('checking files', () => {
  it('checks each once and all of them, whatever is wrong with some', async () => {
    const project = testProject();
    write(project, 'good', [log('x')]);
    write(project, 'bad', [{ id: 'a', component: 'nope' }]);
    write(project, 'worse', [log('x'), log('y')]);
    project.write('pipelines/broken.pipeline.json', '{');
    const { pipelines, problems, files } = await checkFiles(project.open(), DESCRIPTORS);
    expect(pipelines.map(({ plan }) => plan.name)).toEqual(['good']);
    expect(files).toHaveLength(4);
    expect(new Set(problems.map(({ file }) => file))).toEqual(
      new Set(['bad', 'broken', 'worse'].map((name) => `pipelines/${name}.pipeline.json`)),
    );
  });

  it('reports a circle once', async () => {
    const project = testProject();
    write(project, 'a', [call('b')]);
    write(project, 'b', [call('a')]);
    const { problems } = await checkFiles(project.open(), DESCRIPTORS);
    expect(problems.map(({ code }) => code)).toEqual(['PIPELINE_CYCLE']);
  });

  it('takes files that are named', async () => {
    const project = testProject();
    write(project, 'good', [log('x')]);
    write(project, 'bad', []);
    const chosen = await checkFiles(project.open(), DESCRIPTORS, ['pipelines/good.pipeline.json']);
    expect(chosen.problems).toEqual([]);
    expect((await errorOf(() => checkFiles(project.open(), DESCRIPTORS, ['nope.json']))).code).toBe('NOT_FOUND');
  });
});
