import type { JsonObject, JsonSchema } from '../../core/json.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';
import { openKnown } from '../known.ts';
import { type LoadedPipelines, loadPipeline } from '../project/load.ts';

/** A checked pipeline, described. */
export interface PipelineDescription {
  readonly name: string;
  readonly version: string;
  readonly description: string | null;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly file: string | null;
  readonly input: JsonSchema | null;
  readonly output: JsonSchema | null;
  readonly stages: readonly { readonly id: string; readonly component: string; readonly description: string | null }[];
  readonly triggers: readonly JsonObject[];
  /** What it and the pipelines that it calls need to run. */
  readonly requires: {
    readonly vars: readonly string[];
    readonly secrets: readonly string[];
    readonly pipelines: readonly string[];
    readonly components: Readonly<Record<string, string>>;
  };
}

/** Throws FlowMasonError `NOT_FOUND`, `INVALID_FILE`. */
export async function describePipeline(word: string): Promise<PipelineDescription> {
  const { workspace, descriptors } = await openKnown();
  return description(await loadPipeline(workspace, word, descriptors), workspace.cwd);
}

function description(loaded: LoadedPipelines, cwd: string): PipelineDescription {
  const { definition, plan, requires } = loaded;
  const stages = definition.stages.map(({ id, component, description }) => ({
    id,
    component,
    description: description ?? null,
  }));
  return {
    name: plan.name,
    version: plan.version,
    description: definition.description ?? null,
    owner: definition.owner ?? null,
    tags: definition.tags ?? [],
    file: loaded.file === null ? null : shownPath(cwd, loaded.file),
    input: plan.input ?? null,
    output: plan.output ?? null,
    stages,
    triggers: definition.triggers ?? [],
    requires: {
      vars: requires.vars,
      secrets: requires.secrets,
      pipelines: plan.requires.pipelines.map(({ name, range }) => (range === undefined ? name : `${name}@${range}`)),
      components: plan.requires.components,
    },
  };
}
