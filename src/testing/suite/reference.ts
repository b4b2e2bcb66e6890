import { parsePath, type Step } from '../../core/path.ts';
import type { Graph, Plan, PlannedStage } from '../../core/plan.ts';

/** The pipeline under test and every pipeline that it calls. */
export interface Plans {
  readonly main: Plan;
  /** All by name, the main one included. */
  readonly all: ReadonlyMap<string, Plan>;
}

/** A stage as tests name it: `pay`, `orders/pay`, `orders[1]/pay`, `call/fetch`, `pay[1]` for the second time it ran. */
export interface StageReference {
  /** As it was written. */
  readonly text: string;
  /** The path from the main graph without indices: `orders/pay`. */
  readonly name: string;
  /** Indices by the step of `name` that they belong to. */
  readonly indices: ReadonlyMap<number, number>;
  /** Which time it ran, from 0, where the last step has an index. */
  readonly nth: number | undefined;
  readonly stage: PlannedStage;
  /** The pipeline that has the stage. */
  readonly plan: Plan;
}

/** A stage and how it is reached: one entry per step from the main graph. */
interface Found {
  readonly ids: readonly string[];
  readonly stage: PlannedStage;
  readonly plan: Plan;
}

/**
 * The stage that a reference means. Ids are unique in a file, so owners may be left out; of a called pipeline the calling
 * stage must be named. Undefined when there is none.
 */
export function resolveReference(plans: Plans, text: string): StageReference | undefined {
  const steps = parsePath(text);
  if (!steps) return undefined;
  const found = find(plans, plans.main, plans.main.main, steps, []);
  if (!found) return undefined;
  const indices = new Map<number, number>();
  let at = 0;
  for (const [i, step] of steps.entries()) {
    at = found.ids.indexOf(step.id, at);
    if (step.index !== undefined && i < steps.length - 1) indices.set(at, step.index);
    at++;
  }
  return {
    text,
    name: found.ids.join('/'),
    indices,
    nth: steps.at(-1)?.index,
    stage: found.stage,
    plan: found.plan,
  };
}

function find(
  plans: Plans,
  plan: Plan,
  graph: Graph,
  steps: readonly Step[],
  before: readonly string[],
): Found | undefined {
  const [first, ...rest] = steps;
  if (!first) return undefined;
  for (const stage of graph.stages) {
    const ids = [...before, stage.id];
    const named = stage.id === first.id;
    if (named && rest.length === 0) return { ids, stage, plan };
    for (const body of Object.values(stage.bodies)) {
      const found = find(plans, plan, body, named ? rest : steps, ids);
      if (found) return found;
    }
    const called = named ? calledBy(plans, stage) : undefined;
    const inside = called && find(plans, called, called.main, rest, ids);
    if (inside) return inside;
  }
  return undefined;
}

/** The pipeline that a stage calls. */
export function calledBy(plans: Plans, stage: PlannedStage): Plan | undefined {
  return stage.component.name === 'subpipeline' ? plans.all.get(String(stage.constants.pipeline)) : undefined;
}

/** Whether a path of a run is one that the reference means, whichever time it ran. */
export function isMeant(reference: StageReference, path: readonly Step[]): boolean {
  if (path.map(({ id }) => id).join('/') !== reference.name) return false;
  for (const [at, index] of reference.indices) if (path[at]?.index !== index) return false;
  return true;
}

/** Every stage of a plan, those of bodies included, in the order of their graphs. */
export function* stagesOf(graph: Graph): Generator<PlannedStage> {
  for (const stage of graph.stages) {
    yield stage;
    for (const body of Object.values(stage.bodies)) yield* stagesOf(body);
  }
}

/** Finds the stage of a run's path, with what was found before kept. */
export class StageFinder {
  readonly #plans: Plans;
  readonly #known = new Map<string, { readonly stage: PlannedStage; readonly plan: Plan } | undefined>();

  constructor(plans: Plans) {
    this.#plans = plans;
  }

  /** `name` is a path without indices. */
  find(name: string): { readonly stage: PlannedStage; readonly plan: Plan } | undefined {
    if (!this.#known.has(name)) this.#known.set(name, resolveReference(this.#plans, name));
    return this.#known.get(name);
  }
}
