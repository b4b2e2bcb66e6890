import type { RollbackView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import { parseReleaseWord, type ReleaseWord } from '../../../core/release/release-word.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { requireProject } from '../../project/local-release.ts';
import type { Workspace } from '../../project/workspace.ts';
import type { Activate } from './activating.ts';
import { planError } from './deploy.ts';
import { findRelease } from './find-release.ts';

export interface RollbackOptions {
  /** `v1.2.3`, `#12` or the beginning of a digest. */
  readonly word?: string | undefined;
  readonly previous: boolean;
  readonly force: boolean;
  readonly message?: string | undefined;
}

/** What a rollback does or would do, before it is done. */
export async function planRollback(
  workspace: Workspace,
  target: Target,
  options: RollbackOptions,
): Promise<RollbackView> {
  const project = requireProject(workspace).config.name;
  const to = await destination(target, project, options);
  return target.client.call('POST /rollbacks', { project, ...to, force: options.force, dry_run: true });
}

/**
 * Does what was shown, or nothing. Throws FlowMasonError `BASE_MOVED`, `OUTCOME_UNKNOWN`, and what else keeps it from
 * being done.
 */
export async function applyRollback(
  workspace: Workspace,
  target: Target,
  seen: RollbackView,
  { force, message }: Pick<RollbackOptions, 'force' | 'message'>,
  activate: Activate,
): Promise<RollbackView> {
  const { to, from } = seen;
  const project = requireProject(workspace).config.name;
  const input = {
    project,
    number: to.number,
    base: from.number,
    force,
    ...(message === undefined ? undefined : { message }),
  };
  return activate(
    { project, digest: to.release, version: to.version, base: from.number },
    () => target.client.call('POST /rollbacks', input),
    (deployment) => ({ ...seen, deployment, done: true }),
  );
}

/** Throws what keeps a rollback from being done. */
export function requireRollback({ problems }: RollbackView): void {
  const error = planError(problems);
  if (error) throw error;
}

async function destination(target: Target, project: string, { word, previous }: RollbackOptions) {
  if (previous && word !== undefined)
    fail('USAGE', 'A rollback goes to a release or to the previous one, not to both', {
      hint: 'fm rollback --previous',
    });
  if (previous) return { previous: true as const };
  if (word === undefined) fail('USAGE', 'Say what to go back to', { hint: 'fm rollback --previous, or fm history' });
  const release: ReleaseWord = parseReleaseWord(word);
  switch (release.kind) {
    case 'version':
      return { version: release.version };
    case 'deployment':
      return { number: release.number };
    case 'digest':
      return { release: (await findRelease(target, project, release, undefined)).digest };
    case 'active':
      return fail('USAGE', 'The active release is active already', { hint: 'fm rollback --previous' });
  }
}
