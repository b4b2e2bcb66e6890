import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';
import { readTemplates } from './src/cli/templates.ts';

// What starts fast reads few files, and small ones. So the bundle has three parts (`fm.js`, the engine, and what both
// share) and a file for each large library, and a module runs when the first one that needs it runs.

const ROOT = dirname(fileURLToPath(import.meta.url));
const DIST = join(ROOT, 'dist');
const OCLIF = '@oclif/core/lib/';

/** Commands that do without the engine (compiler, components, executor), by the beginning of their file's name. */
const LIGHT = ['./completion', './config/', './explain', './list'];

/**
 * Of cel-js the parser with the macros it knows: its evaluator, which nobody calls, would register hundreds of functions
 * at every start.
 */
const PARSER = `import { createRegistry } from './lib/registry.js';
import { registerMacros } from './lib/macros.js';
import { createOptions } from './lib/options.js';
import { Parser } from './lib/parser.js';
export { ParseError } from './lib/errors.js';
const macros = createRegistry({ enableOptionalTypes: false });
registerMacros(macros);
export class Environment {
  #parser;
  constructor(given) {
    const { limits, enableOptionalTypes } = createOptions(given);
    this.#parser = new Parser(limits, { enableOptionalTypes, findMacro: (...wanted) => macros.findMacro(...wanted) });
  }
  parse(source) {
    return { ast: this.#parser.parse(source) };
  }
}`;

/** Large libraries and what is used of them: each a file in `dist/vendor`. */
const LIBRARIES: Readonly<Record<string, string>> = {
  '@inquirer/prompts': ['confirm', 'input', 'password', 'select']
    .map((name) => `export { default as ${name} } from '@inquirer/${name}';`)
    .join('\n'),
  '@jmespath-community/jmespath': "export * from '@jmespath-community/jmespath';",
  '@marcbachmann/cel-js': PARSER,
  croner: "export * from 'croner';",
  re2js: "export * from 're2js';",
  undici: "module.exports = require('undici');",
};

/** Whole, for components of projects and plugins; our own get the parts of it that they use. */
const FOR_COMPONENTS = 'valibot';

/** Needed for help, plugins and unknown words only; together with what commands need of oclif on such occasions. */
const SHELL = ['@oclif/core/config', '@oclif/core/help'];

/** What oclif requires at its start and seldom uses. */
const RARE = [
  ...['ansi-escapes', 'ansis', 'clean-stack', 'cli-spinners', 'debug', 'ejs', 'get-package-type', 'indent-string'],
  ...['lilconfig', 'minimatch', 'string-width', 'supports-color', 'tinyglobby', 'widest-line', 'wordwrap', 'wrap-ansi'],
];

/** Modules of oclif that only its own ways to run a command reach, by who requires them; fm has its own. */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  'command.js': ['./config', './help/util', './ux'],
  'errors/index.js': ['./handle'],
  'flags.js': ['./help'],
};

/** Built-in modules that take milliseconds to load. */
const SLOW = [
  ...['node:child_process', 'node:crypto', 'node:dns', 'node:fs/promises', 'node:http', 'node:https', 'node:net'],
  ...['node:perf_hooks', 'node:readline', 'node:tls', 'node:worker_threads', 'node:zlib'],
];

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  write: false,
} satisfies BuildOptions;

/** What `flowmason/component` is to who writes components. */
const COMPONENT = `export { defineComponent } from './src/executor/component.ts';
export { StageError } from './src/core/run.ts';`;

/** Stands for a function, class or object that is loaded when something is done with it. */
const LATER = `const later = (load, isEsModule) => new Proxy(function () {}, {
  get: (_, key) => (key === '__esModule' ? isEsModule : load()[key]),
  apply: (_, self, args) => Reflect.apply(load(), self, args),
  construct: (_, args, target) => Reflect.construct(load(), args, target),
});
`;

const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const require = createRequire(import.meta.url);

