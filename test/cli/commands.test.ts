import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXITS } from '../../src/cli/exits.ts';
import { CODES } from '../../src/core/codes/index.ts';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';

/** A project from the default template and a place to type in. */
async function project(): Promise<{ root: string; fm: ReturnType<typeof shell> }> {
  const folder = tempFolder();
  await shell(folder)('init', 'shop');
  const root = join(folder, 'shop');
  return { root, fm: shell(root) };
}

describe('fm explain', () => {
  it('documents every code, and every exit code is explained', async () => {
    const fm = shell(tempFolder());
    const listed = await fm('explain', '--list');
    for (const [code, { exit, title, explanation }] of Object.entries(CODES)) {
      expect(listed.stdout, code).toContain(`${code} `);
      expect(Object.hasOwn(EXITS, exit), `exit ${exit} of ${code}`).toBe(true);
      expect(title.length, code).toBeGreaterThan(5);
      expect(explanation, code).toMatch(/\.$/);
    }
    expect((await fm('explain', 'invalid_file')).stdout).toMatch(
      /^INVALID_FILE {2}A file is invalid\n\n[\s\S]*Exit code 3: a file is invalid\.\n$/,
    );
    expect((await fm('explain', '4')).stdout).toContain('NOT_FOUND');
    expect((await fm('explain', 'USAGE', '--json')).json()).toMatchObject({
      code: 'USAGE',
      exit: { code: 2, meaning: EXITS[2] },
    });
  });
});

describe('fm components', () => {
  it('lists and documents every built-in component', async () => {
    const fm = shell(tempFolder());
    const listed = (await fm('components', '--json')).json();
    const { components } = listed as { components: { name: string; summary: string; source: string }[] };
    expect(components.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['http-request', 'foreach', 'generator']),
    );
    const text = (await fm('components')).stdout;
    for (const { name, summary } of components) {
      expect(text).toContain(summary);
      const page = await fm('components', 'show', name);
      expect(page).toMatchObject({ code: 0, stderr: '' });
      expect(page.stdout, name).toMatch(/\nCONFIG\n[\s\S]*\nEXAMPLE\n/);
    }
    expect((await fm('components', 'show', 'http_request', '--json')).json()).toMatchObject({
      name: 'http-request',
      effects: true,
      config: { properties: { url: expect.anything() } },
    });
  });

  it("shows the project's own, with where they come from", async () => {
    const { root, fm } = await project();
    mkdirSync(join(root, 'components'));
    writeFileSync(
      join(root, 'components', 'shout.ts'),
      `import { defineComponent } from 'flowmason/component';
import * as v from 'valibot';
export default defineComponent({ name: 'shout', version: '1.0.0', summary: 'Shouts.', effects: false,
  config: v.strictObject({ text: v.pipe(v.string(), v.description('What to shout.')) }), output: v.object({ text: v.string() }),
  run: ({ text }: { text: string }) => ({ text: text.toUpperCase() }) });\n`,
    );
    expect((await fm('components')).stdout).toMatch(/YOUR OWN\n {2}shout +Shouts\. \(project\)/);
    expect((await fm('components', 'show', 'shout')).stdout).toContain('text*  string  What to shout.');
  });
});

describe('fm list and fm show', () => {
  it('list what is in pipelines/, also what cannot be read', async () => {
    const { root, fm } = await project();
    writeFileSync(join(root, 'pipelines', 'broken.pipeline.json'), '{');
    expect((await fm('list')).stdout).toMatch(/^my-pipeline +0\.1\.0 +3 +Adds up what each customer has paid\.$/m);
    expect((await fm('list')).stdout).toMatch(/^broken .*see fm validate$/m);
    expect((await fm('list', '--json')).json()).toMatchObject({
      pipelines: [
        { name: 'broken', readable: false },
        { name: 'my-pipeline', stages: 3, tags: [], readable: true },
      ],
    });
    expect(await shell(tempFolder())('list')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Try: fm init'),
    });
  });

  it('show one with its input, stages and needs', async () => {
    const { fm } = await project();
    const { stdout } = await fm('show', 'my-pipeline');
    expect(stdout).toMatch(/^my-pipeline 0\.1\.0 {2}pipelines\/my-pipeline\.pipeline\.json\nAdds up/);
    expect(stdout).toMatch(/INPUT\n {2}orders +object\[\] +default \[/);
    expect(stdout).toMatch(/STAGES\n {2}paid +filter +Keeps/);
    expect((await fm('show', './pipelines/my-pipeline.pipeline.json', '--json')).json()).toMatchObject({
      name: 'my-pipeline',
      requires: { vars: [], secrets: [], components: { filter: '1.0.0' } },
    });
    expect(await fm('show', 'my-pipelin')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Try: `my-pipeline`'),
    });
  });
});

