import { describe, expect, it } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';

describe('a line that was typed wrongly', () => {
  it.each([
    ['vaildate', 'There is no command `fm vaildate`', 'fm validate'],
    ['confg set a b', 'There is no command `fm confg set`', 'fm config set a b'],
    ['config sett ai.model x', 'There is no command `fm config sett`', 'fm config set ai.model x'],
    ['components sho http-request', 'There is no command `fm components sho`', 'fm components show http-request'],
    ['zzzzzz', 'There is no command `fm zzzzzz`', 'fm --help'],
    ['config zzzzzz', 'There is no command `fm config zzzzzz`', 'fm config --help'],
    ['validate --strct', '`fm validate` has no flag --strct', 'fm validate --strict'],
    ['validate --zzzzzz', '`fm validate` has no flag --zzzzzz', 'fm validate'],
    ['graph', '`fm graph` needs PIPELINE: a name in pipelines/, or a file', 'fm graph my-pipeline'],
    [
      'graph x --format jsn',
      'Expected --format to be one of text, mermaid, dot, json, found "jsn"',
      'fm graph x --format json',
    ],
    ['graph x --format', '`fm graph`: Flag --format expects one of these values', 'fm graph my-pipeline'],
    ['list more', '`fm list` takes no argument "more" here', 'fm list'],
    ['completion bsh', 'Expected the argument to be one of bash, zsh, fish, found "bsh"', 'fm completion bash'],
    ["init 'My Project'", 'Expected a name of lower-case words', 'fm init my-project'],
    ['init', '`fm init` needs NAME: the new folder', 'fm init my-project'],
    ['init x --template etll', 'There is no template "etll"', 'fm init x --template etl'],
    ['explain INVALID_FIL', 'There is no code "INVALID_FIL"', 'fm explain INVALID_FILE'],
    ['components show http_requst', 'There is no component `http_requst`', 'fm components show http-request'],
  ])('fm %s', async (line, message, better) => {
    const fm = shell(tempFolder());
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const { code, stdout, stderr } = await fm(...words);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^[A-Z_]+ {2}\S/);
    expect(stderr).toContain(`Try: ${better}\n`);
    expect(stdout).toBe('');
    expect([2, 4]).toContain(code);
  });

  it('is a document under --json, with the same exit code', async () => {
    const fm = shell(tempFolder());
    const wrong = await fm('validate', '--strct', '--json');
    expect(wrong).toMatchObject({ code: 2, stderr: '' });
    expect(wrong.json()).toEqual({
      error: {
        code: 'USAGE',
        message: '`fm validate` has no flag --strct',
        hint: 'fm validate --strict --json',
        details: {},
      },
    });
    expect((await fm('vaildate', '--json')).json()).toMatchObject({
      error: { code: 'USAGE', hint: 'fm validate --json' },
    });
  });

  it('without a command names one', async () => {
    const answer = await shell(tempFolder())('--json');
    expect(answer.code).toBe(2);
    expect(answer.json()).toMatchObject({ error: { message: 'A command comes before --json', hint: 'fm --help' } });
  });

  it('quotes what a shell would take apart', async () => {
    const { stderr } = await shell(tempFolder())('explain', "it's here", '--lisst');
    expect(stderr).toContain(`Try: fm explain 'it'\\''s here' --list`);
  });
});

describe('words of other tools', () => {
  it.each([
    ['deploy metadata', 'fm deploy staging'],
    ['project deploy start', 'fm deploy staging'],
    ['retrieve metadata', 'fm pull --env staging'],
    ['project retrieve start', 'fm pull --env staging'],
  ])('fm %s names the command of ours', async (line, command) => {
    const { code, stderr } = await shell(tempFolder())(...line.split(' '), 'prod');
    expect(code).toBe(2);
    expect(stderr).toContain(`is called \`${command}\` in FlowMason`);
    expect(stderr).toContain(`Try: ${command}`);
  });

  it('fm project create, fm project generate and fm apex run do what they say', async () => {
    const folder = tempFolder();
    expect(await shell(folder)('project', 'create', 'one')).toMatchObject({ code: 0, stderr: '' });
    expect(await shell(folder)('project', 'generate', 'two')).toMatchObject({ code: 0, stderr: '' });
    const ran = await shell(`${folder}/one`)('apex', 'run', 'my-pipeline', '--json');
    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({ pipeline: 'my-pipeline', status: 'succeeded', result: { revenue: 220 } });
  });
});
