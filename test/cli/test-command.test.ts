import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';
import { ECHO, ECHO_RESULT, Shop } from './shop.ts';

const equals = (value: unknown) => [{ path: 'output.n', equals: value }];

function shop(settings: object = {}): Shop {
  const made = new Shop(settings);
  made.pipeline('a');
  made.pipeline('b');
  made.tests('a', [
    { name: 'one', input: { n: 1 }, assertions: equals(1), tags: ['quick'] },
    { name: 'two', input: { n: 2 }, assertions: equals(2) },
  ]);
  made.tests('b', [{ name: 'three', input: { n: 3 }, assertions: equals(3) }]);
  return made;
}

describe('fm test', () => {
  it('runs every test of the project and says so', async () => {
    const { code, stdout, stderr } = await shop().fm('test');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/✓ a {2}pipelines\/a\.test\.json {2}2 tests/);
    expect(stdout).toMatch(/Tests +3 passed {2}\(3\)/);
  });

  it('fails with 1 and shows the place, the difference and the frame', async () => {
    const made = shop();
    made.tests('a', [{ name: 'one', input: { n: 1 }, assertions: equals(7) }]);
    const { code, stdout, stderr } = await made.fm('test');
    expect(code).toBe(1);
    expect(stdout).toContain('pipelines/a.test.json:13:21');
    expect(stdout).toMatch(/- expected +7/);
    expect(stdout).toMatch(/\+ actual +1/);
    expect(stderr).toContain('TEST_FAILED  1 of 2 tests failed');
  });

  it('prints one document with --json, with the error beside it when it fails', async () => {
    const made = shop();
    expect((await made.fm('test', '--json')).json()).toMatchObject({
      passed: true,
      totals: { suites: 2, tests: 3, passed: 3, failed: 0 },
      suites: [{ name: 'a', tests: [{ name: 'one', status: 'passed' }, {}] }, { name: 'b' }],
    });
    made.tests('b', [{ name: 'three', expectError: 'TIMEOUT' }]);
    const failed = await made.fm('test', '--json', '--coverage');
    expect(failed.code).toBe(1);
    expect(failed.json()).toMatchObject({
      passed: false,
      error: { code: 'TEST_FAILED', message: '1 of 3 tests failed' },
      coverage: { totals: { stages: { percent: 100 } }, pipelines: [{ pipeline: 'a' }, { pipeline: 'b' }] },
    });
  });

  it('takes files, folders and names', async () => {
    const made = shop();
    made.write('tests/deep/more.test.json', { name: 'more', pipeline: 'a', tests: [{ name: 'x' }] });
    const tests = async (...paths: string[]) =>
      ((await made.fm('test', ...paths, '--json')).json() as { totals: { tests: number } }).totals.tests;
    expect(await tests()).toBe(4);
    expect(await tests('a')).toBe(2);
    expect(await tests('more', 'pipelines/b.test.json')).toBe(2);
    expect(await tests('tests')).toBe(1);
    expect(await tests('pipelines', 'a')).toBe(3);
  });

  it.each([
    [['nothing'], 4, 'NOT_FOUND  There is no test file nothing.test.json'],
    [['pipelines/c.test.json'], 4, 'NOT_FOUND  There is no file pipelines/c.test.json'],
    [['--filter', 'zzz'], 4, 'NO_TESTS  No test fits what was asked for'],
    [['--reporter', 'junitt'], 2, 'USAGE  There is no reporter "junitt"'],
    [['--reporter', 'junit:'], 2, 'After junit: the name of a file is expected'],
    [['--reporter', 'json', '--reporter', 'tap'], 2, 'would both write to stdout'],
    [['--json', '--reporter', 'tap'], 2, 'would both write to stdout'],
    [['--coverage-reporter', 'htm'], 2, 'fm test --coverage-reporter html'],
    [['--shard', '3/2'], 2, '--shard is one of how many parts'],
    [['--jobs', '0'], 2, 'USAGE'],
    [['--watch', '--json'], 2, '--watch prints as long as it goes'],
    [['--covrage'], 2, 'fm test --coverage'],
    [['--changed'], 2, 'this folder is in no git repository'],
  ])('%j ends with %i', async (args, code, message) => {
    const answer = await shop().fm('test', ...args);
    expect(answer.code).toBe(code);
    expect(answer.stderr + answer.stdout).toContain(message);
  });

  it('needs a project, or a file', async () => {
    const folder = tempFolder();
    expect(await shell(folder)('test')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('There is no project'),
    });
    writeFileSync(join(folder, 'a.pipeline.json'), JSON.stringify({ name: 'a', stages: [ECHO] }));
    writeFileSync(join(folder, 'a.test.json'), JSON.stringify({ name: 'a', pipeline: 'a', tests: [{ name: 'x' }] }));
    expect(await shell(folder)('test', 'a.test.json')).toMatchObject({ code: 0 });
    const empty = new Shop();
    expect(await empty.fm('test')).toMatchObject({ code: 4, stderr: expect.stringContaining('NO_TESTS') });
  });

  it('ends with 3 when a file is invalid, and never counts it as passed; the others run', async () => {
    const made = shop();
    made.write('pipelines/b.test.json', '{ "name": "b", "pipeline": "b", "tsts": [] }');
    const { code, stdout, stderr } = await made.fm('test');
    expect(code).toBe(3);
    expect(stdout).toMatch(/Tests +2 passed {2}\(2\)/);
    expect(stderr).toContain('UNKNOWN_FIELD  pipelines/b.test.json:1:33');
    expect(stderr).toContain('INVALID_FILE');
    made.write('pipelines/b.test.json', { name: 'b', pipeline: 'bb', tests: [{ name: 'x' }] });
    expect((await made.fm('test')).stderr).toMatch(
      /UNKNOWN_PIPELINE.*There is no pipeline `bb`[\s\S]*Try: There are a, b/,
    );
    made.tests('b', [{ name: 'x' }]);
    made.write('pipelines/b.pipeline.json', { name: 'b', stages: [{ id: 'x', component: 'nothing' }] });
    const broken = await made.fm('test', '--json');
    expect(broken.code).toBe(3);
    expect(broken.json()).toMatchObject({ error: { details: { problems: [{ code: 'UNKNOWN_COMPONENT' }] } } });
  });
});

