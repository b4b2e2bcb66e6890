import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';

const FILES = [
  '.flowmason/schemas/pipeline.schema.json',
  '.flowmason/schemas/project.schema.json',
  '.flowmason/schemas/test.schema.json',
  '.github/workflows/flowmason.yml',
  '.gitignore',
  '.vscode/settings.json',
  'README.md',
  'flowmason.json',
  'pipelines/my-pipeline.pipeline.json',
  'pipelines/my-pipeline.test.json',
];

function files(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

describe('fm init', () => {
  it('makes a project with all that belongs to it, and says what to type next', async () => {
    const folder = tempFolder();
    const { code, stdout, stderr } = await shell(folder)('init', 'apps/shop');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(files(join(folder, 'apps/shop'))).toEqual(FILES);
    expect(stdout).toContain('Next:\n  cd apps/shop\n  fm run my-pipeline\n');
    expect(JSON.parse(readFileSync(join(folder, 'apps/shop/flowmason.json'), 'utf8'))).toMatchObject({ name: 'shop' });
    expect(readFileSync(join(folder, 'apps/shop/README.md'), 'utf8')).toMatch(/^# shop\n/);
    expect(readFileSync(join(folder, 'apps/shop/.gitignore'), 'utf8').split('\n')).toEqual(
      expect.arrayContaining(['.flowmason/', 'flowmason.db*']),
    );
  });

  it('points editors to schemas that exist', async () => {
    const folder = tempFolder();
    await shell(folder)('init', 'shop');
    const root = join(folder, 'shop');
    const settings = JSON.parse(readFileSync(join(root, '.vscode/settings.json'), 'utf8'));
    for (const { url } of settings['json.schemas']) expect(existsSync(join(root, url))).toBe(true);
    const pipeline = join(root, 'pipelines/my-pipeline.pipeline.json');
    const { $schema } = JSON.parse(readFileSync(pipeline, 'utf8'));
    expect(existsSync(join(root, 'pipelines', $schema))).toBe(true);
  });

  it('works in the current folder and keeps what is there', async () => {
    const folder = tempFolder();
    const root = join(folder, 'shop');
    mkdirSync(root);
    writeFileSync(join(root, 'README.md'), 'mine');
    writeFileSync(join(root, '.gitignore'), 'mine too');
    const { code, stdout } = await shell(root)('init', '--here');
    expect(code).toBe(0);
    expect(stdout).toContain('  README.md (was there; left as it is)\n');
    expect(stdout).not.toContain('  cd ');
    expect(files(root)).toEqual(FILES);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toBe('mine');
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('mine too');
  });

  it('takes a name for the current folder', async () => {
    const root = join(tempFolder(), 'My Shop');
    mkdirSync(root);
    const fm = shell(root);
    expect(await fm('init', '--here')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Try: fm init my-shop --here'),
    });
    expect(readdirSync(root)).toEqual([]);
    const made = await fm('init', 'my-shop', '--here', '--json');
    expect(made.json()).toMatchObject({
      name: 'my-shop',
      template: 'default',
      root,
      kept: [],
      pipeline: 'my-pipeline',
    });
  });

  it('overwrites nothing: neither a folder with something in it nor a project', async () => {
    const folder = tempFolder();
    const fm = shell(folder);
    await fm('init', 'shop');
    const before = readFileSync(join(folder, 'shop/flowmason.json'), 'utf8');
    const again = await fm('init', 'shop', '--template', 'etl');
    expect(again).toMatchObject({ code: 5, stdout: '' });
    expect(again.stderr).toContain('ALREADY_EXISTS  The folder shop is not empty');
    const here = await shell(join(folder, 'shop'))('init', '--here', '--json');
    expect(here.code).toBe(5);
    expect(here.json()).toMatchObject({
      error: {
        code: 'ALREADY_EXISTS',
        message: expect.stringContaining('flowmason.json, pipelines/my-pipeline.pipeline.json'),
      },
    });
    expect(readFileSync(join(folder, 'shop/flowmason.json'), 'utf8')).toBe(before);
    expect(existsSync(join(folder, 'shop/pipelines/sync-users.pipeline.json'))).toBe(false);
  });

  it('lists the templates', async () => {
    const { code, stdout } = await shell(tempFolder())('init', '--list');
    expect(code).toBe(0);
    for (const name of ['default', 'etl', 'ai-content', 'approval'])
      expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    expect(stdout).not.toContain('_every');
  });

  it('writes nothing with --dry-run', async () => {
    const folder = tempFolder();
    const { code, stdout } = await shell(folder)('init', 'shop', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('Would make shop from the template default:\n');
    expect(stdout).toContain('  shop/flowmason.json\n');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('asks for nothing without a terminal', async () => {
    const folder = tempFolder();
    expect(await shell(folder)('init')).toMatchObject({ code: 2, stdout: '' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
