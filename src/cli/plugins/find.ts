import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isObject, own } from '../../core/json.ts';

/** A plugin that is installed: an npm package with an `oclif` section, `flowmason.components`, or both. */
export interface FoundPlugin {
  readonly name: string;
  /** The folder of its package.json. */
  readonly root: string;
  /** `project`: listed in flowmason.json; `user`: in the data folder; `link`: a folder that the data folder names. */
  readonly kind: 'project' | 'user' | 'link';
  readonly version: string;
  readonly commands: boolean;
  readonly hooks: boolean;
  readonly components: boolean;
}

export interface FoundPlugins {
  readonly plugins: readonly FoundPlugin[];
  /** What was left out and why, one line each. */
  readonly warnings: readonly string[];
}

export interface PluginPlaces {
  /** The project's folder and the `plugins` of its flowmason.json. */
  readonly project: { readonly root: string; readonly names: readonly string[] } | undefined;
  readonly dataFolder: string;
}

/** Where a user keeps plugins for all projects: `npm install --prefix <folder> NAME` puts one there. */
export function dataFolder(variables: Readonly<Record<string, string | undefined>>): string {
  const xdg = variables.XDG_DATA_HOME;
  const home = variables.LOCALAPPDATA || join(variables.HOME || homedir(), '.local', 'share');
  // A relative path is to be ignored (XDG Base Directory Specification).
  const base = xdg && isAbsolute(xdg) ? xdg : home;
  return join(base, 'flowmason');
}

/** Finds the plugins of a project and of the user; the project's come first, and a name counts once. */
export function findPlugins(places: PluginPlaces): FoundPlugins {
  const plugins = new Map<string, FoundPlugin>();
  const warnings: string[] = [];
  const add = (name: string, kind: FoundPlugin['kind'], root: string | undefined, missing: string): void => {
    if (plugins.has(name)) return;
    const found = root === undefined ? `it is not installed; ${missing}` : readPlugin(name, kind, root);
    if (typeof found === 'string') warnings.push(`plugin ${name} was left out: ${found}`);
    else plugins.set(name, found);
  };
  for (const name of places.project?.names ?? []) {
    const root = places.project?.root ?? '';
    add(name, 'project', installedIn(root, name), `npm install --save-dev ${name} (in ${root})`);
  }
  for (const { name, root } of userPlugins(places.dataFolder, warnings)) {
    const folder = root ?? installedIn(places.dataFolder, name);
    add(name, root === undefined ? 'user' : 'link', folder, `npm install --prefix ${places.dataFolder} ${name}`);
  }
  return { plugins: [...plugins.values()], warnings };
}

/** Looks where Node would: in `node_modules` of the folder and of those above it. */
function installedIn(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = join(at, '..')) {
    const root = join(at, 'node_modules', name);
    if (existsSync(join(root, 'package.json'))) return root;
    if (at === join(at, '..')) return undefined;
  }
}

/**
 * The data folder's package.json, as oclif keeps it (`oclif.plugins`, with links) and as npm keeps it (`dependencies`,
 * of which only plugins count).
 */
function userPlugins(folder: string, warnings: string[]): { name: string; root?: string }[] {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return [];
  const found = readPackage(folder);
  if (typeof found === 'string') {
    warnings.push(`the plugins of ${folder} were left out: ${found}`);
    return [];
  }
  const list: { name: string; root?: string }[] = [];
  const oclif = own(found, 'oclif');
  const listed = isObject(oclif) && Array.isArray(oclif.plugins) ? oclif.plugins : [];
  for (const entry of listed) {
    if (!isObject(entry) || typeof entry.name !== 'string') continue;
    list.push(
      entry.type === 'link' && typeof entry.root === 'string'
        ? { name: entry.name, root: entry.root }
        : { name: entry.name },
    );
  }
  const dependencies = own(found, 'dependencies');
  for (const name of isObject(dependencies) ? Object.keys(dependencies) : []) {
    const root = installedIn(folder, name);
    if (root !== undefined && typeof readPlugin(name, 'user', root) !== 'string') list.push({ name });
  }
  return list;
}

function readPlugin(name: string, kind: FoundPlugin['kind'], root: string): FoundPlugin | string {
  const found = readPackage(root);
  if (typeof found === 'string') return found;
  const oclif = own(found, 'oclif');
  const flowmason = own(found, 'flowmason');
  const commands = isObject(oclif);
  const components = isObject(flowmason) && own(flowmason, 'components') !== undefined;
  if (!commands && !components) return `${join(root, 'package.json')} has neither "oclif" nor "flowmason.components"`;
  const hooks = commands && isObject(oclif.hooks) && Object.keys(oclif.hooks).length > 0;
  const version = typeof found.version === 'string' ? found.version : '0.0.0';
  return { name, root, kind, version, commands, hooks, components };
}

/** A package.json, or why it cannot be used. */
function readPackage(folder: string): Record<string, unknown> | string {
  const file = join(folder, 'package.json');
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(value) ? value : `${file} is not a JSON object`;
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
