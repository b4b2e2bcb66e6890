import type { PipelineDefinition, StageDefinition } from '../../../core/pipeline.ts';

/** One step of a path: `orders[3]` is `{id: 'orders', index: 3}`. */
export interface Step {
  readonly id: string;
  readonly index: number | undefined;
}

const STEP = /^([A-Za-z][A-Za-z0-9_-]*)(?:\[(\d+)\])?$/;

/** The steps of a path such as `orders[3]/lines[0]/pay`; undefined when it is none. */
export function parsePath(path: string): Step[] | undefined {
  const steps: Step[] = [];
  for (const part of path.split('/')) {
    const match = STEP.exec(part);
    if (!match?.[1]) return undefined;
    steps.push({ id: match[1], index: match[2] === undefined ? undefined : Number(match[2]) });
  }
  return steps;
}

/** A path without its indices, as `--from` takes it: `orders/lines/pay`. */
export function stageName(steps: readonly Step[]): string {
  return steps.map((step) => step.id).join('/');
}

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
