import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fm, tempFolder } from '../setup/fm.ts';
import { Project } from './project.ts';

/** Gives its input back. */
const ECHO = [{ id: 'echo', component: 'json-transform', config: { template: '{{ input }}' } }];
const RESULT = { result: '{{ input }}' };

function project(): Project {
  const shop = new Project();
  shop.pipeline('echo', ECHO, RESULT);
  return shop;
}

describe('the input of a run', () => {
  it('comes from --input, --input-file, stdin and --set, each on top of the one before', async () => {
    const shop = project();
    shop.write('in.json', '{"a": {"b": 1}, "list": [1]}');
    const runs = await Promise.all([
      shop.fm(['run', 'echo', '--input', '{"x": "{{ 1 + 1 }}"}']),
      shop.fm(['run', 'echo', '--input-file', 'in.json', '--set', 'a.c.d=2', '--set', 'a.b={"deep":[true]}']),
      shop.fm(['run', 'echo', '--input', '-', '--set', 'name=Ada Lovelace', '--set', 'empty='], { input: '{"n":1}' }),
      shop.fm(['run', 'echo', '--input-file', '-', '--set', 'n="1"', '--set', 'big=1e3'], { input: '{"n":1}' }),
      shop.fm(['run', 'echo', '-q']),
      shop.fm(['run', '-', '--set', 'n=null'], { input: JSON.stringify({ name: 'piped', stages: ECHO, ...RESULT }) }),
    ]);
    expect(runs.map(({ stdout }) => JSON.parse(stdout))).toEqual([
      { x: '{{ 1 + 1 }}' },
      { a: { b: { deep: [true] }, c: { d: 2 } }, list: [1] },
      { n: 1, name: 'Ada Lovelace', empty: '' },
      { n: '1', big: 1000 },
      {},
      { n: null },
    ]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(runs[4]?.stderr).toBe('');
  });

  it('is refused with its place when it is not JSON that can be used', async () => {
    const shop = project();
    shop.write('broken.json', '{\n  "a": 1,\n}');
    writeFileSync(shop.path('latin.json'), Buffer.from('{"name": "Zo\xeb"}', 'latin1'));
    shop.write('large.json', '');
    truncateSync(shop.path('large.json'), 100_000_000);
    const cases: [string[], number, string[]][] = [
      [['--input', '{"a":1,}'], 2, ['INVALID_JSON  --input:1:7', '> 1 | {"a":1,}', 'USAGE  --input is not JSON']],
      [['--input', ''], 2, ['USAGE  --input is not JSON', `--input '{"name": "Ada"}'`]],
      [['--input-file', 'broken.json'], 3, ['INVALID_JSON  broken.json:2:9', 'INVALID_FILE  broken.json']],
      [['--input-file', 'latin.json'], 3, ['INVALID_ENCODING  latin.json']],
      [['--input-file', 'large.json'], 3, ['FILE_TOO_LARGE', 'where a stage can fetch it']],
      [['--input-file', 'nowhere.json'], 4, ['NOT_FOUND  There is no file nowhere.json']],
      [['--input-file', 'pipelines'], 1, ['FILE_SYSTEM  pipelines is a folder']],
      [['--input', '{}', '--input-file', 'broken.json'], 2, ['twice', 'Try: fm run FILE --input-file input.json']],
      [['--set', 'x'], 2, ['--set takes KEY=VALUE, found "x"']],
      [['--set', '=1'], 2, ['--set takes KEY=VALUE']],
      [['--set', 'a..b=1'], 2, ['--set takes KEY=VALUE']],
      [['--set', '__proto__.x=1'], 2, ['--set takes KEY=VALUE']],
      [['--set', 'a={"__proto__":1}'], 2, ['__proto__']],
      [['--set', 'id=12345678901234567890'], 2, ['would lose digits', 'double quotes']],
      [['--input', '{"l":[1]}', '--set', 'l.0=2'], 2, ['`l` is a list']],
      [['--input', '[1]', '--set', 'l=2'], 2, ['the input is a list']],
      [['--vars', 'nothing'], 2, ['--vars is NAME=VALUE']],
    ];
    const answers = await Promise.all(cases.map(([flags]) => shop.fm(['run', 'echo', ...flags])));
    for (const [i, [flags, code, texts]] of cases.entries()) {
      const { stderr, stdout, ...ended } = answers[i] as (typeof answers)[number];
      expect({ flags, code: ended.code, stdout }).toEqual({ flags, code, stdout: '' });
      for (const text of texts) expect(stderr, flags.join(' ')).toContain(text);
    }
    expect(shop.read('.flowmason/runs')).toBe('');
    const piped = await shop.fm(['run', 'echo', '--input', '-', '--json'], { input: '{' });
    expect(piped.code).toBe(3);
    expect(JSON.parse(piped.stdout)).toMatchObject({
      error: { code: 'INVALID_FILE', details: { problems: [{ code: 'INVALID_JSON', file: '<stdin>' }] } },
    });
  });

  it('that does not fit the schema fails the run, with everything that is wrong', async () => {
    const shop = new Project();
    const input = { type: 'object', properties: { n: { type: 'number' }, s: { type: 'string' } }, required: ['s'] };
    shop.pipeline('strict', ECHO, { input });
    const { code, stdout } = await shop.fm(['run', 'strict', '--set', 'n=x', '--json']);
    expect(code).toBe(1);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ status: 'failed', stages: [], error: { type: 'VALIDATION' } });
    expect(document.error.message).toMatch(/\bn\b.*\bs\b|\bs\b.*\bn\b/s);
  });
});

