import { builtinModules } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { namedExports, SLOW } from './later.ts';
import { DIST, ROOT, require, vendorFile } from './places.ts';

/** Of undici the ways to send, without its mocks, caches and the web's own interfaces: less than half of it. */
const UNDICI = `Object.assign(require('./lib/dispatcher/dispatcher').prototype, require('./lib/api'));
module.exports = {
  Agent: require('./lib/dispatcher/agent'),
  Pool: require('./lib/dispatcher/pool'),
  ProxyAgent: require('./lib/dispatcher/proxy-agent'),
  buildConnector: require('./lib/core/connect'),
};`;

/** Large libraries and what is used of them: each a file in `dist/vendor`. */
export const LIBRARIES: Readonly<Record<string, string>> = {
  '@dagrejs/dagre': "export { Graph, layout } from '@dagrejs/dagre';",
  '@inquirer/prompts': ['confirm', 'input', 'password', 'select']
    .map((name) => `export { default as ${name} } from '@inquirer/${name}';`)
    .join('\n'),
  '@jmespath-community/jmespath': "export * from '@jmespath-community/jmespath';",
  '@hono/node-server': "export { getRequestListener } from '@hono/node-server';",
  'pg-boss': "export { PgBoss } from 'pg-boss';",
  croner: "export * from 'croner';",
  jose: "export { createLocalJWKSet, decodeJwt, errors, jwtVerify } from 'jose';",
  pino: "module.exports = require('pino');",
  'pino-pretty': "module.exports = require('pino-pretty');",
  re2js: "export * from 're2js';",
  undici: UNDICI,
};

/** Whole, for components of projects and plugins; our own get the parts of it that they use. */
export const FOR_COMPONENTS = 'valibot';

/** Needed for help, plugins and unknown words only; together with what commands need of oclif on such occasions. */
export const SHELL = ['@oclif/core/config', '@oclif/core/help'];

/** What traces use of OpenTelemetry, by package: one file, because they share what they are made of. */
const TRACES: Readonly<Record<string, string>> = {
  '@opentelemetry/api': 'DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, diag, trace',
  '@opentelemetry/exporter-trace-otlp-http': 'OTLPTraceExporter',
  '@opentelemetry/resources':
    'detectResources, resourceAttributesEnvDetector, resourceFromAttributes, serviceNameEnvDetector',
  '@opentelemetry/sdk-trace':
    'AlwaysOffSampler, AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, RandomIdGenerator, TraceIdRatioBasedSampler, TracerProvider',
};

export const OPENTELEMETRY = Object.entries(TRACES)
  .map(([name, used], at) => {
    return `import { ${used} } from '${name}';\nconst part${at} = { ${used} };\nexport { part${at} as '${name}' };`;
  })
  .join('\n');

/** In which file a library is that shares it with others. */
const SHARED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SHELL.map((name) => [name, 'oclif'])),
  ...Object.fromEntries(Object.keys(TRACES).map((name) => [name, 'opentelemetry'])),
};

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

/** An import of a large library takes its file, and nothing of it is read before the first use. */
export function libraries(): Plugin {
  return {
    name: 'libraries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^@marcbachmann\/cel-js$/ }, ({ path }) => ({ path, namespace: 'parser' }));
      onLoad({ filter: /./, namespace: 'parser' }, ({ path }) => ({
        contents: PARSER,
        resolveDir: join(ROOT, 'node_modules', path),
      }));
      onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
        path in LIBRARIES || path in SHARED ? { path, namespace: 'library' } : undefined,
      );
      onLoad({ filter: /./, namespace: 'library' }, ({ path }) => {
        const shared = SHARED[path];
        const file = vendorFile(shared ?? path);
        const module = require(join(DIST, file));
        return {
          contents: namedExports(
            `require('${file}')${shared ? `['${path}']` : ''}`,
            shared ? module[path] : module,
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
export function builtins(): Plugin {
  return {
    name: 'builtins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[a-z]/ }, ({ path, kind }) => {
        // Libraries may leave the prefix out.
        const name = builtinModules.includes(path) ? `node:${path}` : path;
        if (!name.startsWith('node:')) return undefined;
        return { path: name, namespace: kind === 'require-call' ? 'builtin-cjs' : 'builtin' };
      });
      onLoad({ filter: /./, namespace: 'builtin-cjs' }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule('${path}');`,
      }));
      onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
        contents: namedExports(`process.getBuiltinModule('${path}')`, require(path), SLOW.includes(path)),
      }));
    },
  };
}
