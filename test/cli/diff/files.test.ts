import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diffFiles, type FilesDiff } from '../../../src/cli/actions/diff/files.ts';
import { parseOperand } from '../../../src/cli/actions/diff/operand.ts';
import { openWorkspace } from '../../../src/cli/project/workspace.ts';
import { tempFolder } from '../../setup/fm.ts';
import { Shop } from '../shop.ts';

const FILE = 'pipelines/orders.pipeline.json';
const stage = (id: string, message = id) => ({ id, component: 'logger', config: { message } });

function compare(cwd: string, before: string, after: string): FilesDiff {
  const [old, current] = [before, after].map((word) =>
    parseOperand(word, { environments: [], orgs: [], pipelines: [] }),
  );
  if (!old || !current || old.kind === 'release' || current.kind === 'release') throw new Error('not a file');
  return diffFiles(old, current, openWorkspace({ cwd, variables: {} }));
}

function pipelineDiff(cwd: string, before: string, after: string) {
  const found = compare(cwd, before, after);
  if (found.kind !== 'pipeline') throw new Error('expected a pipeline');
  return found;
}

function releaseDiff(cwd: string, before: string, after: string) {
  const found = compare(cwd, before, after);
  if (found.kind !== 'release') throw new Error('expected a release');
  return found;
}

/** A project with one commit. */
function committed(): Shop {
  const shop = new Shop({ ai: { model: 'openai/gpt-5-mini' } });
  shop.pipeline('orders', [stage('a'), stage('b')]);
  shop.pipeline('report', [stage('a')]);
  shop.git('init', '--initial-branch=main');
  shop.git('add', '.');
  shop.git('commit', '-m', 'start');
  return shop;
}

describe('two pipeline files', () => {
  it('are compared by what they mean', () => {
    const shop = new Shop();
    shop.write('a.pipeline.json', { name: 'orders', stages: [stage('a'), stage('b')] });
    shop.write('b.pipeline.json', { name: 'orders', stages: [stage('b', 'new'), stage('a')] });
    const found = pipelineDiff(shop.root, 'a.pipeline.json', './b.pipeline.json');
    expect(found).toMatchObject({ before: 'a.pipeline.json', after: 'b.pipeline.json', name: 'orders', same: false });
    expect(found.diff.stages).toMatchObject({
      added: [],
      removed: [],
      changed: [{ id: 'b', changes: [{ path: ['config', 'message'], before: 'b', after: 'new' }] }],
    });
  });

  it('tell other bytes from other meanings', () => {
    const shop = new Shop();
    shop.write('a.pipeline.json', '{"name":"a","stages":[]}');
    shop.write('b.pipeline.json', '{ "stages": [], "name": "a" }\n');
    expect(pipelineDiff(shop.root, 'a.pipeline.json', 'b.pipeline.json')).toMatchObject({
      same: false,
      diff: { fields: [] },
    });
    expect(pipelineDiff(shop.root, 'a.pipeline.json', 'a.pipeline.json').same).toBe(true);
  });

  it('need not be valid, and need no project', () => {
    const folder = tempFolder();
    const shop = new Shop();
    shop.write('a.pipeline.json', { name: 'a', stages: [{ id: 'x', component: 'no-such' }] });
    shop.write('b.pipeline.json', { name: 'a', stages: 'none' });
    const [a, b] = [join(shop.root, 'a.pipeline.json'), join(shop.root, 'b.pipeline.json')];
    expect(pipelineDiff(folder, a, b).diff.fields).toHaveLength(1);
  });

  it.each([
    ['not JSON', '{', 'INVALID_FILE'],
    ['a list', '[]', 'INVALID_FILE'],
    ['too deep', '['.repeat(5_000), 'INVALID_FILE'],
  ])('must be objects: %s', (_what, text, code) => {
    const shop = new Shop();
    shop.write('a.pipeline.json', text);
    expect(() => compare(shop.root, 'a.pipeline.json', 'a.pipeline.json')).toThrow(expect.objectContaining({ code }));
  });

  it('must be there', () => {
    expect(() => compare(tempFolder(), './a.pipeline.json', './b.pipeline.json')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', message: 'There is no file a.pipeline.json' }),
    );
  });
});