describe('a component that misbehaves', () => {
  it('behind its end fails the command, which still prints one document', async () => {
    const made = new Shop();
    made.write(
      'components/late.ts',
      `import { defineComponent } from 'flowmason/component';
import * as v from 'valibot';
export default defineComponent({
  name: 'late', version: '1.0.0', summary: 'Fails behind its end.', effects: false,
  config: v.strictObject({}), output: v.strictObject({}),
  async run() {
    setTimeout(() => { throw new Error('late boom'); }, 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return {};
  },
});
`,
    );
    made.pipeline('a', [{ id: 'late', component: 'late' }], 1);
    made.tests('a', [{ name: 'one' }]);
    const { code, json } = await made.fm('test', '--json');
    expect(code).toBe(1);
    expect(json()).toMatchObject({
      totals: { passed: 1 },
      error: { code: 'COMPONENT', message: expect.stringMatching(/late boom \(.*components.late\.ts/) },
    });
  });
});

describe('which tests run', () => {
  it('is told by --list', async () => {
    const made = shop();
    const { stdout } = await made.fm('test', '--list');
    expect(stdout).toContain('pipelines/a.test.json  a\n  one  line 6  quick\n  two  line 21\n');
    expect(stdout).toContain('3 tests');
    expect((await made.fm('test', '--list', '--json', '--tag', 'quick')).json()).toMatchObject({
      tests: [{ suite: 'a', name: 'one', file: 'pipelines/a.test.json', line: 6, subject: 'a', skip: false }],
    });
  });

  it('is narrowed by --filter, --tag, --shard; --bail stops at the first failure', async () => {
    const made = shop();
    made.tests('a', [{ name: 'bad', expectError: 'TIMEOUT' }, { name: 'good' }]);
    const names = async (...args: string[]) => {
      const document = (await made.fm('test', '--json', ...args)).json() as { suites: { tests: { name: string }[] }[] };
      return document.suites.flatMap(({ tests }) => tests.map(({ name }) => name));
    };
    expect(await names('--filter', 'A › GOOD', '--filter', 'three')).toEqual(['good', 'three']);
    expect(await names('--shard', '1/2')).toEqual(['bad', 'three']);
    expect(await names('--shard', '2/2')).toEqual(['good']);
    expect(await names('--bail')).toEqual(['bad']);
  });

  it('is what differs from a git revision, through subpipelines', async () => {
    const made = shop();
    made.pipeline(
      'c',
      [{ id: 'echo', component: 'subpipeline', config: { pipeline: 'b', input: '{{ input }}' } }],
      '{{ stages.echo.output }}',
    );
    made.tests('c', [{ name: 'four', input: { n: 4 }, assertions: equals(4) }]);
    made.git('init', '-q', '-b', 'main');
    made.git('add', '-A');
    made.git('commit', '-q', '-m', 'first');
    const suites = async (...args: string[]) => {
      const answer = await made.fm('test', '--json', ...args);
      return answer.code === 4 ? 4 : (answer.json() as { suites: { name: string }[] }).suites.map(({ name }) => name);
    };
    expect(await made.fm('test', '--changed', 'no-such-revision')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('git cannot compare with "no-such-revision"'),
    });
    expect(await suites('--changed')).toBe(4);
    made.write('pipelines/b.pipeline.json', { name: 'b', description: 'new', stages: [ECHO], result: ECHO_RESULT });
    expect(await suites('--changed')).toEqual(['b', 'c']);
    made.git('commit', '-q', '-a', '-m', 'second');
    expect(await suites('--changed')).toBe(4);
    expect(await suites('--changed', 'HEAD~1')).toEqual(['b', 'c']);
    made.write('pipelines/new.pipeline.json', { name: 'new', stages: [ECHO] });
    made.tests('new', [{ name: 'five' }]);
    expect(await suites('--changed')).toEqual(['new']);
    made.write('flowmason.json', { name: 'shop', version: '1.0.1' });
    expect(await suites('--changed')).toEqual(['a', 'b', 'c', 'new']);
  });
});

