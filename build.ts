import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';

const ROOT = dirname(fileURLToPath(import.meta.url));
const DIST = join(ROOT, 'dist');
const OCLIF = '@oclif/core/lib/';

/** Libraries too large to be read at every start: a file each, loaded by the first module that uses it. */
const HEAVY = ['@inquirer/prompts', '@jmespath-community/jmespath', '@marcbachmann/cel-js', 'pino', 're2js', 'undici'];

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

const vendor = await Promise.all(HEAVY.map((name) => buildVendor(name, `module.exports = require('${name}');`)));
const getters = RARE.map((name) => `get '${name}'() { return require('${name}'); }`);
vendor.push(await buildVendor('oclif', `module.exports = { ${getters.join(', ')} };`, join('node_modules', OCLIF)));
const bundle = await build({
  ...COMMON,
  entryPoints: { fm: 'src/cli/main.ts' },
  outdir: DIST,
  format: 'esm',
  sourcemap: 'external',
  external: ['./vendor/*', 'typescript'],
  plugins: [oclifOnDemand(), librariesOnDemand(), builtinsWithoutFacade()],
  banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
});
put(bundle);
writeFileSync('/tmp/oc/meta.json', JSON.stringify(bundle.metafile));

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
      onResolve({ filter: /^[@a-z]/ }, ({ path }) => (HEAVY.includes(path) ? { path, namespace: 'heavy' } : undefined));
      onLoad({ filter: /./, namespace: 'heavy' }, ({ path }) => ({
        contents: namedExports(`require('${vendorFile(path)}')`, Object.keys(require(join(DIST, vendorFile(path))))),
      }));
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
