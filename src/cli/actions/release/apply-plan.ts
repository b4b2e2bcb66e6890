import { FlowMasonError } from '../../../core/errors.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import type { Known } from '../../known.ts';
import { deployedText, nothingToDoText } from '../../print/release/deployed-text.ts';
import { targetName } from '../../print/release/target.ts';
import { screenOf } from '../../print/screen.ts';
import { localDigests } from '../../project/local-digests.ts';
import { requireProject } from '../../project/local-release.ts';
import type { Workspace } from '../../project/workspace.ts';
import { canAsk } from '../../terminal.ts';
import { whileActivating } from './activating.ts';
import { loadManifest } from './active.ts';
import { checkoutOf } from './checkout.ts';
import { agreed } from './decisions.ts';
import { readPlanFile, requireTarget } from './plan-file.ts';
import { rememberSame } from './remember-same.ts';
import { shownTarget, targetDocument } from './shown-target.ts';

export interface ApplyFlags {
  readonly yes: boolean;
  readonly json: boolean;
  readonly message?: string | undefined;
}

/**
 * Applies exactly the plan that a file names. Throws FlowMasonError `PLAN_STALE` with what changed since, `USAGE` for
 * another target than it was made for, `NOT_FOUND`, `INVALID_FILE`, `OUTCOME_UNKNOWN`.
 */
export async function applyPlanFile(
  { workspace }: Known,
  target: Target,
  file: string,
  { yes, json, message }: ApplyFlags,
): Promise<Outcome> {
  const plan = readPlanFile(file, workspace.cwd);
  requireTarget(plan, target, file);
  const shown = shownTarget(target, workspace);
  if (!yes && !json && canAsk()) await agreed(`Apply the plan ${plan.plan} to ${targetName(shown)}?`);
  const input = {
    plan: plan.plan,
    hash: plan.hash,
    saved: true,
    consent: [...plan.consent],
    ...(message === undefined ? undefined : { message }),
    ...checkoutOf(requireProject(workspace).root),
  };
  const { deployment, done } = await whileActivating(target, (activate) =>
    activate(
      { project: plan.project, digest: plan.release, version: plan.version, base: plan.base?.number ?? 0 },
      () => target.client.call('POST /deployments', input),
      (deployment) => ({ deployment, done: true }),
    ),
  );
  const document = { target: targetDocument(target), done, deployment };
  await rememberFolder(workspace, target, plan.release, deployment.number);
  const { kind, number, version, release: digest, changes } = deployment;
  if (!done) return { json: document, text: nothingToDoText({ target: shown, number, version, digest }, screenOf()) };
  return {
    json: document,
    text: deployedText({ target: shown, kind, number, version, digest, was: plan.base, changes }, screenOf()),
  };
}

/** The release is what files and target have in common when the files are that release, and not otherwise. */
export async function rememberFolder(
  workspace: Workspace,
  target: Target,
  digest: Digest,
  number: number,
): Promise<void> {
  const folder = folderOf(workspace);
  const manifest = folder && (await readable(loadManifest(target.client, digest)));
  if (!manifest) return;
  rememberSame(requireProject(workspace), target, { digest, number, pipelines: manifest.pipelines }, folder);
}

/** Undefined when it cannot be read: the release is active all the same. */
async function readable<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FlowMasonError) return undefined;
    throw error;
  }
}

/** Files that cannot be compared are not what was deployed. */
function folderOf(workspace: Workspace) {
  try {
    return localDigests(workspace);
  } catch (error) {
    if (error instanceof FlowMasonError && error.code === 'INVALID_FILE') return undefined;
    throw error;
  }
}
