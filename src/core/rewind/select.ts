import type { Step } from '../path.ts';
import type { Graph, Plan, PlannedStage } from '../plan.ts';

/** The plans of a run by name. */
export interface Plans {
  readonly main: string;
  readonly plans: ReadonlyMap<string, Plan>;
}

/** What of a record no longer counts. A step without an index means all iterations. */
export interface Rule {
  readonly steps: readonly Step[];
  /**
   * `whole`: the stage and all inside. `end`: only that the stage ended. `self`: also how far it came. `later`: its
   * iterations behind the one of the last step (without an index: the first).
   */
  readonly what: 'whole' | 'end' | 'self' | 'later';
}

/** A stage and the graph that it is in. */
export interface Place {
  readonly graph: Graph;
  readonly stage: PlannedStage;
  readonly index: number | undefined;
}

/**
 * What a stage's repetition takes out of a record: itself, everything downstream of it, and the end of what it lies in
 * with everything downstream of that. Undefined when the plans have no such stage.
 */
export function selectFrom(plans: Plans, steps: readonly Step[]): Rule[] | undefined {
  const chain = placesOf(plans, steps);
  return chain?.flatMap((place, level) => {
    const outer = chain.slice(0, level).map(stepOf);
    const inner = chain[level + 1];
    const own = inner ? ownerRules(outer, place, inner) : stageRules(outer, place);
    return [...own, ...dependents(place).map((id) => wholeStage(outer, id))];
  });
}

/** The stages from the outermost owner to the one that is meant; undefined when the plans have no such stage. */
export function placesOf(plans: Plans, steps: readonly Step[]): Place[] | undefined {
  const main = plans.plans.get(plans.main);
  return main && find(plans, main.main, steps);
}

/** Ids are unique in a file, so owners may be left out. */
function find(plans: Plans, graph: Graph, steps: readonly Step[]): Place[] | undefined {
  const [first, ...rest] = steps;
  if (!first) return undefined;
  for (const stage of graph.stages) {
    const named = stage.id === first.id;
    const here: Place = { graph, stage, index: named ? first.index : undefined };
    if (named && rest.length === 0) return [here];
    for (const inner of graphsIn(plans, stage, named)) {
      const found = find(plans, inner, named ? rest : steps);
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

function stepOf({ stage, index }: Place): Step {
  return { id: stage.id, index };
}

function wholeStage(outer: readonly Step[], id: string): Rule {
  return { steps: [...outer, { id, index: undefined }], what: 'whole' };
}

/** The stage that is meant. Of one iteration of an owner: the owner has not ended any more either. */
function stageRules(outer: readonly Step[], place: Place): Rule[] {
  const whole: Rule = { steps: [...outer, stepOf(place)], what: 'whole' };
  if (place.index === undefined) return [whole];
  return [whole, { ...wholeStage(outer, place.stage.id), what: 'end' }, ...laterIterations(outer, place)];
}

/** An owner has not ended any more, and what runs after the inner stage though no dependency says so runs again. */
function ownerRules(outer: readonly Step[], owner: Place, inner: Place): Rule[] {
  const { component, bodies, id } = owner.stage;
  const itself = wholeStage(outer, id).steps;
  if (component.name !== 'trycatch') return [{ steps: itself, what: 'end' }, ...laterIterations(outer, owner)];
  const order = ['try_stages', 'catch_stages', 'finally_stages'];
  const at = order.findIndex((name) => bodies[name] === inner.graph);
  const later = order.slice(at + 1).flatMap((name) => bodies[name]?.stages ?? []);
  // With the try list repeated, the error that it ended with counts no more.
  const state: Rule = { steps: itself, what: at === 0 ? 'self' : 'end' };
  return [state, ...later.map((stage) => wholeStage(itself, stage.id))];
}

/** Iterations of a loop read the one before. */
function laterIterations(outer: readonly Step[], owner: Place): Rule[] {
  return owner.stage.component.name === 'loop' ? [{ steps: [...outer, stepOf(owner)], what: 'later' }] : [];
}

/** Whether a rule takes out an entry of this kind at this path. */
export function matches(rule: Rule, steps: readonly Step[], kind: 'start' | 'end' | 'log' | 'void'): boolean {
  const last = rule.steps.length - 1;
  const reached = steps[last];
  if (!reached) return false;
  const same = rule.steps.every((step, at) => {
    const other = steps[at];
    const isLater = rule.what === 'later' && at === last;
    return other?.id === step.id && (step.index === undefined || isLater || other.index === step.index);
  });
  if (!same || rule.what === 'whole') return same;
  if (rule.what === 'later') return (reached.index ?? 0) > (rule.steps[last]?.index ?? 0);
  return steps.length === rule.steps.length && (kind === 'end' || rule.what === 'self');
}