describe('reports', () => {
  it('go to files, several at once, with the folders that lead there', async () => {
    const made = shop();
    const { code, stdout } = await made.fm(
      'test',
      ...['--reporter', 'text', '--reporter', 'junit:out/results.xml', '--reporter', 'tap:out/results.tap'],
      ...['--coverage-reporter', 'lcov', '--coverage-reporter', 'html:out/page.html', '--coverage-reporter', 'json'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 pipelines +2\/2 +100 %/);
    expect(made.read('out/results.xml')).toContain('<testcase name="one"');
    expect(made.read('out/results.tap')).toMatch(/^TAP version 14/);
    expect(made.read('coverage/lcov.info')).toContain('SF:pipelines/a.pipeline.json');
    expect(made.read('out/page.html')).toMatch(/^<!doctype html>/i);
    expect(JSON.parse(made.read('coverage/coverage.json'))).toMatchObject({ totals: { stages: { covered: 2 } } });
  });

  it('of coverage count pipelines that no test meets, and fail below a threshold', async () => {
    const made = shop({ testing: { coverage: { stages: 60, pipelines: { a: { stages: 100 }, c: { stages: 10 } } } } });
    made.pipeline('c');
    const missed = await made.fm('test', '--coverage');
    expect(missed.code).toBe(1);
    expect(missed.stdout).toMatch(/^ {2}echo {2}line \d+ +never ran|^ {2}echo.*line/m);
    expect(missed.stderr).toContain('THRESHOLD_MISSED  stages of c: 0 % (0 of 1), at least 10 % are wanted');
    expect(await made.fm('test')).toMatchObject({ code: 0 });
    const partial = await made.fm('test', '--coverage', '--filter', 'one');
    expect(partial).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Thresholds of coverage were not looked at'),
    });
    expect(await made.fm('test', 'a', 'b', '--coverage')).toMatchObject({ code: 0 });
  });

  it('say in GitHub where it is, without being asked', async () => {
    const made = shop();
    made.tests('a', [{ name: 'one', expectError: 'TIMEOUT' }]);
    const { stdout } = await shell(made.root, { GITHUB_ACTIONS: 'true' })('test');
    expect(stdout).toMatch(/^::error file=pipelines\/a\.test\.json,line=7/m);
  });
});