// node build.ts                    the bundle
// node build.ts --manifest         oclif.manifest.json anew (after any change of a command's flags or texts), then that
// node build.ts --package          that, and the package that is published, in dist/npm
// node build.ts --print-manifest   what the manifest should be, and nothing else
const flags = new Set(process.argv.slice(2));
if (flags.has('--print-manifest')) process.stdout.write(await commandManifest());
else {
  if (flags.has('--manifest')) writeFileSync(join(ROOT, 'oclif.manifest.json'), await commandManifest());
  const results = await buildBundle();
  if (flags.has('--package')) writePackage(results);
}

/** Every command's arguments, flags and texts, as oclif reads them from the classes. */
async function commandManifest(): Promise<string> {
  const [{ Plugin }, { settings }] = await Promise.all([import('@oclif/core/config'), import('@oclif/core/settings')]);
  settings.tsnodeEnabled = false;
  const commands = { strategy: 'explicit', target: './src/cli/commands/all.ts' };
  const plugin = new Plugin({
    root: ROOT,
    isRoot: true,
    pjson: { ...PACKAGE, oclif: { commands } },
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  return `${JSON.stringify(plugin.manifest, null, 2)}\n`;
}

/** Everything that fm needs at run time. */
async function buildBundle(): Promise<BuildResult[]> {
  const getters = [...SHELL, ...RARE].map((name) => `get '${name}'() { return require('${name}'); }`);
  const vendor = await Promise.all([
    buildVendor('oclif', `module.exports = { ${getters.join(', ')} };`, join('node_modules', OCLIF)),
    buildVendor(FOR_COMPONENTS, `export * from '${FOR_COMPONENTS}';`, '.'),
    ...Object.entries(LIBRARIES).map(([name, contents]) => buildVendor(name, contents, join('node_modules', name))),
  ]);
  const bundle = await build({
    ...COMMON,
    entryPoints: { fm: 'src/cli/main.ts' },
    outdir: DIST,
    chunkNames: '[name]-[hash]',
    splitting: true,
    format: 'esm',
    sourcemap: 'external',
    external: ['./vendor/*', 'typescript'],
    plugins: [sources(), oclif(true), libraries(), builtins()],
    banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  });
  const component = await build({
    ...COMMON,
    stdin: { contents: COMPONENT, resolveDir: ROOT },
    outfile: join(DIST, 'component.js'),
    format: 'esm',
  });
  removeOldParts(bundle);
  return [...vendor, put(bundle), put(component)];
}

function vendorFile(name: string): string {
  return `./vendor/${name.replace('@', '').replace('/', '-')}.cjs`;
}

async function buildVendor(name: string, contents: string, resolveDir: string) {
  const stdin = { contents, resolveDir: join(ROOT, resolveDir) };
  const plugins = name === 'oclif' ? [oclif(false)] : [];
  return put(await build({ ...COMMON, stdin, plugins, outfile: join(DIST, vendorFile(name)), format: 'cjs' }));
}

/** Writes what was built, each file in one step: fm may be running, and so may another build. */
function put<R extends BuildResult<typeof COMMON>>(result: R): R {
  for (const { path, text } of result.outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, path.endsWith('.map') ? text : compiledAtOnce(text));
    renameSync(`${path}.${process.pid}`, path);
  }
  return result;
}

/**
 * V8 compiles a function in parentheses with the file, so that it stands in the compile cache, and any other on its
 * first call, at every start anew. What runs in every start are the functions that esbuild wraps modules in.
 */
function compiledAtOnce(code: string): string {
  const wrapper =
    /^(var \w+ = __(?:esm|commonJS)\(\{\n {2}"[^"\n]+")\(([^)\n]*)\) (\{\n(?:[\s\S]*?\n)?? {2}\})(\n\}\);)$/gm;
  return code.replaceAll(wrapper, '$1: (function ($2) $3)$4');
}

/** Parts of earlier builds have other names. Those of the last minutes may still be wanted by a process that runs. */
function removeOldParts({ outputFiles }: BuildResult<typeof COMMON>): void {
  const current = new Set(outputFiles.map(({ path }) => basename(path)));
  for (const name of existsSync(DIST) ? readdirSync(DIST) : []) {
    const isPart = /^(chunk|engine)-\w+\.js(\.map)?$/.test(name) && !current.has(name);
    const age = isPart ? Date.now() - (statSync(join(DIST, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) : 0;
    if (age > 600_000) rmSync(join(DIST, name), { force: true });
  }
}

/**
 * Our own modules. `import()` of another one only delays running it; the engine is the one part that is also read
 * later. Templates, the manifest and the version are carried inside, as texts that are parsed when they are needed.
 */
function sources(): Plugin {
  const json = (value: unknown): string => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
  const isLight = (path: string): boolean => LIGHT.some((start) => path.startsWith(start));
  const heavy: string[] = [];
  return {
    name: 'sources',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /[\\/]cli[\\/]templates\.ts$/ }, () => ({
        contents: `export const readTemplates = () => ${json(readTemplates())};`,
      }));
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const commands = path.endsWith(join('commands', 'index.ts'));
        const contents = readFileSync(path, 'utf8').replaceAll(
          /(?<!typeof )\bimport\('([^']+)'\)/g,
          (_, target: string) => {
            const module = target === FOR_COMPONENTS ? vendorFile(target) : target;
            if (!commands || isLight(target)) return `Promise.resolve().then(() => require('${module}'))`;
            heavy.push(target);
            return `import('engine').then((engine) => engine.load('${target}'))`;
          },
        );
        return { contents, loader: 'ts' };
      });
      onResolve({ filter: /^engine$/ }, ({ resolveDir }) => ({
        path: 'engine',
        namespace: 'engine',
        pluginData: resolveDir,
      }));
      onLoad({ filter: /./, namespace: 'engine' }, ({ pluginData }) => ({
        resolveDir: pluginData,
        contents: `const modules = { ${heavy.map((path) => `'${path}': () => require('${path}')`).join(', ')} };
export const load = (path) => modules[path]();`,
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

/** oclif with its rare requirements loaded on first use, and without its unused modules where commands are concerned. */
function oclif(forCommands: boolean): Plugin {
  return {
    name: 'oclif',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path, importer, namespace }) => {
        const module = importer.replaceAll('\\', '/').split(OCLIF)[1];
        if (module === undefined || namespace !== 'file') return undefined;
        if (forCommands && UNUSED[module]?.includes(path)) return { path, namespace: 'unused' };
        if (path === 'debug' || path === 'wsl-utils') return { path, namespace: 'quiet' };
        return RARE.includes(path) || SLOW.includes(path)
          ? { path, namespace: 'rare', pluginData: dirname(importer) }
          : undefined;
      });
      onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
      onLoad({ filter: /./, namespace: 'rare' }, ({ path, pluginData }) => {
        const { __esModule: isEsModule = false } = require(require.resolve(path, { paths: [pluginData] }));
        const load =
          forCommands && RARE.includes(path) ? `require('${vendorFile('oclif')}')['${path}']` : `require('${path}')`;
        return { resolveDir: pluginData, contents: `${LATER}module.exports = later(() => ${load}, ${isEsModule});` };
      });
      onLoad({ filter: /^debug$/, namespace: 'quiet' }, () => ({
        contents: `const quiet = Object.assign(() => {}, { enabled: false, extend: () => quiet });
module.exports = () => quiet;`,
      }));
      // Tells plugins whether they run in WSL; the real one reads /proc at every start.
      onLoad({ filter: /^wsl-utils$/, namespace: 'quiet' }, () => ({
        contents: 'export const isWsl = Boolean(process.env.WSL_DISTRO_NAME);',
      }));
    },
  };
}

/** An import of a large library takes its file, and nothing of it is read before the first use. */
function libraries(): Plugin {
  return {
    name: 'libraries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
        path in LIBRARIES || SHELL.includes(path) ? { path, namespace: 'library' } : undefined,
      );
      onLoad({ filter: /./, namespace: 'library' }, ({ path }) => {
        const shell = SHELL.includes(path);
        const file = vendorFile(shell ? 'oclif' : path);
        const module = require(join(DIST, file));
        return {
          contents: namedExports(
            `require('${file}')${shell ? `['${path}']` : ''}`,
            shell ? module[path] : module,
            true,
          ),
        };
      });
    },
  };
}

