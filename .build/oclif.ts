import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';
import { LATER, SLOW } from './later.ts';
import { require, vendorFile } from './places.ts';

export const OCLIF = '@oclif/core/lib/';

/** What oclif requires at its start and seldom uses. */
export const RARE = [
  ...['ansi-escapes', 'ansis', 'clean-stack', 'cli-spinners', 'debug', 'ejs', 'get-package-type', 'indent-string'],
  ...['lilconfig', 'minimatch', 'string-width', 'supports-color', 'tinyglobby', 'widest-line', 'wordwrap', 'wrap-ansi'],
];

/** Modules of oclif that only its own ways to run a command reach, by who requires them; fm has its own. */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  'command.js': ['./config', './help/util', './ux'],
  'errors/index.js': ['./handle'],
  'flags.js': ['./help'],
  'parser/index.js': ['./help'],
};

/** oclif with its rare requirements loaded on first use, and without its unused modules where commands are concerned. */
export function oclif(forCommands: boolean): Plugin {
  return {
    name: 'oclif',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path, importer, namespace }) => {
        const module = importer.replaceAll('\\', '/').split(OCLIF)[1];
        if (module === undefined || namespace !== 'file') return undefined;
        if (forCommands && UNUSED[module]?.includes(path)) return { path, namespace: 'unused' };
        if (forCommands && path.endsWith('/screen')) return { path, namespace: 'screen' };
        if (path === 'debug' || path === 'wsl-utils') return { path, namespace: 'quiet' };
        return RARE.includes(path) || SLOW.includes(path)
          ? { path, namespace: 'rare', pluginData: dirname(importer) }
          : undefined;
      });
      onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
      // To measure a terminal opens its streams; commands measure it themselves, when they print.
      onLoad({ filter: /./, namespace: 'screen' }, () => ({
        contents: 'exports.stdtermwidth = exports.errtermwidth = 100;',
      }));
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
