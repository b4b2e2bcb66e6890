import type { Client } from '../../../client/client.ts';
import type { ActiveReleaseView } from '../../../core/api/deployment.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { SyncReason } from '../../../core/release/sync-plan.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { ConflictsView } from '../../print/release/conflicts-text.ts';
import { syncCommand } from '../../print/release/target.ts';
import { type LocalRelease, requireProject } from '../../project/local-release.ts';
import { newPath } from '../../project/sync/plan-pull.ts';
import { planPush, type UnseenChange } from '../../project/sync/plan-push.ts';
import type { Workspace } from '../../project/workspace.ts';
import { type ActiveRelease, findActive, loadManifest } from './active.ts';
import { shownTarget } from './shown-target.ts';
import { usableBase } from './sync-base.ts';

/** Changes of an org that a push would undo, as they are shown. */
export interface UnseenChanges {
  readonly view: ConflictsView;
  readonly error: FlowMasonError;
}

/** What the files were compared with. */
export interface Compared {
  /** What was active; undefined for nothing. What becomes active after it has not been compared. */
  readonly active: ActiveReleaseView | undefined;
  /** Undefined: everything there has been seen. */
  readonly unseen: UnseenChanges | undefined;
}

/** Looks for what in an org the files have never seen, and a push would undo (DEPLOYMENT.md 4.11). */
export async function compareWithOrg(workspace: Workspace, target: Target, local: LocalRelease): Promise<Compared> {
  const { client } = target;
  const active = await findActive(client, requireProject(workspace).config.name);
  if (!active || active.digest === local.release.digest) return { active, unseen: undefined };
  const manifest = await loadManifest(client, active.digest);
  return { active, unseen: await unseenChanges(workspace, target, local, { ...active, manifest }) };
}

async function unseenChanges(
  workspace: Workspace,
  target: Target,
  { release, pipelines }: LocalRelease,
  active: ActiveRelease,
): Promise<UnseenChanges | undefined> {
  const project = requireProject(workspace);
  const base = await usableBase(target, project, active);
  const { unseen } = planPush({
    base: base?.pipelines,
    ours: release.manifest.pipelines,
    theirs: active.manifest.pipelines,
  });
  if (unseen.length === 0) return undefined;
  if (base && (await isOlder(target.client, project.config.name, active.number, base.deployment))) return undefined;
  const shown = shownTarget(target, workspace);
  const members = unseen.map((change) => ({
    pipeline: change.name,
    file: pipelines.get(change.name)?.path ?? newPath(change.name),
    reason: reasonOf(change, base !== undefined),
    conflicts: [],
  }));
  const names = unseen.map(({ name }) => name).join(', ');
  const error = new FlowMasonError(
    'UNSEEN_CHANGES',
    `${target.label} has changes that the files do not have: ${names}`,
    {
      hint: `${syncCommand('pull', shown)}, or overwrite them: ${syncCommand('push', shown, ['--force'])}`,
      // Names, words and digests.
      details: { unseen: unseen as unknown as Json },
    },
  );
  return { view: { command: 'push', target: shown, pipelines: members }, error };
}

/** Whether what is active came back by a rollback, and was active before the last sync: then nothing of it is new. */
async function isOlder(client: Client, project: string, active: number, synced: number): Promise<boolean> {
  let entry = await client.call('GET /deployments/:number', { project, number: active });
  while (entry.kind === 'rollback' && entry.number > synced) {
    const origin = Number(entry.origin?.slice(1));
    entry = await client.call('GET /deployments/:number', { project, number: origin });
  }
  return entry.number <= synced;
}

function reasonOf({ kind, ours, base }: UnseenChange, synced: boolean): SyncReason {
  if (!synced) return ours === null ? 'only-there' : 'not-known';
  if (kind === 'removed-there') return ours === base ? 'theirs-removed' : 'theirs-removed-ours-changed';
  if (kind === 'added-there') return ours === null ? 'only-there' : 'both-added';
  if (ours === null) return 'ours-removed-theirs-changed';
  return ours === base ? 'only-theirs-changed' : 'both-changed';
}
