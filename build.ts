import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BuildOptions, BuildResult, OutputFile, Plugin } from 'esbuild';
import { builtins, FOR_COMPONENTS, LIBRARIES, libraries, OPENTELEMETRY, SHELL } from './.build/libraries.ts';
import { OCLIF, oclif, RARE } from './.build/oclif.ts';
import { COMPONENT, writePackage } from './.build/package.ts';
import { withoutUnused } from './.build/pg-boss.ts';
import { DIST, ROOT, vendorFile } from './.build/places.ts';
import { sources } from './.build/sources.ts';
import { withoutOtherProtocols } from './.build/undici.ts';

// What starts fast reads few files, and small ones. So the bundle has four parts, with a file for what they share:
// `fm.js`, the engine (compiler and checker), the runner (components and executor) and the tester. Each large library has a file of
// its own. A module runs when the first one that needs it runs.

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

/** What leaves parts of a library out. */
const PLUGINS: Readonly<Record<string, () => Plugin[]>> = {
  oclif: () => [oclif(false)],
  'pg-boss': () => [withoutUnused()],
  undici: () => [withoutOtherProtocols()],
};

const { build, transform } = await import('esbuild').catch(() => {
  // Without development dependencies, and all the same `npm ci` is to succeed.
  console.error('esbuild is not installed, so nothing is built: fm runs from its sources');
  process.exit(0);
});

// node build.ts                    the bundle
// node build.ts --manifest         oclif.manifest.json anew (after any change of a command's flags or texts), then that
// node build.ts --package          that, and the package that is published, in dist/npm
// node build.ts --edge             that, and the control plane for Cloudflare, in dist/edge/cloudflare.js
// node build.ts --print-manifest   what the manifest should be, and nothing else
const flags = new Set(process.argv.slice(2));
if (flags.has('--print-manifest')) process.stdout.write(await commandManifest());
else {
  if (flags.has('--manifest')) writeFileSync(join(ROOT, 'oclif.manifest.json'), await commandManifest());
  const results = await buildBundle();
  if (flags.has('--package')) writePackage(results);
  if (flags.has('--edge')) await writeEdge();
}

async function commandManifest(): Promise<string> {
  const manifest = await import('./.build/manifest.ts');
  return manifest.commandManifest();
}

/** Everything that fm needs at run time. */
async function buildBundle(): Promise<BuildResult[]> {
  const getters = (names: readonly string[]) => names.map((name) => `get '${name}'() { return require('${name}'); }`);
  const vendor = await Promise.all([
    buildVendor(
      'oclif',
      `module.exports = { ${getters([...SHELL, ...RARE]).join(', ')} };`,
      join('node_modules', OCLIF),
    ),
    buildVendor('opentelemetry', OPENTELEMETRY, '.'),
    buildVendor(FOR_COMPONENTS, `export * from '${FOR_COMPONENTS}';`, '.'),
    ...Object.entries(LIBRARIES).map(([name, contents]) => buildVendor(name, contents, join('node_modules', name))),
  ]);
  const bundle = await build({
    ...COMMON,
    entryPoints: { fm: 'entry:fm', database: 'entry:database' },
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
  const outputFiles = await Promise.all(bundle.outputFiles.map(compactLibraries));
  return [...vendor, put({ ...bundle, outputFiles }), put(component)];
}

/** Not in the package: who deploys there has a checkout. */
async function writeEdge(): Promise<void> {
  const { edgeBundle } = await import('./.build/edge.ts');
  const { text } = await edgeBundle();
  mkdirSync(join(DIST, 'edge'), { recursive: true });
  writeFileSync(join(DIST, 'edge', 'cloudflare.js'), text);
}

async function buildVendor(name: string, contents: string, resolveDir: string) {
  const stdin = { contents, resolveDir: join(ROOT, resolveDir) };
  const plugins = PLUGINS[name]?.() ?? [];
  const result = await build({ ...COMMON, stdin, plugins, outfile: join(DIST, vendorFile(name)), format: 'cjs' });
  return put({ ...result, outputFiles: await Promise.all(result.outputFiles.map(compact)) });
}

/**
 * A library without its comments and blanks, and with short names inside of its functions: half to install and to read.
 * Our own code keeps its lines and names, so that stack traces can be read.
 */
async function compact(file: OutputFile): Promise<OutputFile> {
  return { ...file, text: await compacted(file.text) };
}

/** The same for libraries that stand among our own modules. esbuild says before each module which file it is. */
async function compactLibraries(file: OutputFile): Promise<OutputFile> {
  if (!file.path.endsWith('.js')) return file;
  const modules = file.text.split(/^(?=\/\/ \S+\.[cm]?[jt]s$)/m);
  const isLibrary = (text: string): boolean => text.startsWith('// node_modules/');
  const texts = await Promise.all(modules.map((text) => (isLibrary(text) ? compacted(text) : text)));
  return { ...file, text: texts.join('') };
}

async function compacted(text: string): Promise<string> {
  // What is a module for esbuild would get other names for what the modules beside it use.
  const isModule = /\bimport\.meta\b|^(?:import|export|await)\b/m.test(text);
  const how = isModule ? { minifyWhitespace: true } : { minify: true };
  const { code } = await transform(compiledAtOnce(text), { ...how, target: COMMON.target, legalComments: 'none' });
  return code;
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
    const isPart =
      /^(chunk|deployer|engine|otlp|runner|server|tester)-\w+\.js(\.map)?$/.test(name) && !current.has(name);
    const age = isPart ? Date.now() - (statSync(join(DIST, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) : 0;
    if (age > 600_000) rmSync(join(DIST, name), { force: true });
  }
}
