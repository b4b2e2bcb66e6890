import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';
import { readTemplates } from './src/cli/templates.ts';

const ROOT = dirname(fileURLToPath(import.meta.url));
const DIST = join(ROOT, 'dist');
const OCLIF = '@oclif/core/lib/';

/** Libraries too large to be read at every start, and what is used of them: a file each, loaded by whoever needs it. */
const HEAVY: Readonly<Record<string, string>> = {
  '@inquirer/prompts': ['confirm', 'input', 'password', 'select']
    .map((name) => `export { default as ${name} } from '@inquirer/${name}';`)
    .join('\n'),
  '@jmespath-community/jmespath': "export * from '@jmespath-community/jmespath';",
  '@marcbachmann/cel-js': "export * from '@marcbachmann/cel-js';",
  pino: "module.exports = require('pino');",
  re2js: "export * from 're2js';",
  undici: "module.exports = require('undici');",
};

/** Stays a package of its own, so that a project's components get the very same one by its name. */
const OUTSIDE = 'valibot';

/** What oclif requires at its start and needs only for help, errors and plugins without a manifest. */
const RARE = [
  'ansi-escapes',
  'ansis',
  'clean-stack',
  'cli-spinners',
  'debug',
  'ejs',
  'get-package-type',
  'indent-string',
  'lilconfig',
  'minimatch',
  'string-width',
  'supports-color',
  'tinyglobby',
  'widest-line',
  'wordwrap',
  'wrap-ansi',
];
const RARE_BUILTINS = ['node:child_process', 'node:fs/promises', 'node:perf_hooks', 'node:readline'];

/** Modules of oclif that only its own `run()` and `Command.run()` reach, by who requires them; fm has its own. */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  'command.js': ['./config', './help/util', './ux'],
  'errors/index.js': ['./handle'],
  'flags.js': ['./help'],
};

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

const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

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

/** Everything that fm needs at run time: `dist/fm.js`, `dist/component.js` and `dist/vendor`. */
async function buildBundle(): Promise<BuildResult[]> {
  const getters = RARE.map((name) => `get '${name}'() { return require('${name}'); }`);
  const vendor = await Promise.all([
    buildVendor('oclif', `module.exports = { ${getters.join(', ')} };`, join('node_modules', OCLIF)),
    ...Object.entries(HEAVY).map(([name, contents]) => buildVendor(name, contents, join('node_modules', name))),
  ]);
  const bundle = await build({
    ...COMMON,
    entryPoints: { fm: 'src/cli/main.ts' },
    outdir: DIST,
    format: 'esm',
    sourcemap: 'external',
    external: ['./vendor/*', 'typescript', OUTSIDE],
    plugins: [embedded(), oclifOnDemand(), librariesOnDemand(), builtinsWithoutFacade()],
    banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  });
  return [...vendor, put(bundle)];
}

function vendorFile(name: string): string {
  return `./vendor/${name.replace('@', '').replace('/', '-')}.cjs`;
}

async function buildVendor(name: string, contents: string, resolveDir = '.') {
  const outfile = join(DIST, vendorFile(name));
  return put(
    await build({ ...COMMON, stdin: { contents, resolveDir: join(ROOT, resolveDir) }, outfile, format: 'cjs' }),
  );
}

/** Writes what was built, each file in one step: fm may be running, and so may another build. */
function put<R extends BuildResult<typeof COMMON>>(result: R): R {
  for (const { path, contents } of result.outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
  return result;
}

/** The files that fm carries inside itself, as texts that are parsed when they are needed. */
function embedded(): Plugin {
  const json = (value: unknown): string => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
  return {
    name: 'embedded',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]cli[\\/]templates\.ts$/ }, () => ({
        contents: `export const readTemplates = () => ${json(readTemplates())};`,
      }));
      onLoad({ filter: /[\\/]oclif\.manifest\.json$/ }, ({ path }) => ({
        contents: `export default ${json(JSON.parse(readFileSync(path, 'utf8')))};`,
        loader: 'js',
      }));
      onLoad({ filter: /[\\/]package\.json$/ }, ({ path }) => {
        const { name, version, description } = JSON.parse(readFileSync(path, 'utf8'));
        return { contents: JSON.stringify({ name, version, description }), loader: 'json' };
      });
    },
  };
}

