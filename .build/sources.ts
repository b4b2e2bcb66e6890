import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { readTemplates } from '../src/cli/templates.ts';
import { builtInDescriptors } from '../src/hosts/node/components/built-in.ts';
import { readMigrations } from '../src/hosts/node/database/migrations.ts';
import { FOR_COMPONENTS } from './libraries.ts';
import { ROOT, vendorFile } from './places.ts';

/** Which part a command is in, by the beginning of its file's name; all others are in the engine. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  deployer: [
    ...[
      './deploy.ts',
      './diff.ts',
      './drift.ts',
      './history.ts',
      './org/',
      './promote.ts',
      './pull.ts',
      './push.ts',
      './rollback.ts',
      './status.ts',
    ],
    ...['./audit', './env/', './health', './keys/', './secrets/', './triggers/', './vars/', './workers/'],
  ],
  fm: ['./completion', './config/', './explain', './list'],
  runner: ['./run.ts', './runs/'],
  server: ['./migrate.ts', './serve.ts', './worker.ts'],
  lister: ['./test.ts'],
  tester: ['./test/'],
};

/** What other parts load late from a part, by its file: all tests behind it are there once. */
const LATE: Readonly<Record<string, string>> = {
  'src/cli/actions/release/prove-tests.ts': 'tester',
  'src/cli/actions/test/host.ts': 'tester',
  'src/cli/actions/test/once.ts': 'tester',
  'src/cli/actions/test/watch.ts': 'tester',
};

/** What one part and the database use. */
const WITH_DATABASE = ['@noble/hashes/sha2.js', './src/hosts/node/clock.ts'];

/**
 * The files of the bundle that are opened from outside. What some parts share and others do not would be files of their
 * own, and every start reads most of them: so all parts reach what fm reaches, and fm reaches what the database shares.
 */
const ENTRIES: Readonly<Record<string, string>> = {
  fm: `export * from './src/cli/main.ts';
export { fileURLToPath } from 'node:url';
export const shared = () => [${WITH_DATABASE.map((path) => `require('${path}')`).join(', ')}];`,
  database: `export * from './src/hosts/node/database/open.ts';
export const shared = () => require('./src/cli/main.ts');`,
};

/** What two parts use and the third does not would be files of their own; these are too small for that. */
const SHARED = [
  '../actions/git.ts',
  '../actions/guard-components.ts',
  '../actions/run/interrupt.ts',
  '../main.ts',
  '../../core/path.ts',
  '../../hosts/node/clock.ts',
  '../package.ts',
  '../print/failure.ts',
  '../print/section.ts',
  '../print/validate.ts',
  '../print/wrap.ts',
  '../prompt.ts',
];

function lateOf(part: string): string[] {
  return Object.keys(LATE).filter((file) => LATE[file] === part);
}

/**
 * Our own modules. `import()` of another one only delays running it; only the parts of the bundle are also read later. Templates, migrations, the manifest and the version are carried inside, as texts that are parsed when they are needed.
 */
export function sources(): Plugin {
  const json = (value: unknown): string => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
  const commands: Record<string, string[]> = {};
  const partOf = (path: string): string =>
    Object.keys(PARTS).find((part) => PARTS[part]?.some((start) => path.startsWith(start))) ?? 'engine';
  return {
    name: 'sources',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /[\\/]components[\\/]built-in\.ts$/ }, () => ({
        // Its schemas are made when they are read, so each is read.
        contents: `export const builtInDescriptors = () => ${json(builtInDescriptors().map(({ config, output, ...rest }) => ({ ...rest, config, output })))};`,
      }));
      onLoad({ filter: /[\\/]cli[\\/]templates\.ts$/ }, () => ({
        contents: `export const readTemplates = () => ${json(readTemplates())};`,
      }));
      onLoad({ filter: /[\\/]database[\\/]migrations\.ts$/ }, () => ({
        contents: `export const readMigrations = () => ${json(readMigrations())};`,
      }));
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const isRegistry = path.endsWith(join('commands', 'index.ts'));
        const contents = readFileSync(path, 'utf8').replaceAll(
          /(?<!typeof )\bimport\('([^']+)'\)/g,
          (_, target: string) => {
            const module = target === FOR_COMPONENTS ? vendorFile(target) : target;
            const late = relative(ROOT, join(dirname(path), target)).replaceAll('\\', '/');
            if (LATE[late]) return `import('part:${LATE[late]}').then((part) => part.load('${late}'))`;
            const part = isRegistry ? partOf(target) : 'fm';
            if (part === 'fm') return `Promise.resolve().then(() => require('${module}'))`;
            commands[part] = [...(commands[part] ?? []), target];
            return `import('part:${part}').then((part) => part.load('${target}'))`;
          },
        );
        return { contents, loader: 'ts' };
      });
      onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice('entry:'.length), namespace: 'entry' }));
      onLoad({ filter: /./, namespace: 'entry' }, ({ path }) => ({ contents: ENTRIES[path] ?? '', resolveDir: ROOT }));
      onResolve({ filter: /^part:/ }, ({ path }) => ({ path: path.slice('part:'.length), namespace: 'part' }));
      onLoad({ filter: /./, namespace: 'part' }, ({ path: part }) => ({
        resolveDir: join(ROOT, 'src/cli/commands'),
        contents: `const modules = { ${[...(commands[part] ?? []), ...lateOf(part)].map((path) => `'${path}': () => require('${path.replace(/^src\//, '../../')}')`).join(', ')} };
export const load = (path) => modules[path]();
export const shared = () => [${SHARED.map((path) => `require('${path}')`).join(', ')}];`,
      }));
      onLoad({ filter: /[\\/]oclif\.manifest\.json$/ }, ({ path }) => ({
        contents: `export default ${json(JSON.parse(readFileSync(path, 'utf8')))};`,
        loader: 'js',
      }));
      onLoad({ filter: /[\\/]package\.json$/ }, ({ path }) => {
        const { name, version, description } = JSON.parse(readFileSync(path, 'utf8'));
        return { contents: JSON.stringify({ name, version, description }), loader: 'json' };
      });
      // Its tables for formatting, which nobody uses, take longer to make than a file to parse.
      onResolve({ filter: /^jsonc-parser$/ }, () => ({
        path: join(ROOT, 'node_modules', 'jsonc-parser', 'lib', 'esm', 'main.js'),
        sideEffects: false,
      }));
      onResolve({ filter: /^\.\/(format|edit|string-intern)$/ }, ({ path, importer }) =>
        importer.includes('jsonc-parser')
          ? { path: join(dirname(importer), `${path}.js`), sideEffects: false }
          : undefined,
      );
    },
  };
}
