import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where the loader finds the modules of the running program; a loader is one per process, and so is this. */
const KEY = Symbol.for('flowmason.own-modules');
const SCHEME = 'flowmason:';
const TYPESCRIPT = /\.[mc]?ts$/;
/** A second look at a file with the TypeScript parser, which says where a syntax error is. */
export const LOCATE = 'locate';

interface OwnModules {
  /** By specifier: `valibot`, `flowmason/component`. */
  readonly modules: Map<string, Readonly<Record<string, unknown>>>;
  /** File URLs of folders whose modules get them, with a `/` at the end. */
  readonly roots: Set<string>;
}

/**
 * From now on modules below `folder` that import `flowmason/component` or `valibot` get those of the running program,
 * whatever is installed beside them, and are read as ES modules, TypeScript by taking its types out.
 */
export async function provideOwnModules(folder: string): Promise<void> {
  const held = globalThis as { [KEY]?: OwnModules };
  if (!held[KEY]) {
    const [{ defineComponent }, { StageError }, valibot] = await Promise.all([
      import('../../../executor/component.ts'),
      import('../../../core/run.ts'),
      import('valibot'),
    ]);
    const own = { 'flowmason/component': { defineComponent, StageError }, valibot };
    held[KEY] ??= { modules: new Map(Object.entries(own)), roots: new Set() };
    hook(held[KEY]);
  }
  held[KEY].roots.add(`${pathToFileURL(folder).href}/`);
}

function hook({ modules, roots }: OwnModules): void {
  const isOurs = (url: string | undefined): boolean => {
    const root = url === undefined ? undefined : [...roots].find((candidate) => url.startsWith(candidate));
    // Packages that are installed there have their own.
    return root !== undefined && !url?.slice(root.length).includes('node_modules/');
  };
  registerHooks({
    resolve(specifier, context, next) {
      if (modules.has(specifier) && isOurs(context.parentURL)) {
        return { url: `${SCHEME}${specifier}`, format: 'module', shortCircuit: true };
      }
      const resolved = next(specifier, context);
      const format = isOurs(resolved.url) ? formatOf(resolved.url) : undefined;
      return format === undefined ? resolved : { ...resolved, format };
    },
    load(url, context, next) {
      const module = url.startsWith(SCHEME) ? modules.get(url.slice(SCHEME.length)) : undefined;
      if (!module) return next(url, context);
      return { format: 'module', shortCircuit: true, source: reexport(url.slice(SCHEME.length), Object.keys(module)) };
    },
  });
}

/** ES modules, whatever a package.json says or does not say; undefined for what is no code (JSON, addons, CommonJS). */
function formatOf(url: string): 'module' | 'module-typescript' | undefined {
  if (!url.startsWith('file:')) return undefined;
  const { searchParams } = new URL(url);
  const path = fileURLToPath(url);
  if (TYPESCRIPT.test(path) || (searchParams.has(LOCATE) && /\.m?js$/.test(path))) return 'module-typescript';
  return /\.m?js$/.test(path) ? 'module' : undefined;
}

/** A module text that exports what the program's own module has, by name. Names may be reserved words. */
function reexport(specifier: string, names: readonly string[]): string {
  const lines = names.map(
    (name, i) => `const x${i} = own[${JSON.stringify(name)}]; export { x${i} as ${JSON.stringify(name)} };`,
  );
  return `const own = globalThis[Symbol.for('flowmason.own-modules')].modules.get(${JSON.stringify(specifier)});\n${lines.join('\n')}\n`;
}
