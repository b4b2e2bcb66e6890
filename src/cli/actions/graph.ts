import type { Graph, PlannedStage } from '../../core/plan.ts';
import { openKnown } from '../known.ts';
import { loadPipeline } from '../project/load.ts';

/** A pipeline's graph as data: what `--format json` prints and the other formats draw. */
export interface GraphView {
  readonly pipeline: string;
  readonly version: string;
  readonly stages: readonly StageView[];
}

export interface StageView {
  readonly id: string;
  readonly component: string;
  readonly name: string | null;
  /** Ids of the same graph that must be finished first, the gate among them. */
  readonly depends_on: readonly string[];
  /** The stage that lets this one run, and on which of its branches. */
  readonly gate: { readonly stage: string; readonly branches: readonly string[] } | null;
  readonly when: string | null;
  /** Whether its output is (part of) the result when the pipeline has no `result`. */
  readonly final: boolean;
  /** The pipeline that it calls. */
  readonly calls: string | null;
  /** Graphs of its own, by the config field that lists their stages. */
  readonly bodies: readonly { readonly field: string; readonly stages: readonly StageView[] }[];
}

/** In the order in which stages can run. Throws FlowMasonError `NOT_FOUND`, `INVALID_FILE`. */
export async function pipelineGraph(word: string): Promise<GraphView> {
  const { workspace, descriptors } = await openKnown();
  const { plan } = await loadPipeline(workspace, word, descriptors);
  return { pipeline: plan.name, version: plan.version, stages: graphView(plan.main) };
}

function graphView(graph: Graph): StageView[] {
  return graph.stages.map((stage) => stageView(stage, graph));
}

function stageView(stage: PlannedStage, graph: Graph): StageView {
  const { definition, gate, component, constants } = stage;
  const id = (index: number): string => graph.stages[index]?.id ?? '';
  return {
    id: stage.id,
    component: component.name,
    name: definition.name ?? null,
    depends_on: stage.dependencies.map(id),
    gate: gate ? { stage: id(gate.index), branches: gate.branches } : null,
    when: definition.when === undefined ? null : String(definition.when),
    final: graph.finals.includes(stage.index),
    calls: component.name === 'subpipeline' ? String(constants.pipeline) : null,
    bodies: Object.entries(stage.bodies).map(([field, body]) => ({ field, stages: graphView(body) })),
  };
}
