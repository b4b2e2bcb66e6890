import { fail } from '../../../core/errors.ts';
import { own } from '../../../core/json.ts';
import { quote } from '../../../core/quote.ts';
import type { Definition } from '../../../core/release/definition-json.ts';
import { diffPipelines, isEmptyDiff } from '../../../core/release/diff-pipeline.ts';
import { diffReleases, digestsToCompare } from '../../../core/release/diff-release.ts';
import type { ReleaseManifest } from '../../../core/release/manifest.ts';
import { nearest } from '../../../core/suggest.ts';
import { orgNames } from '../../../hosts/node/targets/org-place.ts';
import { findPipelines } from '../../project/pipelines.ts';
import { environments, orgProject } from '../../project/target-names.ts';
import { openWorkspace, type Workspace } from '../../project/workspace.ts';
import type { TargetFlags } from '../../target.ts';
import { definitionOf } from '../release/plan.ts';
import { diffFiles, type FilesDiff } from './files.ts';
import type { LocalOperand } from './local-side.ts';
import { type Operand, parseOperand } from './operand.ts';
import { definitionsOf, type ReleaseSide, type Side, SideReader } from './release-side.ts';

/**
 * Compares two sides: without words what is active in the target with the files, with one word that with the files.
 * Throws FlowMasonError `USAGE`, `NOT_FOUND`, `INVALID_FILE`, and what opening a target throws.
 */
export async function diff(cwd: string, words: readonly string[], flags: TargetFlags): Promise<FilesDiff> {
  const workspace = openWorkspace({ cwd, variables: process.env });
  const known = knownNames(workspace);
  const [before = ACTIVE, after = FILES] = words.map((word) => parseOperand(word, known));
  if (isLocal(before) && isLocal(after)) return diffFiles(before, after, workspace);
  const reader = new SideReader(workspace, flags);
  try {
    const [old, current] = [await reader.read(before), await reader.read(after)];
    if (old.kind === 'release' && current.kind === 'release') return await releases(old, current);
    return await pipelines(old, current);
  } finally {
    await reader.close();
  }
}

/** Whether there is anything that `fm diff` would show. */
export function isDifferent(compared: FilesDiff): boolean {
  if (compared.kind === 'pipeline') return !isEmptyDiff(compared.diff);
  const { pipelines, settings, needs, version } = compared.diff;
  const lists = [pipelines.added, pipelines.removed, pipelines.changed, settings, needs.components.changed];
  const names = Object.values(needs).flatMap(({ gained, lost }) => [...gained, ...lost]);
  return version.before !== version.after || names.length > 0 || lists.some((list) => list.length > 0);
}

const ACTIVE: Operand = { kind: 'release', release: { kind: 'active' } };
const FILES: Operand = { kind: 'files' };

function isLocal(operand: Operand): operand is LocalOperand {
  return operand.kind !== 'release';
}

function knownNames(workspace: Workspace) {
  const { project, cwd } = workspace;
  if (!project) return { environments: [], orgs: [], pipelines: [] };
  return {
    environments: environments(workspace),
    orgs: orgNames(orgProject(workspace)),
    pipelines: findPipelines(project.root, cwd).pipelines.map(({ name }) => name),
  };
}

async function releases(before: ReleaseSide, after: ReleaseSide): Promise<FilesDiff> {
  const partial = before.partial || after.partial;
  const [old, current] = [before, after].map(({ manifest }) => (partial ? withoutNeeds(manifest) : manifest));
  if (!old || !current) return fail('INTERNAL', 'A comparison has two sides');
  const definitions = await definitionsOf([before, after], digestsToCompare(old, current));
  return {
    kind: 'release',
    before: before.shown,
    after: after.shown,
    diff: diffReleases(old, current, definitions),
  };
}

/** What one side does not know is not compared. */
function withoutNeeds(manifest: ReleaseManifest): ReleaseManifest {
  const requires = { vars: [], secrets: [], optional_secrets: [], triggers: { vars: [], secrets: [] } };
  return { ...manifest, requires, components: {} };
}

async function pipelines(before: Side, after: Side): Promise<FilesDiff> {
  const name = before.kind === 'file' ? before.name : after.kind === 'file' ? after.name : '';
  const [old, current] = [await pipelineOf(before, name), await pipelineOf(after, name)];
  return {
    kind: 'pipeline',
    before: before.shown,
    after: after.shown,
    name,
    same: old.text === current.text,
    diff: diffPipelines(old.definition, current.definition),
  };
}

async function pipelineOf(
  side: Side,
  name: string,
): Promise<{ readonly text: string; readonly definition: Definition }> {
  if (side.kind === 'file') return side.pipeline;
  const digest = own(side.manifest.pipelines, name);
  if (typeof digest !== 'string') {
    const near = nearest(name, Object.keys(side.manifest.pipelines));
    return fail('NOT_FOUND', `There is no pipeline ${quote(name)} in ${side.shown}`, {
      hint: near === undefined ? 'fm list' : `Did you mean ${quote(near)}?`,
    });
  }
  const text = (await side.texts([digest])).get(digest);
  return { text: text ?? '', definition: definitionOf(text) };
}
