import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { fm, ROOT, tempFolder } from './setup/fm.ts';

const MOST_BYTES = 25e6;
const MOST_PACKAGES = 5;
/** Licences whose code may be carried in a package under MIT. */
const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Unlicense',
]);
const SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** Runs npm as users do, with the Node of this test. */
function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', [...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name));
}

describe('the published package', () => {
  let tarball: string;
  /** The libSQL addons that npm installs on this platform, as tarballs: without a network it cannot fetch them. */
  let addons: string[];
  let packed: { size: number; files: { path: string }[] };

  beforeAll(() => {
    execFileSync(process.execPath, ['build.ts', '--package'], { cwd: ROOT });
    const [result] = JSON.parse(npm(['pack', '--json'], join(ROOT, 'dist', 'npm')));
    packed = result;
    tarball = join(ROOT, 'dist', 'npm', result.filename);
    const target = join(ROOT, 'dist', 'npm');
    const { optionalDependencies } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
    addons = Object.keys(optionalDependencies).flatMap((name) => {
      const folder = join(ROOT, 'node_modules', name);
      if (!existsSync(folder)) return [];
      const [addon] = JSON.parse(npm(['pack', '--json', folder], target));
      expect(addon.version).toBe(optionalDependencies[name]);
      return [join(target, addon.filename)];
    });
  });

  it('is small when installed, brings few packages, and runs no script', async () => {
    const project = tempFolder();
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    npm(['install', '--no-audit', '--no-fund', '--offline', tarball, ...addons], project);
    expect(addons.length).toBeGreaterThan(0);
    const files = filesBelow(join(project, 'node_modules'));
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(MOST_BYTES);
    const manifests = files.filter((file) =>
      /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file.replaceAll('\\', '/')),
    );
    expect(manifests.length).toBeLessThanOrEqual(MOST_PACKAGES);
    for (const file of manifests) {
      const { scripts = {}, license } = JSON.parse(readFileSync(file, 'utf8'));
      expect(Object.keys(scripts).filter((name) => SCRIPTS.includes(name))).toEqual([]);
      expect(LICENCES).toContain(license);
    }

    const bin = join(project, 'node_modules', '.bin', 'fm');
    const run = (...args: string[]) => fm(args, { cwd: project, program: [bin] });
    expect(await run('--version')).toMatchObject({ code: 0, stdout: expect.stringContaining('flowmason/') });
    expect(await run('init', 'shop')).toMatchObject({ code: 0, stderr: '' });
    expect(await run('help', 'run')).toMatchObject({ code: 0, stderr: '' });

    const shop = join(project, 'shop');
    const inside = (...args: string[]) => fm(args, { cwd: shop, program: [bin] });
    expect(JSON.parse((await inside('run', 'my-pipeline', '--json')).stdout)).toMatchObject({ status: 'succeeded' });
    expect(await inside('validate', '--strict')).toMatchObject({ code: 0 });

    // What no command does yet: open a database with the addon beside the package.
    const database = join(project, 'node_modules', 'flowmason', 'dist', 'database.js');
    const code = `const { openStore } = await import(${JSON.stringify(pathToFileURL(database).href)});
const store = await openStore('sqlite:///shop.db', { folder: ${JSON.stringify(shop)}, migrate: true });
console.log(Math.round((await store.health.time()) / 1e12));
await store.close();`;
    const node: [string, ...string[]] = [process.execPath, '--input-type=module', '-e', code];
    expect(await fm([], { cwd: shop, program: node })).toMatchObject({ code: 0, stdout: '2\n', stderr: '' });
  });

  it('lets components be written against its types and run with its own valibot', async () => {
    const project = tempFolder();
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
    npm(['install', '--no-audit', '--no-fund', '--offline', tarball], project);
    writeFileSync(
      join(project, 'check.ts'),
      `import { defineComponent, StageError } from 'flowmason/component';
const component = defineComponent({} as Parameters<typeof defineComponent>[0]);
export const name: string = component.name;
export const wrong: number = component.name;
export const error: Error = new StageError('COMPONENT', 'x', 'y');
`,
    );
    const options = {
      module: 'nodenext',
      moduleResolution: 'nodenext',
      target: 'es2024',
      strict: true,
      noEmit: true,
      types: [],
      lib: ['es2024', 'webworker'],
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['check.ts'] }));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    expect(() => execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'pipe' })).toThrow();
    const complaints = await fm(['-p', project], { program: [process.execPath, tsc] });
    expect(complaints.stdout.trim().split('\n')).toEqual([expect.stringContaining('check.ts(4,')]);
    const { code, stdout } = await fm(
      ['-e', "import('flowmason/component').then((m) => console.log(Object.keys(m).sort().join()))"],
      { cwd: project, program: [process.execPath] },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'StageError,defineComponent\n' });
  });

  it('carries the licence of everything that is in it, and no source maps', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'THIRD_PARTY_NOTICES.md',
        'bin/fm.js',
        'dist/fm.js',
      ]),
    );
    expect(paths.filter((path) => path.endsWith('.map') || path.includes('node_modules'))).toEqual([]);
    const notices = readFileSync(join(ROOT, 'dist', 'npm', 'THIRD_PARTY_NOTICES.md'), 'utf8');
    const named = [...notices.matchAll(/^## (\S+) (\d\S*) \((.+)\)\n\nSource: \S+\n\n(.+)$/gm)];
    for (const [, name, , licence = '', text] of named) {
      expect(LICENCES, name).toContain(licence);
      expect(text, name).not.toBe('');
    }
    const names = named.map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(['@oclif/core', 'valibot', 'undici', '@marcbachmann/cel-js', 're2js', 'jsonc-parser']),
    );
  });
});
