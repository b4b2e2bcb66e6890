import { environmentName, isEnvironmentName } from '../../core/environment-name.ts';
import { FlowMasonError, fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';
import { nearest } from '../../core/suggest.ts';
import { type JobIdentity, jobIdentity } from '../../hosts/node/targets/job-identity.ts';
import type { ServerOptions } from '../../hosts/node/targets/open-server.ts';
import { LOCAL_ORG, type OrgProject, orgNames } from '../../hosts/node/targets/org-place.ts';
import { requireProject } from './local-release.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

const FORM = 'lower-case words joined by `-`, at most 40 characters';

/** The project as its orgs need it. Throws FlowMasonError `NOT_FOUND` outside of one. */
export function orgProject(workspace: Workspace): OrgProject {
  const { root, home } = requireProject(workspace);
  return { root, home, database: workspace.settings.text('local.database') ?? 'sqlite:///flowmason.db' };
}

/** The org that `--org` names, or the default one. Throws FlowMasonError `USAGE`. */
export function orgOf(workspace: Workspace, typed: string | undefined): string {
  return typed === undefined ? (workspace.settings.text('org') ?? LOCAL_ORG) : orgName(workspace, typed);
}

/** A name that an org can have. Throws FlowMasonError `USAGE`. */
export function orgName(workspace: Workspace, typed: string): string {
  const environment = environmentName(typed);
  if (environment !== LOCAL_ORG && environments(workspace).includes(environment))
    fail('USAGE', `${quote(typed)} is an environment, and an org cannot have its name`, {
      hint: `--env ${typed}`,
    });
  if (isEnvironmentName(typed)) return typed;
  return fail('USAGE', `The name of an org is ${FORM}, found ${quote(typed)}`, { hint: 'fm org list' });
}

/**
 * Address and key of the environment that `--env` names: only its settings are resolved. Throws FlowMasonError
 * `NOT_FOUND` with the nearest one, `USAGE`, `UNAUTHENTICATED` without a key, `VARIABLE_UNSET`, `INVALID_SETTING`.
 */
export function environmentOf(workspace: Workspace, typed: string): ServerOptions {
  const { settings } = workspace;
  const name = environmentName(typed);
  if (name === LOCAL_ORG) fail('USAGE', '`local` is an org of this machine, not a server', { hint: '--org local' });
  if (!isEnvironmentName(name))
    fail('USAGE', `The name of an environment is ${FORM}, found ${quote(typed)}`, { hint: 'fm config list' });
  const url = settingOf(settings, `${name}.url`);
  if (url === undefined) unknownEnvironment(workspace, name, typed);
  const key = keyOf(workspace, name);
  if (typeof key === 'object')
    return { name, url, key, keyFrom: key.from, insecure: settings.get(`${name}.insecure`) === true };
  if (key === undefined)
    fail('UNAUTHENTICATED', `There is no key for ${name}: \`${name}.api_key\` is not set`, {
      hint: `fm config set ${name}.api_key -`,
    });
  const keyFrom = settings.explain(`${name}.api_key`).value?.where ?? '';
  return { name, url, key, keyFrom, insecure: settings.get(`${name}.insecure`) === true };
}

/** The key that is set, else in a CI job what shows who it is, for a key of the server. */
function keyOf({ settings, variables }: Workspace, name: string): string | JobIdentity | undefined {
  const identity = jobIdentity(variables);
  try {
    return settingOf(settings, `${name}.api_key`) ?? identity;
  } catch (error) {
    const isUnset = error instanceof FlowMasonError && error.code === 'VARIABLE_UNSET';
    if (isUnset && identity) return identity;
    throw error;
  }
}

/** An environment that nobody has heard of has no settings at all. */
function settingOf(settings: Settings, key: string): string | undefined {
  try {
    return settings.text(key);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'UNKNOWN_SETTING') return undefined;
    throw error;
  }
}

function unknownEnvironment(workspace: Workspace, name: string, typed: string): never {
  const known = environments(workspace);
  if (known.includes(name))
    fail('NOT_FOUND', `The address of ${name} is not known: \`${name}.url\` is not set`, {
      hint: `fm config set ${name}.url https://…`,
    });
  const orgs = orgNames(orgProject(workspace));
  const near = nearest(typed, known);
  const hint = orgs.includes(name) ? `--org ${name}` : near === undefined ? undefined : `--env ${near}`;
  const there = known.length === 0 ? 'there is none yet' : `there are ${known.join(', ')}`;
  fail('NOT_FOUND', `There is no environment ${quote(typed)}; ${there}`, {
    hint: hint ?? `fm config set ${name}.url https://…`,
    details: { environment: name, environments: known },
  });
}

/** The environments of the project file, and those that only settings know. `local` is none of them. */
export function environments({ project, settings }: Workspace): string[] {
  const set = settings.list().flatMap(({ key }) => /^([a-z0-9-]+)\.(?:url|api_key)$/.exec(key)?.[1] ?? []);
  const names = new Set([...Object.keys(project?.config.environments ?? {}), ...set]);
  names.delete(LOCAL_ORG);
  return [...names].sort();
}
