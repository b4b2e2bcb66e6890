import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlowMasonError } from '../../../core/errors.ts';
import { installedPlugins } from '../../plugins/installed.ts';
import { openWorkspace, type Workspace } from '../../project/workspace.ts';
import { listComponents } from '../components.ts';
import { editorSchemas, SCHEMA_FOLDER } from '../schema.ts';
import { validate } from '../validate.ts';
import { type Check, failed, ok, warn } from './check.ts';

/** The project around `cwd`, or why there is none to look at. */
export function openProject(cwd: string): { workspace: Workspace | undefined; check: Check } {
  try {
    const workspace = openWorkspace({ cwd, variables: process.env });
    const { project } = workspace;
    if (!project)
      return {
        workspace,
        check: warn('project', 'there is no flowmason.json in this folder or above', 'fm init my-project'),
      };
    return { workspace, check: ok('project', `${project.config.name} ${project.config.version} in ${project.root}`) };
  } catch (error) {
    return { workspace: undefined, check: failedWith('project', error) };
  }
}

/** Settings, plugins, components, pipelines and editor schemas, as far as one can be looked at without the other. */
export async function checkProject({ settings, project, cwd }: Workspace): Promise<Check[]> {
  const checks = [...checkSettings(settings.list()), ...checkPlugins(cwd)];
  const components = await attempt('components', checkComponents);
  checks.push(components);
  if (!project || components.status === 'fail') return checks;
  checks.push(await attempt('pipelines', checkPipelines));
  checks.push(await attempt('editor', () => checkSchemas(project.root)));
  return checks;
}

function checkSettings(settings: ReturnType<Workspace['settings']['list']>): Check[] {
  const wrong = settings.filter(({ problem }) => problem !== undefined);
  const unset = wrong.filter(({ problem }) => problem?.code === 'VARIABLE_UNSET').map(({ key }) => key);
  const invalid = wrong.filter(({ problem }) => problem?.code !== 'VARIABLE_UNSET');
  const later = unset.length > 0 ? `; not set up on this machine: ${unset.join(', ')}` : '';
  if (invalid.length === 0) return [ok('settings in force', `${settings.length - wrong.length} can be used${later}`)];
  return invalid.map(({ key, problem }) =>
    failed('settings in force', problem?.message ?? key, `fm config explain ${key}`),
  );
}

function checkPlugins(cwd: string): Check[] {
  const { plugins, warnings } = installedPlugins(cwd, process.env);
  const names = plugins.map(({ name, version, kind }) => `${name} ${version} (${kind})`);
  const found = plugins.length > 0 ? [ok('plugins', names.join(', '))] : [];
  return [...found, ...warnings.map((warning) => warn('plugins', warning, 'Install it, or take it out of `plugins`'))];
}

async function checkComponents(): Promise<Check> {
  const sources = Map.groupBy(await listComponents(), ({ source }) => source);
  return ok('components', [...sources].map(([source, members]) => `${members.length} ${source}`).join(', '));
}

async function checkPipelines(): Promise<Check> {
  const { pipelines, errors, warnings } = await validate([], () => new Uint8Array());
  const invalid = pipelines.filter(({ valid }) => !valid).length;
  const message = `${pipelines.length} found, ${invalid} invalid, ${warnings.length} warnings`;
  return errors.length > 0 ? warn('pipelines', message, 'fm validate') : ok('pipelines', message);
}

async function checkSchemas(root: string): Promise<Check> {
  for (const [name, schema] of Object.entries(await editorSchemas(root))) {
    const file = join(root, SCHEMA_FOLDER, `${name}.schema.json`);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    if (text === undefined) return warn('editor', 'the JSON Schemas for editors have not been written', 'fm schema');
    if (text !== `${JSON.stringify(schema, null, 2)}\n`)
      return warn('editor', 'the JSON Schemas for editors are out of date', 'fm schema');
  }
  return ok('editor', `its JSON Schemas are in ${SCHEMA_FOLDER}`);
}

async function attempt(name: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return failedWith(name, error);
  }
}

function failedWith(name: string, error: unknown): Check {
  if (!(error instanceof FlowMasonError))
    return failed(name, error instanceof Error ? error.message : String(error), 'fm explain INTERNAL');
  const [first] = error.problems;
  const place = first?.line === undefined ? '' : ` (${first.file}:${first.line}:${first.column})`;
  return failed(
    name,
    first ? `${first.message}${place}` : error.message,
    first?.hint ?? error.hint ?? `fm explain ${error.code}`,
  );
}
