import { describe, expect, it } from 'vitest';
import { Project } from '../run/project.ts';

const ECHO = { id: 'echo', component: 'json-transform', config: { template: '{{ input.n }}' } };

function shop(): Project {
  const made = new Project();
  for (const name of ['a', 'b']) {
    made.pipeline(name, [ECHO], { result: '{{ stages.echo.output.result }}' });
    made.write(`pipelines/${name}.test.json`, testFile(name, 1));
  }
  return made;
}

function testFile(name: string, expected: number): string {
  const tests = [{ name: 'one', input: { n: 1 }, assertions: [{ path: 'output', equals: expected }] }];
  return JSON.stringify({ name, pipeline: name, tests });
}

describe('fm test --watch', () => {
  it('runs everything, then what a change touches, survives a broken file, and Ctrl-C ends it with 130', async () => {
    const made = shop();
    const watch = made.start(['test', '--watch']);
    const times = (count: number) => watch.until(new RegExp(`(Waiting for changes[\\s\\S]*){${count}}`));
    expect(await times(1)).toMatch(/2 passed/);

    made.write('pipelines/a.test.json', testFile('a', 2));
    const failed = await times(2);
    expect(failed).toContain('pipelines/a.test.json changed');
    expect(failed).toContain('TEST_FAILED  1 of 1 test failed');

    made.write('pipelines/b.pipeline.json', '{ "name": "b", ');
    expect(await times(3)).toContain('INVALID_JSON  pipelines/b.pipeline.json');

    made.pipeline('b', [ECHO], { result: '{{ stages.echo.output.result }}', description: 'mended' });
    expect((await times(4)).split('Waiting for changes').at(-2)).toMatch(/✓ b [\s\S]*1 passed/);

    watch.kill('SIGINT');
    expect(await watch.ended).toMatchObject({ code: 130 });
  });
});

describe('Ctrl-C while tests run', () => {
  it('lets the test end, starts no further one, and ends with 130', async () => {
    const made = new Project();
    made.pipeline('slow', [made.step('work', [], { until: made.path('open') }, { timeout: '1h' })]);
    const tests = ['one', 'two'].map((name) => ({ name, timeout: '1m' }));
    made.write('pipelines/slow.test.json', JSON.stringify({ name: 'slow', pipeline: 'slow', tests }));
    const running = made.start(['test', '--live', '--jobs', '1']);
    await made.hasRun('work');
    running.kill('SIGINT');
    await running.until('no further test starts');
    made.write('open', '');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/1 passed/);
    expect(made.ran()).toEqual(['work']);
  });
});
