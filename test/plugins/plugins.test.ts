import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fm as spawned, tempFolder } from '../setup/fm.ts';
import { installPlugin, write, writeProject } from './plugin.ts';

const REVERSE = { id: 'turn', component: 'reverse', config: { text: 'abc' } };
const SAY = { id: 'say', component: 'logger', config: { message: 'hi' } };

/** The bundle as a process, with a data folder of its own. */
function place() {
  const root = tempFolder();
  const home = tempFolder();
  const data = join(home, 'data');
  const fm = (...args: string[]) => spawned(args, { cwd: root, env: { HOME: home, XDG_DATA_HOME: data } });
  return { root, userPlugins: join(data, 'flowmason'), fm };
}

describe.each(['the project', 'the user'])('a plugin of %s', (owner) => {
  function installed() {
    const at = place();
    const isProject = owner === 'the project';
    writeProject(at.root, isProject ? ['fm-plugin-greet'] : [], REVERSE);
    installPlugin(isProject ? at.root : at.userPlugins);
    if (!isProject) write(at.userPlugins, { 'package.json': '{ "dependencies": { "fm-plugin-greet": "1.2.0" } }' });
    return at;
  }

  it('adds a command with help, suggestions and completion', async () => {
    const { fm } = installed();
    expect(await fm('greet', '--name', 'Ada')).toMatchObject({ code: 0, stdout: 'Hello, Ada\n', stderr: '' });
    const help = await fm('greet', '--help');
    expect(help.stdout).toMatch(/^EXAMPLES\n {2}\$ fm greet --name Ada\n/);
    expect((await fm()).stdout).toContain('Greet somebody.');
    expect((await fm('gret')).stderr).toContain('Try: fm greet\n');
    expect((await fm('completion', 'bash')).stdout).toContain('"greet") words="--name --help"');
  });

  it('adds a component that is listed, checked, run, and fails as built-in ones do', async () => {
    const { root, fm } = installed();
    expect((await fm('components')).stdout).toMatch(/YOUR OWN\n {2}reverse +Turns a text around\. \(fm-plugin-greet\)/);
    expect(await fm('validate', '--strict')).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse((await fm('run', 'one', '--json')).stdout)).toMatchObject({
      status: 'succeeded',
      result: { text: 'cba' },
    });
    writeProject(root, owner === 'the project' ? ['fm-plugin-greet'] : [], { ...REVERSE, config: { text: '' } });
    const failed = await fm('run', 'one', '--json');
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      error: { code: expect.any(String) },
      stages: [{ error: { type: 'VALIDATION', code: 'empty' } }],
    });
    expect((await fm('doctor')).stdout).toMatch(/^ok +plugins +fm-plugin-greet 1\.2\.0/m);
  });
});

describe('a linked plugin', () => {
  it('is taken from the folder that the data folder names', async () => {
    const { userPlugins, fm } = place();
    const root = installPlugin(tempFolder());
    write(userPlugins, {
      'package.json': JSON.stringify({ oclif: { plugins: [{ name: 'fm-plugin-greet', type: 'link', root }] } }),
    });
    expect(await fm('greet')).toMatchObject({ code: 0, stdout: 'Hello, you\n', stderr: '' });
  });
});

describe('hooks of a plugin', () => {
  it('run around built-in commands, too', async () => {
    const { root, fm } = place();
    writeProject(root, ['fm-plugin-greet'], SAY);
    const hook = (word: string) =>
      `module.exports = async function ({ id, Command }) { console.error('${word} ' + (id ?? Command.id)); };\n`;
    const hooks = { init: './init.js', prerun: './prerun.js', finally: './finally.js' };
    const files = { 'init.js': hook('init'), 'prerun.js': hook('prerun'), 'finally.js': hook('finally') };
    installPlugin(root, { oclif: { commands: './commands', hooks }, files });
    expect(await fm('list')).toMatchObject({ code: 0, stderr: 'init list\nprerun list\nfinally list\n' });
    expect((await fm('greet')).stderr).toBe('init greet\nprerun greet\nfinally greet\n');
  });
});

