import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fm as spawned, tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';

const GOOD = { name: 'good', stages: [{ id: 'say', component: 'logger', config: { message: 'hi' } }] };
const BAD = `{
  "name": "bad",
  "stages": [
    { "id": "a", "component": "loger", "config": { "message": "hi" } },
    { "id": "b", "component": "logger", "config": { "message": "{{ stages.x.output }}" }, "dependson": ["a"] }
  ]
}
`;
const DOUBTFUL = {
  name: 'doubtful',
  stages: [
    { id: 'stop', component: 'return', config: { condition: 'input.x == 1' } },
    { id: 'say', component: 'logger', config: { message: 'hi' } },
  ],
};

function project(pipelines: Readonly<Record<string, string | object>>): string {
  const root = tempFolder();
  mkdirSync(join(root, 'pipelines'));
  writeFileSync(join(root, 'flowmason.json'), '{ "name": "shop" }');
  for (const [name, text] of Object.entries(pipelines)) {
    writeFileSync(
      join(root, 'pipelines', `${name}.pipeline.json`),
      typeof text === 'string' ? text : JSON.stringify(text),
    );
  }
  return root;
}

describe('fm validate', () => {
  it('checks every pipeline of the project and says so on stdout', async () => {
    const { code, stdout, stderr } = await shell(project({ good: GOOD }))('validate');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('✓ valid  pipelines/good.pipeline.json  good 0.1.0, 1 stage\n\n1 of 1 pipeline valid\n');
  });

  it('reports every problem at once: code, place, frame, suggestion', async () => {
    const { code, stdout, stderr } = await shell(project({ good: GOOD, bad: BAD }))('validate');
    expect(code).toBe(3);
    expect(stdout).toContain('✗ invalid  pipelines/bad.pipeline.json');
    expect(stdout).toContain('1 of 2 pipelines valid');
    expect(stderr).toContain(`pipelines/bad.pipeline.json:4:31  There is no component \`loger\``);
    expect(stderr).toContain('> 4 |     { "id": "a", "component": "loger", "config": { "message": "hi" } },\n');
    expect(stderr).toMatch(/Try: .*logger/);
    expect(stderr).toMatch(/bad\.pipeline\.json:5:\d+ {2}.*dependson/);
    expect(stderr).toMatch(/INVALID_FILE {2}\d problems in 1 file\n$/);
  });

  it('gives the same as one document', async () => {
    const answer = await shell(project({ good: GOOD, bad: BAD }))('validate', '--json');
    expect(answer).toMatchObject({ code: 3, stderr: '' });
    const document = answer.json();
    expect(document).toMatchObject({
      valid: false,
      pipelines: [
        { file: 'pipelines/bad.pipeline.json', valid: false },
        { file: 'pipelines/good.pipeline.json', name: 'good', version: '0.1.0', stages: 1, valid: true },
      ],
      error: { code: 'INVALID_FILE', details: { problems: expect.any(Array) } },
    });
    expect(document).toHaveProperty(
      'error.details.problems.0',
      expect.objectContaining({ file: 'pipelines/bad.pipeline.json', line: 4, column: 31, severity: 'error' }),
    );
  });

  it('lets warnings pass, unless they are to be strict', async () => {
    const fm = shell(project({ doubtful: DOUBTFUL }));
    const lax = await fm('validate');
    expect(lax.code).toBe(0);
    expect(lax.stderr).toContain('warning: ');
    expect(lax.stdout).toContain('1 of 1 pipeline valid, 1 warning');
    expect(await fm('validate', '--strict')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('INVALID_FILE  1 problem in 1 file'),
    });
  });

  it('takes names, files and folders, and reads stdin', async () => {
    const root = project({ good: GOOD, bad: BAD });
    const fm = shell(root);
    expect((await fm('validate', 'good')).code).toBe(0);
    expect((await fm('validate', 'pipelines/good.pipeline.json')).code).toBe(0);
    expect((await fm('validate', 'pipelines')).code).toBe(3);
    expect((await fm('validate', 'god')).stderr).toContain('`good`');
    expect(await fm('validate', './nothing.json')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('NOT_FOUND'),
    });
    const read = await spawned(['validate', '-'], { cwd: root, input: BAD });
    expect(read.code).toBe(3);
    expect(read.stderr).toContain('<stdin>:4:31');
    expect(read.stderr).toContain('> 4 |     { "id": "a", "component": "loger"');
  });

  it('compares the version of a called pipeline with the range, as the bundle that people run', async () => {
    const calling = (version: string) => ({
      name: 'caller',
      stages: [{ id: 'call', component: 'subpipeline', config: { pipeline: 'good', version } }],
    });
    const good = { ...GOOD, version: '1.2.0' };
    const fits = await spawned(['validate'], { cwd: project({ good, caller: calling('^1.1') }) });
    expect(fits).toMatchObject({ code: 0, stderr: '' });
    const beyond = await spawned(['validate'], { cwd: project({ good, caller: calling('^2') }) });
    expect(beyond).toMatchObject({ code: 3, stderr: expect.stringContaining('which is not in the range "^2"') });
    const none = await spawned(['validate'], { cwd: project({ good, caller: calling('new') }) });
    expect(none).toMatchObject({ code: 3, stderr: expect.stringContaining('Expected a semver range, found "new"') });
  });

  it('finds nothing to check: exit 4', async () => {
    expect(await shell(tempFolder())('validate')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('There is no project here'),
    });
    expect(await shell(project({}))('validate')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('There is no pipeline in pipelines'),
    });
  });

  it('names the line of a flowmason.json that cannot be read', async () => {
    const root = project({ good: GOOD });
    writeFileSync(join(root, 'flowmason.json'), '{\n  "name": "shop",\n  "enviroments": {}\n}\n');
    const { code, stderr } = await shell(root)('validate');
    expect(code).toBe(3);
    expect(stderr).toMatch(/flowmason\.json:3:3 .*enviroments/);
    expect(stderr).toContain('Try: ');
  });
});
