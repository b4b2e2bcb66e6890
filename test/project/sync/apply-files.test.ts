import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hashBytes } from '../../../src/cli/project/local-files.ts';
import { applyFiles, type FileChange, recoverFiles } from '../../../src/cli/project/sync/apply-files.ts';
import { acquireLock } from '../../../src/hosts/node/process-lock.ts';
import { temporaryFolder } from '../../hosts/fixtures/folder.ts';
import { cleanEnvironment } from '../../setup/fm.ts';
import { errorOf } from '../fixtures/project.ts';

const CHILD = fileURLToPath(new URL('apply-child.ts', import.meta.url));
const OLD = {
  'pipelines/a.pipeline.json': 'old a',
  'pipelines/deep/b.pipeline.json': 'old b',
  'pipelines/c.pipeline.json': 'old c',
};
const NEW = {
  'pipelines/a.pipeline.json': 'new a\r\n',
  'pipelines/deep/b.pipeline.json': '\u{feff}new b',
  'pipelines/d.pipeline.json': '',
};
const CHANGES: readonly FileChange[] = [
  { path: 'pipelines/a.pipeline.json', before: hashBytes('old a'), text: 'new a\r\n' },
  { path: 'pipelines/deep/b.pipeline.json', before: hashBytes('old b'), text: '\u{feff}new b' },
  { path: 'pipelines/c.pipeline.json', before: hashBytes('old c'), text: null },
  { path: 'pipelines/d.pipeline.json', before: null, text: '' },
];

function folder(files: Readonly<Record<string, string>> = OLD): { root: string; home: string } {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, home: join(root, '.flowmason') };
}

/** Every file of the project, hidden ones included, but `.flowmason`. */
function filesIn(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.startsWith('.flowmason'),
  );
  const files = paths.filter((path) => lstatSync(join(root, path)).isFile()).sort();
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const change = (path: string, text: string | null = 'new', before: string | null = null): FileChange => ({
  path,
  before,
  text,
});
const journalOf = (home: string) => join(home, 'sync', 'apply.journal');