describe('a git revision', () => {
  it('of a file is compared with the file', () => {
    const shop = committed();
    shop.pipeline('orders', [stage('a'), stage('c')]);
    const found = pipelineDiff(shop.root, `HEAD:${FILE}`, FILE);
    expect(found).toMatchObject({ before: `HEAD:${FILE}`, after: FILE, name: 'orders', same: false });
    expect(found.diff.stages.added.map(({ id }) => id)).toEqual(['c']);
    expect(pipelineDiff(shop.root, `HEAD:${FILE}`, `main:./${FILE}`).same).toBe(true);
    // Paths are from the project's folder, wherever one stands in it.
    expect(pipelineDiff(join(shop.root, 'pipelines'), `HEAD:${FILE}`, './orders.pipeline.json').same).toBe(false);
  });

  it('of the project is compared with the files', () => {
    const shop = committed();
    shop.write(
      'flowmason.json',
      '{ // comments are accepted here\n "name": "shop", "version": "1.1.0", "ai": { "model": "openai/gpt-5" } }',
    );
    shop.pipeline('orders', [stage('a')]);
    shop.pipeline('fresh');
    execFileSync('rm', [join(shop.root, 'pipelines/report.pipeline.json')]);
    shop.write('pipelines/.hidden/no.pipeline.json', { name: 'no', stages: [] });
    const { diff, ...sides } = releaseDiff(shop.root, 'HEAD:', 'files');
    expect(sides).toEqual({ kind: 'release', before: 'HEAD:', after: 'files' });
    expect(diff.version).toEqual({ before: '1.0.0', after: '1.1.0' });
    expect(diff.settings).toEqual([{ path: ['ai', 'model'], before: 'openai/gpt-5-mini', after: 'openai/gpt-5' }]);
    expect(diff.pipelines).toMatchObject({
      added: [{ name: 'fresh' }],
      removed: [{ name: 'report' }],
      changed: [{ name: 'orders', diff: { stages: { removed: [{ id: 'b' }] } } }],
    });
  });

  it('of the project has the pipeline that a file is called', () => {
    const shop = committed();
    shop.pipeline('orders', [stage('a')]);
    expect(pipelineDiff(shop.root, 'HEAD:', FILE).diff.stages.removed.map(({ id }) => id)).toEqual(['b']);
    shop.write('pipelines/order.pipeline.json', { name: 'order', stages: [] });
    expect(() => compare(shop.root, 'HEAD:', 'pipelines/order.pipeline.json')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', hint: 'Did you mean `orders`?' }),
    );
  });

  it('may have names and bytes of every kind, and links that are not followed', () => {
    const shop = committed();
    shop.write('pipelines/sub/ünï "x\ty".pipeline.json', '{"name":"é\u{1f600}","stages":[]}\n\n');
    shop.write('pipelines/empty.txt', '');
    symlinkSync('/etc/passwd', join(shop.root, 'pipelines/link.pipeline.json'));
    shop.git('add', '.');
    shop.git('commit', '-m', 'odd');
    const { diff } = releaseDiff(shop.root, 'HEAD~1:', 'HEAD:');
    expect(diff.pipelines.added.map(({ name }) => name)).toEqual(['ünï "x\ty"']);
    expect(releaseDiff(shop.root, 'HEAD:', 'files').diff.pipelines).toMatchObject({
      added: [],
      removed: [],
      changed: [],
    });
  });

  it.each([
    ['nowhere:x', 'NOT_FOUND', 'git knows no `nowhere:x`'],
    ['HEAD:nothing', 'NOT_FOUND', 'git knows no `HEAD:nothing`'],
    ['HEAD:a\u001b[2Jb', 'NOT_FOUND', 'git knows no `HEAD:a\u{fffd}[2Jb`'],
    ['HEAD:pipelines', 'NOT_FOUND', 'There is no project in HEAD:pipelines'],
    ['HEAD:../../etc/passwd', 'NOT_FOUND', 'git knows no'],
  ])('that there is not: %s', (word, code, message) => {
    const shop = committed();
    expect(() => compare(shop.root, word, 'files')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
    expect(() => compare(shop.root, word, 'files')).not.toThrow('\u001b');
  });

  it('takes no flag of git for a revision', () => {
    const shop = committed();
    const operand = { kind: 'git', revision: `--output=${join(shop.root, 'made')}`, path: 'x' } as const;
    const workspace = openWorkspace({ cwd: shop.root, variables: {} });
    expect(() => diffFiles(operand, { kind: 'files' }, workspace)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    expect(() => shop.read('made')).toThrow('ENOENT');
  });

  it('needs a repository', () => {
    const shop = new Shop();
    expect(() => compare(shop.root, 'HEAD:', 'files')).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('in no git repository') }),
    );
  });
});

describe('two projects', () => {
  it('are compared pipeline by pipeline', () => {
    const [one, two] = [new Shop(), new Shop()];
    one.pipeline('a');
    two.pipeline('a');
    two.pipeline('b');
    const { diff, before } = releaseDiff(one.root, '.', two.root);
    expect(before).toBe(one.root);
    expect(diff.pipelines).toMatchObject({ added: [{ name: 'b' }], removed: [], changed: [], unchanged: ['a'] });
  });

  it('are refused with every file that cannot be read', () => {
    const shop = new Shop();
    shop.write('pipelines/a.pipeline.json', '{');
    shop.write('pipelines/b.pipeline.json', '[]');
    expect(() => compare(shop.root, 'files', 'files')).toThrow(
      expect.objectContaining({
        code: 'INVALID_FILE',
        problems: expect.arrayContaining([
          expect.objectContaining({ file: 'pipelines/a.pipeline.json' }),
          expect.objectContaining({ file: 'pipelines/b.pipeline.json', code: 'WRONG_TYPE' }),
        ]),
      }),
    );
  });

  it('must be there', () => {
    const folder = tempFolder();
    expect(() => compare(folder, 'files', 'files')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(() => compare(folder, '.', '.')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
