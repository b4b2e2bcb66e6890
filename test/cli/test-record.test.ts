import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Shop } from './shop.ts';

describe('fm test record', () => {
  const paid = (n: string) => ({ id: 'double', component: 'json-transform', config: { template: n } });

  it('makes a test of a run that passes, and adds to a file without touching the rest', async () => {
    const made = new Shop();
    made.pipeline('a', [paid('{{ input.n * 2 }}')], '{{ stages.double.output.result }}');
    await made.fm('run', 'a', '--set', 'n=4');
    const first = await made.fm('test', 'record', 'last', '--name', 'four');
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('Added the test "four"') });
    const written = JSON.parse(made.read('pipelines/a.test.json'));
    expect(written).toMatchObject({
      pipeline: 'a',
      tests: [{ name: 'four', input: { n: 4 }, assertions: [{ path: 'output', equals: 8 }] }],
    });
    expect(await made.fm('test')).toMatchObject({ code: 0 });

    const odd = made.read('pipelines/a.test.json').replace('"tests": [', '"tests":    [');
    made.write('pipelines/a.test.json', odd);
    await made.fm('run', 'a', '--set', 'n=5');
    expect(await made.fm('test', 'record', 'a', '--name', 'five')).toMatchObject({ code: 0 });
    const both = made.read('pipelines/a.test.json');
    expect(both.startsWith(odd.slice(0, odd.lastIndexOf(']')).trimEnd())).toBe(true);
    expect((await made.fm('test')).stdout).toMatch(/2 passed/);

    const twice = await made.fm('test', 'record', 'last', '--name', 'five');
    expect(twice).toMatchObject({ code: 5, stderr: expect.stringContaining('has a test "five" already') });
    expect(made.read('pipelines/a.test.json')).toBe(both);
  });

  it('leaves out what differs from run to run, and expects the error of a run that failed', async () => {
    const made = new Shop();
    made.pipeline('a', [paid('{{ uuid() }}')], { id: '{{ stages.double.output.result }}', n: '{{ 10 / input.n }}' });
    await made.fm('run', 'a', '--set', 'n=5');
    const { stdout } = await made.fm('test', 'record', 'last', '--dry-run');
    expect(stdout).toContain('"includes": {\n        "n": 2\n      }');
    expect(stdout).toContain('Note: A part of the result differs from run to run');
    expect(existsSync(join(made.root, 'pipelines/a.test.json'))).toBe(false);
    await made.fm('run', 'a', '--set', 'n=0');
    expect(await made.fm('test', 'record', 'last')).toMatchObject({ code: 0 });
    expect(JSON.parse(made.read('pipelines/a.test.json')).tests[0].expectError).toEqual({
      type: 'EXPRESSION',
      code: 'division_by_zero',
    });
    expect(await made.fm('test')).toMatchObject({ code: 0 });
  });

  it('gives variables of called pipelines, makes folders, and says why a test does not pass yet', async () => {
    const made = new Shop();
    made.pipeline('child', [paid('{{ vars.base }}')], '{{ stages.double.output.result }}');
    made.pipeline(
      'a',
      [{ id: 'call', component: 'subpipeline', config: { pipeline: 'child' } }],
      '{{ stages.call.output }}',
    );
    await made.fm('run', 'a', '--vars', 'base=u');
    expect(await made.fm('test', 'record', 'last', '-o', 'tests/deep/a.test.json')).toMatchObject({ code: 0 });
    expect(await made.fm('test')).toMatchObject({ code: 0 });
    const ask = { id: 'ask', component: 'http-request', config: { url: 'http://127.0.0.1:9/' } };
    made.pipeline('w', [ask, { id: 'end', component: 'return', config: { value: 1 } }], 1);
    await made.fm('run', 'w');
    const { stdout } = await made.fm('test', 'record', 'last', '--dry-run');
    expect(stdout).toContain('Note: The test does not pass yet: Stage ask would leave the machine');
    expect(await made.fm('test', 'record', 'last', '--name', '')).toMatchObject({ code: 2 });
  });

  it('says what is wrong with the run that was named', async () => {
    const made = new Shop();
    made.pipeline('a');
    expect(await made.fm('test', 'record', 'last')).toMatchObject({ code: 4 });
    expect(await made.fm('test', 'record', 'pipelines/a.pipeline.json')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Try: fm run pipelines/a.pipeline.json'),
    });
    made.pipeline('w', [{ id: 'wait', component: 'signal', config: { name: 'go' } }], 1);
    await made.fm('run', 'w');
    expect(await made.fm('test', 'record', 'last')).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/has not ended: it is waiting\nTry: fm runs resume/),
    });
    await made.fm('run', 'a');
    made.write('pipelines/a.test.json', '{ "name": "x" }');
    expect(await made.fm('test', 'record', 'last')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('REQUIRED_FIELD'),
    });
    rmSync(join(made.root, 'pipelines/a.test.json'));
    made.write('pipelines/a.test.json', { name: 'x', component: 'filter', tests: [{ name: 'y' }] });
    expect(await made.fm('test', 'record', 'last')).toMatchObject({ code: 5 });
  });
});