describe('snapshots', () => {
  it('are written beside the test file, kept in CI, and stored anew when asked', async () => {
    const made = new Shop();
    made.pipeline('a');
    const test = (n: number) => made.tests('a', [{ name: 'one', input: { n }, snapshot: true }]);
    test(1);
    expect(await shell(made.root, { CI: 'true' })('test')).toMatchObject({ code: 1 });
    expect(existsSync(join(made.root, 'pipelines/a.snapshots.json'))).toBe(false);
    expect((await made.fm('test')).stdout).toMatch(/Snapshots +1 written/);
    expect(JSON.parse(made.read('pipelines/a.snapshots.json'))).toEqual({ one: { output: { n: 1 } } });
    test(2);
    const differs = await made.fm('test');
    expect(differs.code).toBe(1);
    expect(differs.stdout).toContain('fm test --update-snapshots');
    expect((await made.fm('test', '-u')).stdout).toMatch(/1 updated/);
    expect(await made.fm('test')).toMatchObject({ code: 0 });
    made.tests('a', [{ name: 'other' }]);
    expect((await made.fm('test')).stdout).toMatch(/1 obsolete/);
    await made.fm('test', '-u');
    expect(existsSync(join(made.root, 'pipelines/a.snapshots.json'))).toBe(false);
    made.write('pipelines/a.snapshots.json', '[1]');
    test(1);
    expect(await made.fm('test')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('does not hold snapshots'),
    });
  });
});

describe('what surrounds tests', () => {
  const fetching = {
    id: 'ask',
    component: 'http-request',
    config: { url: '{{ vars.url }}', headers: { key: '{{ secrets.KEY }}' } },
  };

  it('is nothing of the environment, unless --live', async () => {
    const vars = { url: '${SHOP_URL}' };
    const made = new Shop({ environments: { local: { vars } } });
    made.pipeline('a', [fetching], '{{ stages.ask.output.status }}');
    const mocks = { ask: { output: { status: 200 } } };
    made.tests('a', [{ name: 'one', mocks, assertions: [{ path: 'stages.ask.config.url', startsWith: 'http' }] }]);
    const missing = await shell(made.root, { SHOP_URL: 'http://127.0.0.1:9/' })('test');
    expect(missing).toMatchObject({ code: 1, stdout: expect.stringContaining('{"variables":["url"]}') });
    const live = await shell(made.root, { SHOP_URL: 'http://127.0.0.1:9/', FM_SECRET_KEY: 'x' })('test', '--live');
    expect(live).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('--live: stages without a mock really run'),
    });
  });

  it('is what flowmason.json has, with defaults of its variables', async () => {
    const made = new Shop({ environments: { local: { vars: { url: '${SHOP_URL:-https://shop.test}' } } } });
    made.pipeline('a', [fetching], '{{ stages.ask.output.status }}');
    const mocks = { ask: { output: { status: 200 } } };
    made.tests('a', [
      { name: 'one', mocks, assertions: [{ path: 'stages.ask.config.url', equals: 'https://shop.test' }] },
    ]);
    expect(await shell(made.root, { SHOP_URL: 'https://other.test' })('test')).toMatchObject({ code: 0 });
  });
});
