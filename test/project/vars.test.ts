import { describe, expect, it } from 'vitest';
import { localVars } from '../../src/cli/project/workspace.ts';
import { provide } from '../../src/core/provide.ts';
import { Secret } from '../../src/core/secret.ts';
import { createSecretSource } from '../../src/secrets/index.ts';
import { errorOf, testProject } from './fixtures/project.ts';

const setVar = (name: string) => `--vars ${name}=…`;
const withVars = (vars: object) => testProject({ name: 'x', environments: { local: { vars } } });

describe('variables of a local run', () => {
  it('come from flowmason.json and from --vars, which wins', () => {
    const project = withVars({ region: 'eu', size: 3 });
    expect(localVars(project.open())).toEqual({ region: 'eu', size: 3 });
    expect(localVars(project.open(), ['region=us', 'city=Bern'])).toEqual({ region: 'us', size: 3, city: 'Bern' });
  });

  it.each([
    ['a=1', 1],
    ['a=true', true],
    ['a=null', null],
    ['a=[1,"x"]', [1, 'x']],
    ['a={"b":{}}', { b: {} }],
    ['a="1"', '1'],
    ['a=007', '007'],
    ['a=', ''],
    ['a=x=y', 'x=y'],
    ['a= {{ x }} ', ' {{ x }} '],
    ['a=9007199254740993', '9007199254740993'],
    ['a="', '"'],
  ])('are read from %s', (flag, value) => {
    expect(localVars(testProject().open(), [flag])).toEqual({ a: value });
  });

  it('may be a JSON object or a file with one; later flags win', () => {
    const project = testProject();
    project.write('vars.json', '{ "a": 1, /* b */ "b": [2], }');
    expect(localVars(project.open(), ['{"a": 0}', '@vars.json', 'c=3'])).toEqual({ a: 1, b: [2], c: 3 });
  });

  it.each([
    ['nothing', 'USAGE'],
    ['=x', 'USAGE'],
    ['{"a": }', 'USAGE'],
    ['1a=x', 'USAGE'],
    ['a-b=x', 'USAGE'],
    ['@nope.json', 'NOT_FOUND'],
    ['@flowmason.json/x', 'NOT_FOUND'],
    ['@list.json', 'INVALID_FILE'],
    ['@broken.json', 'INVALID_FILE'],
  ])('are refused: %s', async (flag, code) => {
    const project = testProject();
    project.write('list.json', '[1]');
    project.write('broken.json', '{');
    expect(await errorOf(() => localVars(project.open(), [flag]))).toMatchObject({ code });
  });

  it('may hold environment variables, which are asked for only when they count', async () => {
    const project = withVars({ region: '${REGION:-eu}', deep: { list: ['${A}-${B}'] } });
    expect(localVars(project.open({ A: '1', B: '2' }))).toEqual({ region: 'eu', deep: { list: ['1-2'] } });
    expect(localVars(project.open(), ['deep=0'])).toEqual({ region: 'eu', deep: 0 });
    const error = await errorOf(() => localVars(project.open({ A: '1' })));
    expect(error).toMatchObject({ code: 'VARIABLE_UNSET', hint: 'export B=…' });
    expect(error.message).toMatch(/flowmason.json:\d+:\d+ needs it for `environments.local.vars.deep.list.0`/);
  });

  it('are those of --vars alone outside of a project', () => {
    const project = testProject();
    const workspace = { ...project.open(), project: undefined };
    expect(localVars(workspace, ['a=1'])).toEqual({ a: 1 });
  });
});

describe('what a run needs before its first stage', () => {
  const source = (variables: Record<string, string>) => createSecretSource('env', { variables, reserved: [] });

  it('is refused with everything that is missing and how to set it', async () => {
    const needs = { vars: ['a', 'b', 'ok'], secrets: ['KEY', 'OPENAI_API_KEY'], optionalSecrets: ['MAYBE'] };
    const error = await errorOf(() => provide(needs, { ok: null }, source({}), setVar));
    expect(error).toMatchObject({
      code: 'CONFIGURATION',
      message: 'The pipeline needs what is not set here: variables a, b; secrets KEY, OPENAI_API_KEY',
      details: { vars: ['a', 'b'], secrets: ['KEY', 'OPENAI_API_KEY'] },
    });
    for (const way of ['--vars a=…', '--vars b=…', 'export FM_SECRET_KEY=…', 'export OPENAI_API_KEY=…']) {
      expect(error.hint).toContain(way);
    }
  });

  it('is not found on a prototype', async () => {
    const needs = { vars: ['constructor', 'toString'], secrets: [], optionalSecrets: [] };
    expect((await errorOf(() => provide(needs, {}, source({}), setVar))).message).toContain('constructor, toString');
  });

  it('is secrets that show as ***, and a masker that knows them', async () => {
    const needs = { vars: [], secrets: ['KEY'], optionalSecrets: ['MAYBE', 'GONE'] };
    const { secrets, masker } = await provide(
      needs,
      {},
      source({ FM_SECRET_KEY: 'hunter22', FM_MAYBE: 'perhaps!' }),
      setVar,
    );
    expect([...secrets.keys()]).toEqual(['KEY', 'MAYBE']);
    const key = secrets.get('KEY');
    expect(`${key}`).toBe('***');
    expect(key && Secret.reveal(key)).toBe('hunter22');
    expect(masker.text('a hunter22 b perhaps!')).toBe('a *** b ***');
  });

  it('reads no secret when none is named', async () => {
    const failing = { backend: 'x', read: () => Promise.reject(new Error('read')), howToSet: () => '' };
    const { secrets } = await provide({ vars: [], secrets: [], optionalSecrets: [] }, {}, failing, setVar);
    expect(secrets.size).toBe(0);
  });
});