/**
 * An ESM import of a built-in module makes Node build a facade that calls every lazy getter of it (`util.TextDecoder`,
 * `fs.promises`): milliseconds at each start. `getBuiltinModule` does not.
 */
function builtins(): Plugin {
  return {
    name: 'builtins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path, kind }) => ({
        path,
        namespace: kind === 'require-call' ? 'builtin-cjs' : 'builtin',
      }));
      onLoad({ filter: /./, namespace: 'builtin-cjs' }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule('${path}');`,
      }));
      onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
        contents: namedExports(`process.getBuiltinModule('${path}')`, require(path), SLOW.includes(path)),
      }));
    },
  };
}

/** An ES module with the names of a CommonJS one; those that nobody imports are shaken off. */
function namedExports(load: string, module: Readonly<Record<string, unknown>>, late: boolean): string {
  const names = Object.keys(module).filter((name) => /^[A-Za-z_]\w*$/.test(name) && name !== 'default');
  const lines = names.map((name) => {
    const isLate = late && (typeof module[name] === 'function' || typeof module[name] === 'object');
    const value = isLate ? `later(() => load().${name})` : `pick('${name}')`;
    return `const ${name}$ = /* @__PURE__ */ ${value};\nexport { ${name}$ as ${name} };`;
  });
  return `let module;
const load = () => (module ??= ${load});
const pick = (name) => load()[name];
${LATER}${lines.join('\n')}
export default /* @__PURE__ */ later(load);`;
}

/** The folder that `npm pack` makes the published package of: the bundle, its types, and who wrote what is in it. */
function writePackage(results: readonly BuildResult[]): void {
  const target = join(DIST, 'npm');
  rmSync(target, { recursive: true, force: true });
  const parts = results.flatMap(({ outputFiles = [] }) => outputFiles.map(({ path }) => relative(ROOT, path)));
  for (const path of [
    'bin',
    'LICENSE',
    'CHANGELOG.md',
    'README.md',
    ...parts.filter((part) => !part.endsWith('.map')),
  ]) {
    if (existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(target, path), { recursive: true });
  }
  writeTypes(join(target, 'dist', 'types'));
  writeFileSync(join(target, 'THIRD_PARTY_NOTICES.md'), notices(results));
  const { name, version, description, license, type, engines, bin } = PACKAGE;
  const exports = {
    './component': { types: './dist/types/index.d.ts', default: './dist/component.js' },
    './package.json': './package.json',
  };
  const manifest = { name, version, description, license, type, engines, bin, exports };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Declarations for who writes components, those of valibot included; imports end in `.js`, as TypeScript wants them. */
function writeTypes(outDir: string): void {
  const config = join(DIST, 'tsconfig.types.json');
  const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir, rootDir: '../src' };
  const files = ['../src/executor/component.ts', '../src/core/run.ts'];
  writeFileSync(config, JSON.stringify({ extends: '../tsconfig.json', compilerOptions, files, include: [] }));
  execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config]);
  rmSync(config);
  for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const text = readFileSync(file, 'utf8').replaceAll(/(from '\..*)\.ts';/g, "$1.js';");
    writeFileSync(file, text.replaceAll("from 'valibot';", "from '../valibot.js';"));
  }
  cpSync(join(ROOT, 'node_modules', 'valibot', 'dist', 'index.d.mts'), join(outDir, 'valibot.d.ts'));
  writeFileSync(
    join(outDir, 'index.d.ts'),
    COMPONENT.replaceAll('./src/', './').replaceAll('.ts', '.js').replace('{ defineComponent }', '*'),
  );
}

/** Name, version and licence text of every package that a part of the bundle comes from. */
function notices(results: readonly BuildResult[]): string {
  const outputs = results.flatMap(({ metafile }) => Object.values(metafile?.outputs ?? {}));
  const inputs = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const folders = inputs.map(([path]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const sections = [...new Set(folders)].filter((folder) => folder !== undefined).map(noticeOf);
  return ['# Third-party notices', 'This package contains parts of the following packages.', ...sections.sort()].join(
    '\n\n',
  );
}

function noticeOf(folder: string): string {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(ROOT, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(ROOT, folder, file), 'utf8').trim() : 'No licence text is part of the package.';
  const source = `Source: ${homepage ?? `https://www.npmjs.com/package/${name}`}`;
  return `## ${name} ${version} (${license})\n\n${source}\n\n${text}`;
}