describe('a broken plugin', () => {
  it.each([
    [
      'that is not installed',
      undefined,
      /^warning: plugin fm-plugin-greet was left out: it is not installed; npm install --save-dev fm-plugin-greet/,
    ],
    [
      'whose package.json is no JSON',
      { files: { 'package.json': '{' } },
      /^warning: plugin fm-plugin-greet was left out: .*package\.json: /,
    ],
    [
      'that is no plugin',
      { oclif: null, components: null },
      /^warning: plugin fm-plugin-greet was left out: .*neither "oclif" nor "flowmason\.components"/,
    ],
  ])('%s is a warning and takes nothing else down', async (_, parts, warning) => {
    const { root, fm } = place();
    writeProject(root, ['fm-plugin-greet', 'fm-plugin-good'], SAY);
    if (parts) installPlugin(root, parts);
    installPlugin(root, { name: 'fm-plugin-good' });
    for (const line of [['list'], ['validate'], ['greet']]) {
      const ended = await fm(...line);
      expect(ended.code).toBe(0);
      expect(ended.stderr).toMatch(warning);
      expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });

  it('whose command cannot be loaded leaves the others alone', async () => {
    const { root, fm } = place();
    writeProject(root, ['fm-plugin-greet'], SAY);
    installPlugin(root, { components: null, files: { 'commands/broken.js': `throw new Error('no such thing');\n` } });
    const greeted = await fm('greet');
    expect(greeted).toMatchObject({ code: 0, stdout: 'Hello, you\n' });
    expect(greeted.stderr).toMatch(/^warning: plugin fm-plugin-greet: findCommand \(broken\): no such thing\n$/);
    expect(await fm('validate')).toMatchObject({ code: 0, stderr: '' });
  });

  it('whose component cannot be used is left out with a warning', async () => {
    const { root, fm } = place();
    writeProject(root, ['fm-plugin-greet', 'fm-plugin-bad'], REVERSE);
    installPlugin(root);
    installPlugin(root, {
      name: 'fm-plugin-bad',
      oclif: null,
      files: { 'components.mjs': `throw new Error('torn');\n` },
    });
    for (const line of [['validate'], ['run', 'one'], ['components'], ['schema']]) {
      const ended = await fm(...line);
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stderr).toMatch(/^warning: the components of plugin fm-plugin-bad were left out: .*torn/m);
    }
  });

  it('cannot take the place of a built-in command', async () => {
    const { root, fm } = place();
    writeProject(root, ['fm-plugin-greet'], SAY);
    installPlugin(root, {
      components: null,
      files: { 'commands/list.js': `throw new Error('mine');\n` },
      oclif: { commands: './commands' },
    });
    expect(await fm('list')).toMatchObject({ code: 0, stderr: '' });
  });

  it('whose command fails ends with its own exit code and PLUGIN_FAILED', async () => {
    const { root, fm } = place();
    writeProject(root, ['fm-plugin-greet'], SAY);
    const command = `const { Command } = require('@oclif/core');
class Fail extends Command { async run() { await this.parse(Fail); this.error('out of luck', { exit: 7 }); } }
module.exports = Fail;\n`;
    installPlugin(root, { components: null, files: { 'commands/fail.js': command } });
    expect(await fm('fail')).toMatchObject({ code: 7, stderr: 'PLUGIN_FAILED  out of luck\n' });
    const wrong = await fm('greet', '--nam', 'x', '--json');
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.stdout)).toMatchObject({
      error: { code: 'PLUGIN_FAILED', message: expect.stringContaining('--nam') },
    });
  });
});

describe('a project whose flowmason.json cannot be read', () => {
  it('has no plugins, and its commands say what is wrong', async () => {
    const { root, fm } = place();
    write(root, { 'flowmason.json': '{ "plugins": ["x"], ' });
    expect(await fm('list')).toMatchObject({ code: 3, stderr: expect.stringMatching(/flowmason\.json:\d+:\d+/) });
    expect(await fm('greet')).toMatchObject({ code: 2 });
    expect(await fm('explain', 'USAGE')).toMatchObject({ code: 0 });
  });
});
