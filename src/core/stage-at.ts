import type { Step } from './path.ts';
import type { PipelineDefinition, StageDefinition } from './pipeline.ts';

/** The pipelines of a run by name. */
export interface Definitions {
  readonly main: string;
  readonly pipelines: ReadonlyMap<string, PipelineDefinition>;
}

/** The stage that a path leads to, through the pipelines that its steps call; undefined when there is none. */
export function stageAt(definitions: Definitions, steps: readonly Step[]): StageDefinition | undefined {
  let pipeline = definitions.pipelines.get(definitions.main);
  let stage: StageDefinition | undefined;
  for (const step of steps) {
    if (stage && isCall(stage)) pipeline = definitions.pipelines.get(String(stage.config?.pipeline));
    stage = pipeline?.stages.find((candidate) => candidate.id === step.id);
    if (!stage) return undefined;
  }
  return stage;
}

/** The component's name as tables and records have it: hyphens are canonical. */
export function componentName(stage: StageDefinition): string {
  return stage.component.replaceAll('_', '-');
}

function isCall(stage: StageDefinition): boolean {
  return componentName(stage) === 'subpipeline';
}