/** oclif's rare requirements become proxies that load on first use, its unused ones empty modules. */
function oclifOnDemand(): Plugin {
  const rare: Readonly<Record<string, { __esModule?: boolean }>> = createRequire(import.meta.url)(
    join(DIST, vendorFile('oclif')),
  );
  const proxy = (load: string, isEsModule: boolean): string =>
    `let real;
module.exports = new Proxy(function () {}, {
  get: (_, key) => (key === '__esModule' ? ${isEsModule} : (real ??= ${load})[key]),
  apply: (_, self, args) => Reflect.apply((real ??= ${load}), self, args),
});`;
  return {
    name: 'oclif-on-demand',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path, importer }) => {
        const module = importer.replaceAll('\\', '/').split(OCLIF)[1];
        if (module === undefined) return undefined;
        if (UNUSED[module]?.includes(path)) return { path, namespace: 'unused' };
        if (path === 'debug' || path === 'wsl-utils') return { path, namespace: 'quiet' };
        if (RARE.includes(path) || RARE_BUILTINS.includes(path)) return { path, namespace: 'rare' };
        return undefined;
      });
      onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
      onLoad({ filter: /./, namespace: 'rare' }, ({ path }) => ({
        contents: path.startsWith('node:')
          ? proxy(`process.getBuiltinModule('${path}')`, false)
          : proxy(`require('${vendorFile('oclif')}')['${path}']`, rare[path]?.__esModule === true),
      }));
      onLoad({ filter: /^debug$/, namespace: 'quiet' }, () => ({
        contents: `const quiet = Object.assign(() => {}, { enabled: false, extend: () => quiet });
module.exports = process.env.DEBUG ? require('${vendorFile('oclif')}').debug : () => quiet;`,
      }));
      // Tells plugins whether they run in WSL; the real one reads /proc at every start.
      onLoad({ filter: /^wsl-utils$/, namespace: 'quiet' }, () => ({
        contents: 'export const isWsl = Boolean(process.env.WSL_DISTRO_NAME);',
      }));
    },
  };
}

/** An import of a heavy library becomes a `require` of its file, run when the importing module is first needed. */
function librariesOnDemand(): Plugin {
  const require = createRequire(import.meta.url);
  return {
    name: 'libraries-on-demand',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[@a-z]/ }, ({ path, namespace }) => {
        if (namespace === 'heavy') return { path, external: true };
        return path in HEAVY || path === OUTSIDE ? { path, namespace: 'heavy' } : undefined;
      });
      onLoad({ filter: /./, namespace: 'heavy' }, ({ path }) => {
        const file = path === OUTSIDE ? path : vendorFile(path);
        const names = Object.keys(require(path === OUTSIDE ? path : join(DIST, file)));
        return { contents: namedExports(`require('${file}')`, names) };
      });
    },
  };
}

/**
 * An ESM import of a built-in module makes Node build a facade that calls every lazy getter of it (`util.TextDecoder`,
 * `fs.promises`): milliseconds at each start. `getBuiltinModule` does not.
 */
function builtinsWithoutFacade(): Plugin {
  return {
    name: 'builtins-without-facade',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path, kind }) => ({
        path,
        namespace: kind === 'require-call' ? 'builtin-cjs' : 'builtin',
      }));
      onLoad({ filter: /./, namespace: 'builtin-cjs' }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule('${path}');`,
      }));
      onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
        contents: namedExports(
          `process.getBuiltinModule('${path}')`,
          Object.keys(process.getBuiltinModule(path) ?? {}),
        ),
      }));
    },
  };
}

/** An ES module with the names of a CommonJS one; those that nobody imports are shaken off. */
function namedExports(module: string, names: readonly string[]): string {
  const valid = names.filter((name) => /^[A-Za-z_]\w*$/.test(name) && name !== 'default');
  const lines = valid.map(
    (name) => `const ${name}$ = /* @__PURE__ */ pick('${name}');\nexport { ${name}$ as ${name} };`,
  );
  return [`const module = ${module};`, 'const pick = (name) => module[name];', ...lines, 'export default module;'].join(
    '\n',
  );
}

/** The folder that `npm pack` makes the published package of: the bundle, its types, and who wrote what is in it. */
function writePackage(results: readonly BuildResult[]): void {
  const target = join(DIST, 'npm');
  rmSync(target, { recursive: true, force: true });
  const copy = (from: string, to = from): void => cpSync(join(ROOT, from), join(target, to), { recursive: true });
  for (const path of [
    'bin',
    'dist/fm.js',
    'dist/component.js',
    'dist/vendor',
    'LICENSE',
    'CHANGELOG.md',
    'README.md',
  ]) {
    if (existsSync(join(ROOT, path))) copy(path);
  }
  for (const path of [
    'package.json',
    'LICENSE.md',
    'dist/index.mjs',
    'dist/index.cjs',
    'dist/index.d.mts',
    'dist/index.d.cts',
  ]) {
    copy(join('node_modules', OUTSIDE, path));
  }
  writeTypes(join(target, 'dist', 'types'));
  writeFileSync(join(target, 'THIRD_PARTY_NOTICES.md'), notices(results));
  const { name, version, description, license, type, engines, bin, dependencies } = PACKAGE;
  const manifest = {
    ...{ name, version, description, license, type, engines, bin },
    exports: {
      './component': { types: './dist/types/executor/component.d.ts', default: './dist/component.js' },
      './package.json': './package.json',
    },
    dependencies: { [OUTSIDE]: dependencies[OUTSIDE] },
    bundleDependencies: [OUTSIDE],
  };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Declarations for who writes components. Their imports end in `.js`, which every version of TypeScript resolves. */
function writeTypes(outDir: string): void {
  const config = join(DIST, 'tsconfig.types.json');
  const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir, rootDir: '../src' };
  const files = ['../src/executor/component.ts'];
  writeFileSync(config, JSON.stringify({ extends: '../tsconfig.json', compilerOptions, files, include: [] }));
  execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config]);
  rmSync(config);
  for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(from '\..*)\.ts';/g, "$1.js';"));
  }
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