describe('the pipeline of a run', () => {
  it('that cannot be read or found is refused in one document with the same code', async () => {
    const shop = project();
    shop.write('pipelines/large.pipeline.json', '');
    truncateSync(shop.path('pipelines/large.pipeline.json'), 100_000_000);
    writeFileSync(shop.path('pipelines/latin.pipeline.json'), Buffer.from('{"name": "Zo\xeb"}', 'latin1'));
    shop.write('pipelines/broken.pipeline.json', '{"name": "broken", "stages": [{"id": "a", "componnt": "logger"}]}');
    mkdirSync(shop.path('x.pipeline.json'));
    symlinkSync('circle.json', shop.path('circle.json'));
    const cases: [string[], number, object][] = [
      [['ecko'], 4, { code: 'NOT_FOUND', hint: 'Did you mean `echo`?' }],
      [['nowhere.json'], 4, { code: 'NOT_FOUND' }],
      [['x.pipeline.json'], 1, { code: 'FILE_SYSTEM' }],
      [['circle.json'], 1, { code: 'FILE_SYSTEM', message: expect.stringContaining('cannot be read') }],
      [['echo', '--input-file', 'circle.json'], 1, { code: 'FILE_SYSTEM' }],
      [['large'], 3, { code: 'INVALID_FILE', details: { problems: [{ code: 'FILE_TOO_LARGE' }] } }],
      [['latin'], 3, { code: 'INVALID_FILE', details: { problems: [{ code: 'INVALID_ENCODING' }] } }],
      [['broken'], 3, { code: 'INVALID_FILE' }],
      [['echo', '--resume', 'last'], 4, { code: 'NOT_FOUND' }],
      [['echo', '--from', 'echo'], 2, { code: 'USAGE', hint: 'fm run echo --resume last --from echo' }],
      [['echo', '--resume', 'last', '--set', 'a=1'], 2, { code: 'USAGE', hint: 'fm run echo --resume last' }],
      [['echo', '--resume', 'last', '--vars', 'a=1'], 2, { code: 'USAGE' }],
      [['echo', '--timeout', '3x'], 2, { code: 'USAGE', hint: 'fm run echo --timeout 90s' }],
      [['echo', '--timeout', '0'], 2, { code: 'USAGE' }],
      [['echo', '--max-parallel', '0'], 2, { code: 'USAGE' }],
      [['echo', '--watch'], 2, { code: 'USAGE', hint: 'fm run echo --watch --json-lines' }],
      [['echo', '--json-lines'], 2, { code: 'USAGE' }],
      [['echo', '--quite'], 2, { code: 'USAGE', hint: 'fm run echo --quiet --json' }],
      [['-', '--input', '-'], 2, { code: 'USAGE', hint: 'fm run - --input-file input.json' }],
      [['-'], 3, { code: 'INVALID_FILE', details: { problems: [{ code: 'INVALID_JSON', file: '<stdin>' }] } }],
      [[], 2, { code: 'USAGE' }],
    ];
    const answers = await Promise.all(cases.map(([words]) => shop.fm(['run', ...words, '--json'])));
    for (const [i, [words, code, error]] of cases.entries()) {
      const answer = answers[i] as (typeof answers)[number];
      expect({ words, code: answer.code, stderr: answer.stderr }).toEqual({ words, code, stderr: '' });
      expect(JSON.parse(answer.stdout)).toMatchObject({ error });
    }
  });

  it('needs no project: then nothing is recorded, and nothing is said about resuming', async () => {
    const folder = tempFolder();
    const failing = [{ id: 'no', component: 'schema-validate', config: { data: 1, schema: { type: 'string' } } }];
    const waiting = [{ id: 'ask', component: 'signal', config: { name: 'go' } }];
    for (const [name, stages] of Object.entries({ echo: ECHO, failing, waiting })) {
      const more = name === 'failing' ? { on_failure: { pipeline: 'echo', input: { why: '{{ error.type }}' } } } : {};
      writeFileSync(`${folder}/${name}.pipeline.json`, JSON.stringify({ name, stages, ...more }));
    }
    const [ran, failed, parked, list] = await Promise.all([
      fm(['run', './echo.pipeline.json', '--set', 'a=1'], { cwd: folder }),
      fm(['run', './failing.pipeline.json'], { cwd: folder }),
      fm(['run', './waiting.pipeline.json'], { cwd: folder }),
      fm(['runs', 'list'], { cwd: folder }),
    ]);
    expect(ran).toMatchObject({ code: 0 });
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('VALIDATION data_invalid  stage no');
    expect(failed.stderr).toContain('on_failure ran echo: succeeded');
    expect(failed.stderr).not.toMatch(/resume|fm runs/);
    expect(parked.code).toBe(69);
    expect(parked.stderr).toContain('Nothing is recorded outside of a project');
    expect(parked.stderr).not.toMatch(/resume|fm runs/);
    expect(list).toMatchObject({ code: 4, stderr: expect.stringContaining('Try: fm init my-project') });
  });
});

describe('variables', () => {
  it('come from the project and --vars, and all that are missing are named at once', async () => {
    const shop = new Project({ environments: { local: { vars: { REGION: 'eu', LIMIT: 3 } } } });
    shop.pipeline('vars', ECHO, { result: ['{{ vars.REGION }}', '{{ vars.LIMIT }}', '{{ vars.WHO }}'] });
    shop.write('vars.json', '{"LIMIT": 5, "WHO": {"name": "Ada"}}');
    const [missing, given] = await Promise.all([
      shop.fm(['run', 'vars', '--json']),
      shop.fm(['run', 'vars', '--vars', '@vars.json', '--vars', 'REGION=us']),
    ]);
    expect(missing.code).toBe(1);
    expect(JSON.parse(missing.stdout).error).toMatchObject({
      code: 'CONFIGURATION',
      details: { vars: ['WHO'], secrets: [] },
    });
    expect(JSON.parse(given.stdout)).toEqual(['us', 5, { name: 'Ada' }]);
  });
});
