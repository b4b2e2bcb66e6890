import { fail } from '../../../core/errors.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { requireProject } from '../../project/local-release.ts';
import type { Workspace } from '../../project/workspace.ts';
import { type ActiveRelease, loadActive } from './active.ts';
import { loadContent } from './content.ts';
import { uploadPipelines } from './upload.ts';

/** What is active in a target. Throws FlowMasonError `NOT_FOUND` when nothing of this project is. */
export async function activeRelease(target: Target, workspace: Workspace): Promise<ActiveRelease> {
  const project = requireProject(workspace).config.name;
  const active = await loadActive(target.client, project);
  if (active) return active;
  return fail('NOT_FOUND', `Nothing of ${project} is active in ${target.label}, so there is nothing to copy`, {
    hint: target.kind === 'org' ? `fm push --org ${target.name}` : `fm deploy ${target.name}`,
  });
}

/** Makes the same release active in an empty org: the same texts, so the same digests. */
export async function copyRelease(
  source: Target,
  target: Target,
  { digest, manifest }: ActiveRelease,
  message: string,
): Promise<void> {
  const { client } = target;
  const { missing } = await client.call('POST /releases/missing', { pipelines: Object.values(manifest.pipelines) });
  const texts = await loadContent(source.client, missing);
  const lost = missing.filter((each) => !texts.has(each));
  if (lost.length > 0)
    fail('PIPELINES_MISSING', `${source.label} did not give ${lost.length} pipelines of ${digest}`, {
      details: { missing: lost },
    });
  await uploadPipelines(
    client,
    [...texts].map(([digest, text]) => ({ digest, text })),
  );
  const plan = await client.call('POST /deployments/plan', { manifest });
  await client.call('POST /deployments', { plan: String(plan.id), hash: plan.hash, message });
}
