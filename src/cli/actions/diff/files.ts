import { fail } from '../../../core/errors.ts';
import { isObject, own } from '../../../core/json.ts';
import { printable, quote } from '../../../core/quote.ts';
import { diffPipelines, type PipelineDiff } from '../../../core/release/diff-pipeline.ts';
import { diffReleases, type ReleaseDiff } from '../../../core/release/diff-release.ts';
import { digestOf } from '../../../core/release/digest.ts';
import type { ReleaseManifest } from '../../../core/release/manifest.ts';
import { nearest } from '../../../core/suggest.ts';
import type { Workspace } from '../../project/workspace.ts';
import { type LocalOperand, type LocalPipeline, type LocalSide, readLocalSide } from './local-side.ts';

/** What differs between two files or two projects; `before` and `after` are how messages call them. */
export type FilesDiff = { readonly before: string; readonly after: string } & (
  | {
      readonly kind: 'pipeline';
      readonly name: string;
      /** Byte for byte. */
      readonly same: boolean;
      readonly diff: PipelineDiff;
    }
  | { readonly kind: 'release'; readonly diff: ReleaseDiff }
);

/**
 * Compares two pipeline files, two projects, or a file with the pipeline of that name in a project, without any org.
 * Nothing is compiled, so that files which are not valid can be compared too; what they need is not compared for that
 * reason. Throws FlowMasonError `INVALID_FILE` for what is no JSON, `NOT_FOUND`, `USAGE`, `FILE_SYSTEM`.
 */
export function diffFiles(before: LocalOperand, after: LocalOperand, workspace: Workspace): FilesDiff {
  const [old, current] = [readLocalSide(before, workspace), readLocalSide(after, workspace)];
  const shown = { before: old.shown, after: current.shown };
  if (old.kind === 'project' && current.kind === 'project') {
    const sides = [old, current].map(({ config, pipelines }) => partialRelease(config, pipelines));
    const [first, second] = sides;
    if (!first || !second) return fail('INTERNAL', 'A comparison has two sides');
    const definitions = new Map([...first.definitions, ...second.definitions]);
    return { kind: 'release', ...shown, diff: diffReleases(first.manifest, second.manifest, definitions) };
  }
  const name = old.kind === 'file' ? old.name : current.kind === 'file' ? current.name : '';
  const [left, right] = [pipelineOf(old, name), pipelineOf(current, name)];
  const diff = diffPipelines(left.definition, right.definition);
  return { kind: 'pipeline', ...shown, name, same: left.text === right.text, diff };
}

function pipelineOf(side: LocalSide, name: string): LocalPipeline {
  if (side.kind === 'file') return side.pipeline;
  const found = side.pipelines.get(name);
  if (found) return found;
  const near = nearest(name, side.pipelines.keys());
  return fail('NOT_FOUND', `There is no pipeline ${quote(name)} in ${printable(side.shown)}`, {
    hint: near === undefined ? 'fm list' : `Did you mean ${quote(near)}?`,
  });
}

/** A release without what only a compiler knows: what the pipelines need. */
export function partialRelease(
  config: Extract<LocalSide, { kind: 'project' }>['config'],
  pipelines: ReadonlyMap<string, LocalPipeline>,
) {
  const entries = [...pipelines].map(([name, { definition }]) => ({ name, definition, digest: digestOf(definition) }));
  const [ai, limits] = [own(config, 'ai'), own(config, 'limits')];
  const model = isObject(ai) && typeof ai.model === 'string' ? { ai: { model: ai.model } } : {};
  const manifest: ReleaseManifest = {
    format: 1,
    project: String(own(config, 'name') ?? ''),
    version: String(own(config, 'version') ?? '0.1.0'),
    pipelines: Object.fromEntries(entries.map(({ name, digest }) => [name, digest])),
    settings: { ...model, ...(isObject(limits) ? { limits } : {}) },
    requires: { vars: [], secrets: [], optional_secrets: [], triggers: { vars: [], secrets: [] } },
    components: {},
  };
  return { manifest, definitions: new Map(entries.map(({ digest, definition }) => [digest, definition])) };
}
