import * as Flags from '@oclif/core/flags';
import { builtInDescriptors } from '../hosts/node/components/built-in.ts';
import type { OrgOptions, OrgTarget } from '../hosts/node/targets/open-org.ts';
import type { Target } from '../hosts/node/targets/target.ts';
import type { Known } from './known.ts';
import { VERSION } from './package.ts';
import { requireProject } from './project/local-release.ts';
import { environmentOf, orgOf, orgProject } from './project/target-names.ts';
import { limitsOf, localVar, localVarNames, runtimeOptions, type Workspace } from './project/workspace.ts';

const ORG = { description: 'An org of this project (default: local).', helpValue: 'NAME' };
const ENV = { description: 'An environment: the server of that name.', helpValue: 'NAME' };

/** The flag of commands that work on an org. */
export const ORG_FLAG = { org: Flags.string(ORG) };

/** The flags of commands that work on an org or on a server. */
export const TARGET_FLAGS = {
  org: Flags.string({ ...ORG, exclusive: ['env'] }),
  env: Flags.string({ ...ENV, exclusive: ['org'] }),
};

/** What was typed of them. */
export interface TargetFlags {
  readonly org?: string | undefined;
  readonly env?: string | undefined;
}

export interface TargetOptions extends Pick<OrgOptions, 'create' | 'expired' | 'dispatcher' | 'checked'> {
  /** The components here (`openKnown`); without them an org knows the built-in ones, enough for who only reads. */
  readonly known?: Pick<Known, 'descriptors'> | undefined;
}

/**
 * Opens what the flags name: an org of the project, the user's default one when nothing is said (`local`), or the server
 * of an environment. Whoever opens it closes it. Throws FlowMasonError `NOT_FOUND` outside of a project and for what does
 * not exist, `USAGE` for a name that cannot be one, `UNAUTHENTICATED` without a key, and as `openOrg` and `openServer`.
 */
export async function openTarget(
  workspace: Workspace,
  flags: TargetFlags,
  options: TargetOptions = {},
): Promise<Target> {
  return flags.env === undefined
    ? openOrgTarget(workspace, orgOf(workspace, flags.org), options)
    : openServerTarget(workspace, flags.env);
}

/** An org by its name, which was checked. Throws as `openOrg`. */
export async function openOrgTarget(
  workspace: Workspace,
  name: string,
  options: TargetOptions = {},
): Promise<OrgTarget> {
  const { known, ...rest } = options;
  const { openOrg } = await import('../hosts/node/targets/open-org.ts');
  return openOrg({
    ...rest,
    project: orgProject(workspace),
    name,
    version: VERSION,
    descriptors: known?.descriptors ?? new Map(builtInDescriptors().map((each) => [each.name, each])),
    limits: limitsOf(workspace.settings),
    secrets: runtimeOptions(workspace).secrets,
    vars: lazyVars(workspace),
  });
}

/** The server of an environment. Throws FlowMasonError `NOT_FOUND`, `UNAUTHENTICATED`, and as `openServer`. */
export async function openServerTarget(workspace: Workspace, typed: string): Promise<Target> {
  requireProject(workspace);
  const server = environmentOf(workspace, typed);
  const { openServer } = await import('../hosts/node/targets/open-server.ts');
  return openServer(server);
}

/** `environments.local.vars`: `${NAME}` in one is resolved when that one is read. */
function lazyVars(workspace: Workspace): OrgOptions['vars'] {
  const vars = {};
  for (const name of localVarNames(workspace))
    Object.defineProperty(vars, name, { enumerable: true, get: () => localVar(workspace, name) });
  return vars;
}