describe('files', () => {
  it('are replaced, made and deleted, byte for byte, with the modes that they had', () => {
    const { root, home } = folder();
    chmodSync(join(root, 'pipelines/a.pipeline.json'), 0o640);
    const { done, left } = applyFiles({ root, home }, CHANGES);
    expect({ done, left }).toEqual({ done: CHANGES.map(({ path }) => path), left: [] });
    expect(filesIn(root)).toEqual(NEW);
    expect(statSync(join(root, 'pipelines/a.pipeline.json')).mode & 0o777).toBe(0o640);
    expect(statSync(join(root, 'pipelines/d.pipeline.json')).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(existsSync(journalOf(home))).toBe(false);
    expect(recoverFiles({ root, home })).toBeUndefined();
  });

  it('are made where there is no folder yet', () => {
    const { root, home } = folder({});
    applyFiles({ root, home }, [change('pipelines/a.pipeline.json')]);
    expect(filesIn(root)).toEqual({ 'pipelines/a.pipeline.json': 'new' });
  });

  it.each<[string, (root: string) => void]>([
    ['was edited', (root) => writeFileSync(join(root, 'pipelines/a.pipeline.json'), 'edited')],
    ['is gone', (root) => rmSync(join(root, 'pipelines/c.pipeline.json'))],
    ['has come', (root) => writeFileSync(join(root, 'pipelines/d.pipeline.json'), 'mine')],
  ])('are left alone, all of them, when one %s since the plan', async (_what, edit) => {
    const { root, home } = folder();
    edit(root);
    const before = filesIn(root);
    const error = await errorOf(() => applyFiles({ root, home }, CHANGES));
    expect(error).toMatchObject({ code: 'FILES_CHANGED', exit: 5 });
    expect(filesIn(root)).toEqual(before);
  });

  it('are written by one process at a time', async () => {
    const { root, home } = folder();
    mkdirSync(join(home, 'sync'), { recursive: true });
    const lock = acquireLock(join(home, 'sync'));
    expect(await errorOf(() => applyFiles({ root, home }, CHANGES))).toMatchObject({ code: 'FILES_CHANGED' });
    if ('release' in lock) lock.release();
    applyFiles({ root, home }, CHANGES);
    expect(filesIn(root)).toEqual(NEW);
  });
});

describe('places', () => {
  it.each([
    '../outside.pipeline.json',
    'pipelines/../../outside.pipeline.json',
    'pipelines/./a.pipeline.json',
    '/etc/a.pipeline.json',
    'pipelines//a.pipeline.json',
    'pipelines/.git/a.pipeline.json',
    'pipelines\\a.pipeline.json',
    'pipelines/a\0.pipeline.json',
    'pipelines/c:a.pipeline.json',
    'pipelines/a.json',
    'pipelines',
    'flowmason.json',
    'tests/a.pipeline.json',
    '',
  ])('outside of pipelines/ are refused: %j', async (path) => {
    const { root, home } = folder();
    const changes = [...CHANGES, change(path)];
    expect(await errorOf(() => applyFiles({ root, home }, changes))).toMatchObject({ code: 'PATH_REFUSED' });
    expect(filesIn(root)).toEqual(OLD);
  });

  it.each<[string, string, (root: string, outside: string) => void]>([
    [
      'a link',
      'pipelines/x.pipeline.json',
      (root, outside) => symlinkSync(join(outside, 'x'), join(root, 'pipelines/x.pipeline.json')),
    ],
    [
      'behind a link',
      'pipelines/x/x.pipeline.json',
      (root, outside) => symlinkSync(outside, join(root, 'pipelines/x')),
    ],
    ['a folder', 'pipelines/x.pipeline.json', (root) => mkdirSync(join(root, 'pipelines/x.pipeline.json'))],
    ['behind a file', 'pipelines/a.pipeline.json/x.pipeline.json', () => {}],
    [
      'another spelling of a file',
      'pipelines/x.pipeline.json',
      (root) => writeFileSync(join(root, 'pipelines/X.Pipeline.json'), 'other'),
    ],
  ])('that are %s are refused, and nothing is written', async (_what, path, make) => {
    const { root, home } = folder();
    const outside = temporaryFolder();
    make(root, outside);
    const before = filesIn(root);
    const error = await errorOf(() => applyFiles({ root, home }, [...CHANGES, change(path)]));
    expect(error).toMatchObject({ code: 'PATH_REFUSED', message: expect.stringContaining(path) });
    expect([filesIn(root), readdirSync(outside)]).toEqual([before, []]);
  });

  it('behind a folder that is a link are refused from the top', async () => {
    const { root, home } = folder({});
    const outside = temporaryFolder();
    symlinkSync(outside, join(root, 'pipelines'));
    expect(await errorOf(() => applyFiles({ root, home }, [change('pipelines/a.pipeline.json')]))).toMatchObject({
      code: 'PATH_REFUSED',
    });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('for the journal are never outside either', async () => {
    const { root, home } = folder();
    const outside = temporaryFolder();
    symlinkSync(outside, home);
    expect((await errorOf(() => applyFiles({ root, home }, CHANGES))).code).toBe('RECORD_UNWRITABLE');
    expect([filesIn(root), readdirSync(outside)]).toEqual([OLD, []]);
  });
});

/** Another user than root, whom no mode of a file stops. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

function child(root: string, changes: readonly FileChange[], what: 'kill' | 'full' | 'nobody', count = 0) {
  const file = join(root, '.flowmason-changes.json');
  writeFileSync(file, JSON.stringify(changes));
  const { signal, stdout, stderr } = spawnSync(process.execPath, [CHILD, root, file, what, String(count)], {
    encoding: 'utf8',
    env: cleanEnvironment(root),
    ...(what === 'nobody' ? NOBODY : undefined),
  });
  rmSync(file);
  if (signal === null && stdout === '') throw new Error(stderr);
  return { killed: signal === 'SIGKILL', answer: stdout === '' ? undefined : JSON.parse(stdout) };
}

describe('a process that is killed', () => {
  // More than there are calls; the loop ends with the first child that comes through.
  const MOST = 200;

  it('at any of its calls leaves old files, and new ones after the next run', async () => {
    const { root: original } = folder();
    let ends = 0;
    const states = new Set<string>();
    for (let count = 0; count < MOST && ends === 0; count++) {
      const root = temporaryFolder();
      const home = join(root, '.flowmason');
      cpSync(original, root, { recursive: true });
      if (!child(root, CHANGES, 'kill', count).killed) ends++;
      // No file is ever half written.
      const torn = Object.entries(filesIn(root)).filter(([path]) => !path.includes('/.'));
      for (const [path, text] of torn)
        expect([path, [Reflect.get(OLD, path), Reflect.get(NEW, path)].includes(text)]).toEqual([path, true]);
      recoverFiles({ root, home });
      const after = filesIn(root);
      states.add(JSON.stringify(after));
      expect([OLD, NEW]).toContainEqual(after);
      if (JSON.stringify(after) === JSON.stringify(filesIn(original))) applyFiles({ root, home }, CHANGES);
      expect(filesIn(root)).toEqual(NEW);
      expect([existsSync(journalOf(home)), recoverFiles({ root, home })]).toEqual([false, undefined]);
    }
    expect(ends).toBe(1);
    // Some were killed before, some after the files began to be replaced.
    expect(states.size).toBe(2);
  }, 120_000);

  it('does not cost the edits that somebody makes before the next run', () => {
    const { root: original } = folder();
    let [ends, edited] = [0, 0];
    for (let count = 0; count < MOST && ends === 0; count += 7) {
      const root = temporaryFolder();
      const home = join(root, '.flowmason');
      cpSync(original, root, { recursive: true });
      if (!child(root, CHANGES, 'kill', count).killed) ends++;
      const journal = existsSync(journalOf(home));
      for (const path of Object.keys({ ...OLD, ...NEW })) writeFileSync(join(root, path), `mine ${path}`);
      const recovered = recoverFiles({ root, home });
      if (journal && recovered && recovered.left.length > 0) edited++;
      for (const [path, text] of Object.entries(filesIn(root))) expect(text).toBe(`mine ${path}`);
      expect(Object.keys(filesIn(root))).toHaveLength(4);
    }
    expect([ends, edited > 0]).toEqual([1, true]);
  }, 120_000);
});

describe('what a killed process left', () => {
  const step = {
    path: 'pipelines/a.pipeline.json',
    temporary: '.x.tmp',
    before: hashBytes('old a'),
    after: hashBytes('new'),
  };
  const left = (state: string, steps: readonly object[]) => {
    const project = folder();
    mkdirSync(join(project.home, 'sync'), { recursive: true });
    writeFileSync(journalOf(project.home), JSON.stringify({ format: 1, state, steps }));
    return project;
  };

  it('is finished only with the content that was meant', () => {
    const project = left('commit', [step]);
    writeFileSync(join(project.root, 'pipelines/.x.tmp'), 'other');
    expect(recoverFiles(project)).toEqual({ done: [], left: ['pipelines/a.pipeline.json'] });
    expect(filesIn(project.root)).toEqual(OLD);
  });

  it.each<[string, object]>([
    ['another file than a pipeline', { ...step, path: 'flowmason.json' }],
    ['a path that leads out', { ...step, path: 'pipelines/../../x.pipeline.json' }],
    ['a temporary file elsewhere', { ...step, temporary: '../x.tmp' }],
  ])('is not believed with %s', (_what, odd) => {
    const project = left('commit', [odd]);
    writeFileSync(join(project.root, 'pipelines/.x.tmp'), 'new');
    const before = filesIn(project.root);
    recoverFiles(project);
    expect(filesIn(project.root)).toEqual(before);
    expect(existsSync(journalOf(project.home))).toBe(false);
  });

  it('is thrown away when it is damaged', () => {
    const project = left('commit', []);
    writeFileSync(journalOf(project.home), '{');
    expect(recoverFiles(project)).toBeUndefined();
    expect(existsSync(journalOf(project.home))).toBe(false);
  });
});

describe('a system that refuses', () => {
  it('because the disk is full changes nothing, and says so', () => {
    let written = 0;
    for (let count = 0; written === 0; count += 7) {
      const { root, home } = folder();
      const { answer } = child(root, CHANGES, 'full', count);
      if (answer.code === undefined) {
        written++;
        expect(filesIn(root)).toEqual(NEW);
        continue;
      }
      expect(answer).toEqual({ code: 'FILE_SYSTEM', message: expect.stringContaining('nothing was changed: ENOSPC') });
      expect(filesIn(root)).toEqual(OLD);
      expect(existsSync(journalOf(home))).toBe(false);
    }
  }, 120_000);

  it.each(['pipelines/deep', 'pipelines'])('because nobody may write to %s changes nothing', (path) => {
    const { root, home } = folder();
    for (const place of NOBODY ? ['', ...readdirSync(root, { recursive: true, encoding: 'utf8' })] : [])
      chownSync(join(root, place), NOBODY?.uid ?? 0, NOBODY?.gid ?? 0);
    chmodSync(join(root, path), 0o500);
    const { answer } = child(root, CHANGES, 'nobody');
    chmodSync(join(root, path), 0o700);
    expect(answer).toEqual({ code: 'FILE_SYSTEM', message: expect.stringContaining('nothing was changed: EACCES') });
    expect(filesIn(root)).toEqual(OLD);
    expect(existsSync(journalOf(home))).toBe(false);
  });

  it('because a file is where the folder should be changes nothing', async () => {
    const { root, home } = folder({ pipelines: 'text' });
    expect(await errorOf(() => applyFiles({ root, home }, [change('pipelines/a.pipeline.json')]))).toMatchObject({
      code: 'PATH_REFUSED',
    });
    expect(filesIn(root)).toEqual({ pipelines: 'text' });
  });
});
