import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { BIN, fm, ROOT, tempFolder } from '../setup/fm.ts';

/** A module that runs before fm in its process, as a flag for Node. */
function preload(folder: string, code: string): string {
  const file = join(folder, 'preload.cjs');
  writeFileSync(file, code);
  return `--require=${file}`;
}

const PRETEND_OLD = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });`;
const SLOW = { name: 'slow', stages: [{ id: 'wait', component: 'delay', config: { duration: '1h' } }] };

describe('the start of fm', () => {
  it('answers --version, -v and version from bin/ and package.json alone', async () => {
    const lonely = tempFolder();
    cpSync(join(ROOT, 'bin'), join(lonely, 'bin'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(lonely, 'package.json'));
    const stdout = `flowmason/${packageJson.version} ${process.platform}-${process.arch} node-${process.version}\n`;
    for (const flag of ['--version', '-v', 'version']) {
      const ended = await fm([flag], { program: [process.execPath, join(lonely, 'bin', 'fm.js')] });
      expect(ended).toEqual({ code: 0, signal: null, stdout, stderr: '' });
    }
  });

  it('keeps to syntax that Node 10 parses, and to modules by their old names', async () => {
    // Node 10 parses `import()`, though esbuild takes it apart.
    const source = readFileSync(BIN, 'utf8').replace('import(', 'load(');
    const [old, latest] = await Promise.all(['node10', 'esnext'].map((target) => transform(source, { target })));
    expect(old?.code).toBe(latest?.code);
    expect(source).not.toContain("'node:");
  });

  it('runs from sources when nothing was built', async () => {
    const clone = tempFolder();
    for (const path of ['bin', 'src', 'package.json', 'oclif.manifest.json'])
      cpSync(join(ROOT, path), join(clone, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    const ended = await fm(['init', '--list'], {
      program: [process.execPath, join(clone, 'bin', 'fm.js')],
      cwd: clone,
    });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('ai-content');
  });
});

describe('under a Node that is too old', () => {
  it('becomes the Node that is installed beside it: streams, exit code, signals', async () => {
    const folder = tempFolder();
    const program: [string, ...string[]] = [process.execPath, preload(folder, PRETEND_OLD), BIN];
    writeFileSync(join(folder, 'slow.pipeline.json'), JSON.stringify(SLOW));
    const listed = await fm(['explain', 'USAGE', '--json'], { program });
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(listed.stdout)).toMatchObject({ code: 'USAGE' });
    expect(await fm(['nope'], { program })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no command `fm nope`'),
    });
    const stopped = await fm(['run', './slow.pipeline.json'], {
      program,
      cwd: folder,
      onStderr: (text, kill) => text.includes('stage wait') && kill('SIGTERM'),
    });
    expect(stopped.code ?? stopped.signal).toSatisfy((end) => end === 143 || end === 'SIGTERM');
  });

  it('says in one line what it needs when there is none', async () => {
    const lonely = tempFolder();
    cpSync(join(ROOT, 'bin'), join(lonely, 'bin'), { recursive: true });
    writeFileSync(join(lonely, 'package.json'), '{ "version": "1.0.0" }');
    const program: [string, ...string[]] = [
      process.execPath,
      preload(lonely, PRETEND_OLD),
      join(lonely, 'bin', 'fm.js'),
    ];
    const ended = await fm(['list'], { program });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^fm needs Node 22\.18 or newer, and this is Node 18\.20\.0: .*npm install node-\S+@24`\.\n$/,
    );
    writeFileSync(join(lonely, 'build.ts'), '');
    expect((await fm(['list'], { program })).stderr).toContain(`run \`npm ci\` in ${lonely}`);
  });
});

describe('a process of fm', () => {
  it('is not taken down by a reader that goes away', async () => {
    const ended = await fm(
      ['-c', `${process.execPath} ${BIN} components show foreach | head -1; echo "\${PIPESTATUS[0]}"`],
      { program: ['bash'] },
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^foreach .*\n0\n$/);
  });

  it('prints no colours into a pipe, some when forced, and none when it must not', async () => {
    const folder = tempFolder();
    const env = (more: Record<string, string>) => ({ env: { HOME: folder, ...more } });
    expect((await fm(['explain', 'USAGE'], env({}))).stdout).not.toContain('\u001b[');
    expect((await fm(['explain', 'USAGE'], env({ FORCE_COLOR: '1' }))).stdout).toContain('\u001b[1mUSAGE');
    expect((await fm(['explain', 'USAGE'], env({ FORCE_COLOR: '0', NO_COLOR: '1' }))).stdout).not.toContain('\u001b[');
  });

  it('reports what it did not expect as a bug: exit 70, how to report it', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'flowmason.json'), '{ "name": "shop" }');
    mkdirSync(join(folder, 'pipelines'));
    const program: [string, ...string[]] = [
      process.execPath,
      preload(folder, `require('fs').readdirSync = () => { throw new TypeError('boom'); };`),
      BIN,
    ];
    const text = await fm(['list'], { program, cwd: folder });
    expect(text).toMatchObject({ code: 70, stdout: '' });
    expect(text.stderr).toMatch(/^INTERNAL {2}TypeError: boom\n {4}at /);
    expect(text.stderr).toMatch(/Try: fm doctor --json, and report this bug/);
    const json = await fm(['list', '--json'], { program, cwd: folder });
    expect(json).toMatchObject({ code: 70, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { code: 'INTERNAL', message: expect.stringContaining('boom') },
    });
  });

  it('reports a promise that nobody waited for in the same way', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'slow.pipeline.json'), JSON.stringify(SLOW));
    const late = preload(folder, `process.on('SIGUSR2', () => { Promise.reject(new TypeError('late')); });`);
    const ended = await fm(['run', './slow.pipeline.json'], {
      program: [process.execPath, late, BIN],
      cwd: folder,
      onStderr: (text, kill) => text.includes('stage wait') && kill('SIGUSR2'),
    });
    expect(ended).toMatchObject({ code: 70, stderr: expect.stringContaining('INTERNAL  TypeError: late') });
  });

  it('says what the file system refuses, without a stack', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'taken'), '');
    const ended = await fm(['init', 'taken/project'], { cwd: folder });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^FILE_SYSTEM {2}.*taken.*\n$/);
  });
});