describe('fm schema', () => {
  it('writes the schemas, prints one, and knows the components of the project', async () => {
    const { root, fm } = await project();
    expect((await fm('schema', '--out', 'out')).stdout).toBe(
      'Wrote out/pipeline.schema.json\nWrote out/test.schema.json\nWrote out/project.schema.json\n',
    );
    const pipeline = JSON.parse(readFileSync(join(root, 'out', 'pipeline.schema.json'), 'utf8'));
    expect(pipeline).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'FlowMason pipeline',
    });
    expect((await fm('schema', 'pipeline', '--stdout')).json()).toEqual(pipeline);
    expect(await fm('schema', 'pipelin', '--stdout')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Try: fm schema pipeline --stdout'),
    });
    expect((await fm('schema', '--json')).json()).toEqual({
      dry_run: false,
      files: [
        join(root, '.flowmason/schemas/pipeline.schema.json'),
        join(root, '.flowmason/schemas/test.schema.json'),
        join(root, '.flowmason/schemas/project.schema.json'),
      ],
    });
  });
});

describe('fm config', () => {
  it('sets, gets, explains, lists and unsets, outside of the repository', async () => {
    const { root, fm } = await project();
    const set = (await fm('config', 'set', 'ai.model', 'mock/echo', '--json')).json() as { file: string };
    expect(set).toMatchObject({ key: 'ai.model', value: 'mock/echo', changed: true, hidden_by: null });
    expect(set.file.startsWith(root)).toBe(false);
    expect((await fm('config', 'set', 'ai.model', 'mock/echo')).stdout).toContain('ai.model is mock/echo already');
    expect((await fm('config', 'get', 'ai.model')).stdout).toBe('mock/echo\n');
    expect((await fm('config', 'explain', 'ai.model')).stdout).toContain('from your settings: ');
    expect((await fm('config', 'list')).stdout).toMatch(/^ai\.model +mock\/echo +\//m);
    expect((await fm('config', 'unset', 'ai.model')).stdout).toContain('ai.model is not set any more');
    expect(await fm('config', 'get', 'ai.model')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Nothing sets `ai.model`'),
    });
  });

  it('writes nothing with --dry-run', async () => {
    const { root, fm } = await project();
    const set = await fm('config', 'set', 'ai.model', 'mock/echo', '--dry-run');
    expect(set.stdout).toMatch(/^Would set ai\.model = mock\/echo {2}\//);
    expect(await fm('config', 'get', 'ai.model')).toMatchObject({ code: 4 });
    expect(await fm('config', 'set', 'ai.model', 'no slash', '--dry-run')).toMatchObject({ code: 2 });
    expect((await fm('schema', '--out', 'out', '--dry-run')).stdout).toContain(
      'Would write out/pipeline.schema.json\n',
    );
    expect(existsSync(join(root, 'out'))).toBe(false);
  });

  it('never prints a key whole, and says what hides a setting', async () => {
    const { fm } = await project();
    await fm('config', 'set', 'staging.api_key', 'fm_staging_abcdefghijklmnopqrstuvwxyz');
    for (const line of [
      ['get', 'staging.api_key'],
      ['explain', 'staging.api_key'],
      ['list', '--json'],
    ]) {
      expect((await fm('config', ...line)).stdout).not.toContain('abcdefgh');
    }
    process.env.FM_AI_MODEL = 'mock/other';
    expect((await fm('config', 'set', 'ai.model', 'mock/echo')).stdout).toContain(
      'warning: FM_AI_MODEL is in force instead',
    );
  });

  it('refuses what is not a setting and what cannot be its value', async () => {
    const { fm } = await project();
    expect(await fm('config', 'set', 'ai.modle', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ai.model'),
    });
    expect(await fm('config', 'set', 'runs.keep', 'often')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('INVALID_SETTING'),
    });
    expect(await shell(tempFolder())('config', 'set', 'ai.model', 'x/y')).toMatchObject({ code: 4 });
  });
});

describe('fm doctor', () => {
  it('finds nothing wrong in a new project', async () => {
    const { fm } = await project();
    const { code, stdout } = await fm('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +project +shop 0\.1\.0 in /m);
    expect(stdout).toMatch(/^ok +pipelines +1 found, 0 invalid/m);
    expect(stdout).not.toMatch(/^fail/m);
  });

  it('says what is wrong and what to do about it', async () => {
    const { root, fm } = await project();
    writeFileSync(join(root, 'pipelines', 'broken.pipeline.json'), '{');
    writeFileSync(join(root, '.flowmason', 'schemas', 'pipeline.schema.json'), '{}');
    writeFileSync(join(root, 'flowmason.json'), '{ "name": "shop", "plugins": ["nowhere"], "runs": { "keep": 5 } }');
    const { code, stdout } = await fm('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warn +pipelines .*1 invalid.*\n +Try: fm validate$/m);
    expect(stdout).toMatch(/^warn +editor .*out of date\n +Try: fm schema$/m);
    expect(stdout).toMatch(/^warn +plugins +plugin nowhere was left out: it is not installed/m);
    writeFileSync(join(root, 'flowmason.json'), '{ "name": "Shop" }');
    const broken = await fm('doctor', '--json');
    expect(broken.code).toBe(1);
    expect(broken.json()).toMatchObject({
      healthy: false,
      error: { code: 'CHECK_FAILED', message: 'A check failed: project' },
    });
  });

  it('works outside of a project', async () => {
    const { code, stdout } = await shell(tempFolder())('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warn +project .*\n +Try: fm init my-project$/m);
  });
});
