import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fail } from '../../core/errors.ts';
import { nearest } from '../../core/suggest.ts';
import { readTemplates } from '../templates.ts';

const NAME = /^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$/;
/** Files that a folder may have already: they are kept as they are. */
const KEPT = new Set(['README.md', '.gitignore', '.vscode/settings.json', '.github/workflows/flowmason.yml']);

export interface InitRequest {
  readonly cwd: string;
  /** The new folder, its last part the project's name; with `here` the name alone, default that of `cwd`. */
  readonly folder: string | undefined;
  readonly here: boolean;
  readonly template: string;
  /** Check and tell, but write nothing. */
  readonly dryRun: boolean;
}

export interface MadeProject {
  readonly name: string;
  readonly template: string;
  /** Absolute. */
  readonly root: string;
  /** Relative to the root. */
  readonly files: readonly string[];
  /** Existed already and were not touched. */
  readonly kept: readonly string[];
  /** The first pipeline of the project. */
  readonly pipeline: string;
  readonly dry_run: boolean;
}

export interface TemplateSummary {
  readonly name: string;
  readonly summary: string;
}

/** The templates with the sentence that their pipeline describes itself with, `default` first. */
export function listTemplates(): TemplateSummary[] {
  const first = ([name]: [string, unknown]): number => (name === 'default' ? 0 : 1);
  const templates = Object.entries(readTemplates())
    .filter(([name]) => !name.startsWith('_'))
    .sort((a, b) => first(a) - first(b));
  return templates.map(([name, files]) => ({
    name,
    summary: JSON.parse(files[pipelineFile(files)] ?? '{}').description,
  }));
}

/**
 * Writes a new project; nothing is written unless all of it can be. Throws FlowMasonError `USAGE` for a bad name,
 * `NOT_FOUND` for an unknown template, `ALREADY_EXISTS`.
 */
export function init(request: InitRequest): MadeProject {
  const root = request.here ? request.cwd : resolve(request.cwd, request.folder ?? '');
  const name = projectName(request, root);
  const files = templateFiles(request.template, name);
  const paths = Object.keys(files);
  const shown = relative(request.cwd, root) || '.';
  if (!request.here && existsSync(root) && readdirSync(root).length > 0) {
    fail('ALREADY_EXISTS', `The folder ${shown} is not empty`, {
      hint: `fm init ${name}-2, or fm init --here inside of it`,
    });
  }
  const there = paths.filter((path) => existsSync(join(root, path)));
  const inTheWay = there.filter((path) => !KEPT.has(path));
  if (inTheWay.length > 0) {
    fail('ALREADY_EXISTS', `${inTheWay.join(', ')} would be overwritten; nothing was written`, {
      hint: 'fm init my-project',
    });
  }
  const written = paths.filter((path) => !there.includes(path));
  if (!request.dryRun) for (const path of written) writeNew(join(root, path), files[path] ?? '');
  const pipeline = basename(pipelineFile(files), '.pipeline.json');
  const { template, dryRun } = request;
  return { name, template, root, files: written, kept: there, pipeline, dry_run: dryRun };
}

function projectName({ folder, here }: InitRequest, root: string): string {
  const name = here && folder !== undefined ? folder : basename(root);
  if (NAME.test(name) && name.length <= 100) return name;
  const better =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^[^a-z]+|-+$/g, '')
      .slice(0, 100) || 'my-project';
  fail('USAGE', `Expected a name of lower-case words joined by "-", "_" or ".", found "${name}"`, {
    hint: here ? `fm init ${better} --here` : `fm init ${better}`,
  });
}

function templateFiles(template: string, name: string): Record<string, string> {
  const templates = readTemplates();
  const names = Object.keys(templates).filter((each) => !each.startsWith('_'));
  if (!names.includes(template)) {
    const near = nearest(template, names);
    fail('NOT_FOUND', `There is no template "${template}"; there are ${names.join(', ')}`, {
      hint: near ? `fm init ${name} --template ${near}` : 'fm init --list',
    });
  }
  const files = { ...templates._every, ...templates[template] };
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll('project-name', name)]));
}

function pipelineFile(files: Readonly<Record<string, string>>): string {
  return Object.keys(files).find((path) => path.endsWith('.pipeline.json')) ?? '';
}

/** Fails when the file exists, even when it came into being after the check. */
function writeNew(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx' });
}
