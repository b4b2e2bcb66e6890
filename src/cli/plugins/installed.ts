import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { isObject } from '../../core/json.ts';
import { findProjectRoot } from '../project/find.ts';
import { dataFolder, type FoundPlugins, findPlugins } from './find.ts';

/**
 * The plugins of the project around `cwd` and of the user. Costs a few `stat`s when there are none: flowmason.json is
 * parsed only where it names `plugins`.
 */
export function installedPlugins(cwd: string, variables: Readonly<Record<string, string | undefined>>): FoundPlugins {
  const folder = dataFolder(variables);
  const root = findProjectRoot(cwd);
  const names = root === undefined ? [] : listedPlugins(join(root, 'flowmason.json'));
  if (names.length === 0 && !existsSync(join(folder, 'package.json'))) return { plugins: [], warnings: [] };
  return findPlugins({ project: root === undefined ? undefined : { root, names }, dataFolder: folder });
}

/** A damaged flowmason.json names no plugins here; whoever needs the file says what is wrong with it. */
function listedPlugins(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  if (!text.includes('"plugins"')) return [];
  const config: unknown = parse(text, [], { allowTrailingComma: true });
  const plugins = isObject(config) ? config.plugins : undefined;
  return Array.isArray(plugins) ? plugins.filter((name) => typeof name === 'string') : [];
}
