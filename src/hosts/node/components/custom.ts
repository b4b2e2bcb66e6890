import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { FlowMasonError } from '../../../core/errors.ts';
import { isObject, own } from '../../../core/json.ts';
import type { Problem } from '../../../core/problem.ts';
import type { Component } from '../../../executor/component.ts';
import { errorCode } from '../atomic-file.ts';
import { shownPath } from '../shown-path.ts';
import { asComponent, checkComponent, looksLikeComponent } from './check-component.ts';
import { loadModule } from './load-module.ts';
import { provideOwnModules } from './own-modules.ts';
import type { PluginPackage } from './plugin-package.ts';

/** A component that is not built in. */
export interface CustomComponent {
  readonly component: Component;
  /** `project`, or the plugin's name. */
  readonly source: string;
}

interface Module {
  readonly file: string;
  readonly shown: string;
  readonly source: string;
  /** The folder whose modules get the program's own `valibot`. */
  readonly root: string;
}

const CODE = /^(?!.*\.(?:d|test)\.[mc]?ts$)(?!.*\.test\.m?js$).+\.(?:[mc]?ts|m?js)$/;

/**
 * The components of a project's `components/` folder and of plugins (PIPELINES.md 6). Throws FlowMasonError
 * `INVALID_FILE` with everything that is wrong with their modules.
 */
export async function loadCustomComponents(options: {
  readonly project: string | undefined;
  readonly plugins: readonly PluginPackage[];
  readonly builtIn: ReadonlyMap<string, unknown>;
  readonly generation: number;
}): Promise<CustomComponent[]> {
  const { project, plugins, builtIn, generation } = options;
  const problems: Problem[] = [];
  const modules = [
    ...(project === undefined ? [] : projectModules(project)),
    ...plugins.flatMap((plugin) => pluginModules(plugin, problems)),
  ];
  const owners = new Map<string, string>([...builtIn.keys()].map((name) => [name, 'a built-in component']));
  const found: CustomComponent[] = [];
  for (const module of modules) {
    await provideOwnModules(module.root);
    const loaded = await loadModule(module.file, module.shown, generation);
    if (loaded.problem) problems.push(loaded.problem);
    else found.push(...componentsOf(module, loaded.exports, owners, problems));
  }
  if (problems.length > 0) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    throw new FlowMasonError('INVALID_FILE', `The modules of components have ${count}`, { problems });
  }
  return found;
}

/** Modules directly in `components/`; what lies in folders below is theirs to import. */
function projectModules(project: string): Module[] {
  const folder = join(project, 'components');
  return namesIn(folder)
    .filter((name) => CODE.test(name))
    .sort()
    .map((name) => join(folder, name))
    .map((file) => ({ file, shown: shownPath(process.cwd(), file), source: 'project', root: project }));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** What `flowmason.components` of a package.json names: a module's path, or several. */
function pluginModules({ name, root }: PluginPackage, problems: Problem[]): Module[] {
  const file = join(root, 'package.json');
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const flowmason = isObject(manifest) ? own(manifest, 'flowmason') : undefined;
  const written = isObject(flowmason) ? own(flowmason, 'components') : undefined;
  const paths = Array.isArray(written) ? written : written === undefined ? [] : [written];
  return paths.flatMap((path: unknown): Module[] => {
    const module = typeof path === 'string' ? resolve(root, path) : '';
    if (module.startsWith(`${root}${sep}`))
      return [{ file: module, shown: shownPath(process.cwd(), module), source: name, root }];
    const message = `\`flowmason.components\` of the plugin ${name} must be a path inside the package`;
    problems.push({ code: 'COMPONENT_MISSING', severity: 'error', file, message, hint: 'e.g. "./dist/components.js"' });
    return [];
  });
}

function componentsOf(
  module: Module,
  exports: Readonly<Record<string, unknown>>,
  owners: Map<string, string>,
  problems: Problem[],
): CustomComponent[] {
  const { shown: file, source } = module;
  // The same object may be exported by name and as default; plugins may export a list.
  const values = new Set(
    Object.values(exports).flatMap((value): unknown[] => (Array.isArray(value) ? value : [value])),
  );
  const meant = [...values].filter(looksLikeComponent);
  if (meant.length === 0) {
    const message = 'The module exports no component';
    const hint = `Write \`export default defineComponent({ … })\`${source === 'project' ? ', or move it to components/lib/' : ''}`;
    problems.push({ code: 'COMPONENT_MISSING', severity: 'error', file, message, hint });
  }
  return meant.flatMap((value) => {
    const name = typeof value.name === 'string' ? value.name : undefined;
    const where = { file, severity: 'error', ...placeOf(module.file, name) } as const;
    const complaints = checkComponent(value);
    for (const { message, hint } of complaints) {
      const subject = name === undefined ? 'A component' : `The component \`${name}\``;
      problems.push({ ...where, code: 'COMPONENT_INVALID', message: `${subject}: ${message}`, hint });
    }
    if (complaints.length > 0 || name === undefined) return [];
    const owner = owners.get(name);
    if (owner !== undefined) {
      const message = `The name \`${name}\` is taken by ${owner}`;
      problems.push({ ...where, code: 'COMPONENT_NAME_TAKEN', message, hint: `Rename it, e.g. \`my-${name}\`` });
      return [];
    }
    owners.set(name, source === 'project' ? file : `the plugin ${source}`);
    return [{ component: asComponent(value), source }];
  });
}

/** The line where a component's name is written, so that editors can jump there. */
function placeOf(file: string, name: string | undefined): { line?: number; column?: number; length?: number } {
  if (name === undefined) return {};
  const lines = readFileSync(file, 'utf8').split('\n');
  for (const quote of ["'", '"', '`']) {
    const text = `${quote}${name}${quote}`;
    const line = lines.findIndex((candidate) => candidate.includes(text));
    if (line >= 0) return { line: line + 1, column: (lines[line]?.indexOf(text) ?? 0) + 1, length: text.length };
  }
  return {};
}
