import type { Graph, Plan, PlannedStage } from '../../core/plan.ts';
import type { SourceFile } from '../../core/source/file.ts';
import { type Branch, branchesOf } from './branches.ts';
import type { BranchKind, EdgeCoverage, PipelineCoverage, StageCoverage } from './coverage.ts';

/** A pipeline whose coverage is counted. */
export interface CountedPipeline {
  readonly plan: Plan;
  readonly source: SourceFile;
  /** Relative to the project, with `/`. */
  readonly file: string;
}

interface CountedStage {
  readonly stage: PlannedStage;
  readonly owner: StageCoverage['owner'];
  readonly branches: readonly (Branch & { hits: number })[];
  hits: number;
}

interface CountedEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeCoverage['kind'];
  readonly branches: readonly string[] | undefined;
  hits: number;
}

/** What was met of one pipeline, over all tests. */
export class Tally {
  runs = 0;
  readonly #pipeline: CountedPipeline;
  readonly #stages = new Map<string, CountedStage>();
  readonly #edges = new Map<string, CountedEdge[]>();

  constructor(pipeline: CountedPipeline) {
    this.#pipeline = pipeline;
    this.#add(pipeline.plan.main, undefined);
  }

  /** A stage ran. */
  ran(id: string): void {
    const counted = this.#stages.get(id);
    if (counted) counted.hits++;
  }

  /** It went this way. */
  took(id: string, kind: BranchKind, name: string): void {
    const branch = this.#stages.get(id)?.branches.find((each) => each.kind === kind && each.name === name);
    if (branch) branch.hits++;
  }

  /** A stage ran after those that it depends on; `ran` says of an id of its graph whether it ran in the same scope. */
  arrived(id: string, ran: (id: string) => boolean): void {
    for (const edge of this.#edges.get(id) ?? []) if (ran(edge.from)) edge.hits++;
  }

  result(): PipelineCoverage {
    const { plan, source, file } = this.#pipeline;
    return {
      pipeline: plan.name,
      version: plan.version,
      file,
      text: source.text,
      // What is switched off cannot be covered.
      stages: plan.definition.stages.flatMap(({ id, enabled }, index) =>
        enabled === false ? [] : [this.#stage(id, index)],
      ),
      edges: [...this.#edges.values()].flat().filter(({ from, to }) => this.#isOn(from) && this.#isOn(to)),
      runs: this.runs,
    };
  }

  #isOn(id: string): boolean {
    return this.#stages.get(id)?.stage.enabled ?? false;
  }

  #stage(id: string, index: number): StageCoverage {
    const line = this.#pipeline.source.locate(['stages', index])?.line ?? 0;
    const counted = this.#stages.get(id);
    return {
      id,
      component: counted?.stage.component.name ?? '',
      line,
      hits: counted?.hits ?? 0,
      branches: counted?.branches ?? [],
      owner: counted?.owner,
    };
  }

  #add(graph: Graph, owner: StageCoverage['owner']): void {
    for (const stage of graph.stages) {
      const branches = branchesOf(stage).map((branch) => ({ ...branch, hits: 0 }));
      this.#stages.set(stage.id, { stage, owner, branches, hits: 0 });
      this.#edges.set(stage.id, edgesTo(stage, graph));
      for (const [field, body] of Object.entries(stage.bodies)) this.#add(body, { stage: stage.id, field });
    }
  }
}

function edgesTo({ id, dependencies, gate }: PlannedStage, graph: Graph): CountedEdge[] {
  return dependencies.map((index) => {
    const isGate = gate?.index === index;
    const from = graph.stages[index]?.id ?? '';
    return {
      from,
      to: id,
      kind: isGate ? 'gate' : 'dependency',
      branches: isGate ? gate.branches : undefined,
      hits: 0,
    };
  });
}
