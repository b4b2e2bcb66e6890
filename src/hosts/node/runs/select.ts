import type { Graph, Plan, PlannedStage } from '../../../core/plan.ts';
import type { Step } from './paths.ts';

/** The plans of a run by name. */
export interface Plans {
  readonly main: string;
  readonly plans: ReadonlyMap<string, Plan>;
}

/** What of a record no longer counts. */
export interface Rule {
  readonly steps: readonly Step[];
  /** `whole`: the stage and all inside. `end`: only that the stage ended. `later`: its iterations after the first. */
  readonly what: 'whole' | 'end' | 'later';
}

/** A stage and the graph that it is in. */
interface Place {
  readonly graph: Graph;
  readonly stage: PlannedStage;
  readonly index: number | undefined;
}

/**
 * What a stage's repetition takes out of a record: itself, everything downstream of it, and the end of what it lies in
 * with everything downstream of that. Undefined when the plans have no such stage.
 */
export function selectFrom(plans: Plans, steps: readonly Step[]): Rule[] | undefined {
  const main = plans.plans.get(plans.main);
  const chain = main && find(plans, main.main, steps);
  if (!chain) return undefined;
  return chain.flatMap((place, level) => {
    const outer = chain.slice(0, level).map(stepOf);
    const inner = chain[level + 1];
    const downstream = dependents(place).map(
      (id): Rule => ({ steps: [...outer, { id, index: undefined }], what: 'whole' }),
    );
    const own = [...outer, stepOf(place)];
    if (!inner) return [{ steps: own, what: 'whole' } as const, ...downstream];
    return [{ steps: own, what: 'end' } as const, ...laterBodies(place, inner, own), ...downstream];
  });
}

function stepOf(place: Place): Step {
  return { id: place.stage.id, index: place.index };
}

/** The stages from the outermost owner to the one that is meant; ids are unique in a file, so owners may be left out. */
function find(plans: Plans, graph: Graph, steps: readonly Step[]): Place[] | undefined {
  const [first, ...rest] = steps;
  if (!first) return undefined;
  for (const stage of graph.stages) {
    const here: Place = { graph, stage, index: first.id === stage.id ? first.index : undefined };
    if (stage.id === first.id && rest.length === 0) return [here];
    for (const inner of graphsIn(plans, stage, stage.id === first.id)) {
      const found = find(plans, inner, stage.id === first.id ? rest : steps);
      if (found) return [here, ...found];
    }
  }
  return undefined;
}

/** The bodies of a stage; what it calls only when it is named, because ids are unique within one file only. */
function graphsIn(plans: Plans, stage: PlannedStage, named: boolean): Graph[] {
  const bodies = Object.values(stage.bodies);
  if (!named || stage.component.name !== 'subpipeline') return bodies;
  const called = plans.plans.get(String(stage.constants.pipeline));
  return called ? [...bodies, called.main] : bodies;
}

/** Ids of all stages of the same graph that wait for this one, directly or through others. */
function dependents({ graph, stage }: Place): string[] {
  const reached = new Set<number>();
  const queue = [...stage.dependents];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    queue.push(...(graph.stages[next]?.dependents ?? []));
  }
  return [...reached].flatMap((index) => graph.stages[index]?.id ?? []);
}

/** What runs after an inner stage though nothing in its own graph says so: next iterations, catch and finally lists. */
function laterBodies(owner: Place, inner: Place, own: readonly Step[]): Rule[] {
  const { component, bodies } = owner.stage;
  if (component.name === 'loop') return [{ steps: own, what: 'later' }];
  if (component.name !== 'trycatch') return [];
  const order = ['try_stages', 'catch_stages', 'finally_stages'];
  const from = order.findIndex((name) => bodies[name] === inner.graph);
  return order
    .slice(from + 1)
    .flatMap((name) =>
      (bodies[name]?.stages ?? []).map(
        (stage): Rule => ({ steps: [...own, { id: stage.id, index: undefined }], what: 'whole' }),
      ),
    );
}

/** Whether a rule takes out an entry of this kind at this path. */
export function matches(rule: Rule, steps: readonly Step[], kind: 'start' | 'end' | 'log' | 'void'): boolean {
  if (steps.length < rule.steps.length) return false;
  const same = rule.steps.every((step, at) => {
    const other = steps[at];
    return other?.id === step.id && (step.index === undefined || other.index === step.index);
  });
  if (!same || rule.what === 'whole') return same;
  if (rule.what === 'end') return steps.length === rule.steps.length && kind === 'end';
  return (steps[rule.steps.length - 1]?.index ?? 0) > 0;
}
