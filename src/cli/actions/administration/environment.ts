import { environmentName } from '../../../core/environment-name.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Outcome } from '../../command.ts';
import { environmentsText, environmentText, type ListedEnvironment } from '../../print/administration/environment.ts';
import { environments } from '../../project/target-names.ts';
import { openWorkspace, type Workspace } from '../../project/workspace.ts';
import { endsOf } from '../org/expiry.ts';
import { administer } from './administer.ts';

export interface EnvironmentFlags {
  readonly json: boolean;
  readonly 'dry-run'?: boolean;
}

/** What commands change of the settings; undefined for what stays. */
export interface EnvironmentChange {
  readonly protected: boolean | undefined;
  readonly immutable_versions: boolean | undefined;
  readonly promotes_from: string | null | undefined;
  readonly requires: 'tests'[] | undefined;
}

/** Asks no server. */
export function listEnvironments(cwd: string): Outcome {
  const workspace = openWorkspace({ cwd, variables: process.env });
  const listed = environments(workspace).map((name): ListedEnvironment => {
    const url = textOf(workspace, `${name}.url`) ?? null;
    return { name, url, has_key: textOf(workspace, `${name}.api_key`) !== undefined };
  });
  return { json: { environments: listed }, text: environmentsText(listed) };
}

/** A variable that is not set is no reason not to list the others. */
function textOf({ settings }: Workspace, key: string): string | undefined {
  try {
    return settings.text(key);
  } catch (error) {
    if (error instanceof FlowMasonError) return undefined;
    throw error;
  }
}

export function showEnvironment(cwd: string, env: string, { json }: EnvironmentFlags): Promise<Outcome> {
  return administer(cwd, { env, json }, async ({ client }) => {
    const shown = await client.call('GET /environment', {});
    return { json: shown, text: environmentText(shown) };
  });
}

export function setEnvironment(
  cwd: string,
  env: string,
  change: EnvironmentChange,
  flags: EnvironmentFlags,
): Promise<Outcome> {
  return administer(cwd, { env, json: flags.json }, async ({ client }) => {
    const { promotes_from: from, ...rest } = change;
    const wanted = {
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
      ...(from === undefined ? undefined : { promotes_from: from === null ? null : environmentName(from) }),
    };
    const before = await client.call('GET /environment', {});
    if (flags['dry-run']) {
      const after = { ...before, ...wanted };
      return { json: { ...after, dry_run: true }, text: `It would be:\n${environmentText(after)}` };
    }
    const shown = await client.call('PATCH /environment', { ...wanted, revision: before.revision });
    return { json: shown, text: environmentText(shown) };
  });
}

export function lockEnvironment(
  cwd: string,
  env: string,
  flags: EnvironmentFlags & { readonly reason: string; readonly expires?: string | undefined },
): Promise<Outcome> {
  const { reason, json } = flags;
  const ends = flags.expires === undefined ? { expires_at: null } : endsOf(flags.expires);
  return administer(cwd, { env, json }, async ({ client }) => {
    if (flags['dry-run']) {
      return { json: { reason, ...ends, dry_run: true }, text: `Would lock ${environmentName(env)}: ${reason}` };
    }
    const shown = await client.call('PUT /environment/lock', { reason, ...ends });
    return { json: shown, text: environmentText(shown) };
  });
}

export function unlockEnvironment(
  cwd: string,
  env: string,
  flags: EnvironmentFlags & { readonly force: boolean },
): Promise<Outcome> {
  const { force, json } = flags;
  return administer(cwd, { env, json }, async ({ client }) => {
    if (flags['dry-run']) {
      const { lock } = await client.call('GET /environment', {});
      const text = lock ? `Would take away the lock of ${lock.holder}` : `${environmentName(env)} is not locked`;
      return { json: { lock, dry_run: true }, text };
    }
    const done = await client.call('DELETE /environment/lock', { force });
    return { json: done, text: done.unlocked ? `${done.name} is not locked any more` : `${done.name} was not locked` };
  });
}
