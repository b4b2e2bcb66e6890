import type { Json } from '../../src/core/json.ts';
import type { PipelineDefinition, StageDefinition } from '../../src/core/pipeline.ts';

/** Which stages a control stage owns, by config field. */
const OWNED: Record<string, string[]> = {
  foreach: ['loop_stages'],
  loop: ['loop_stages'],
  trycatch: ['try_stages', 'catch_stages', 'finally_stages'],
};

/** Read as nothing of consequence by the rule of final stages. */
const LIGHT = new Set(['return', 'logger', 'delay']);

function ids(value: Json | undefined): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** The shape of a pipeline, read from its definition again and again: slow and plain. */
export class Shape {
  readonly #stages: readonly StageDefinition[];

  constructor(definition: PipelineDefinition) {
    this.#stages = definition.stages;
  }

  /** The main list. */
  get main(): StageDefinition[] {
    const owned = new Set(
      this.#stages.flatMap((stage) => Object.values(this.bodies(stage)).flatMap((body) => body.map(({ id }) => id))),
    );
    return this.#stages.filter(({ id }) => !owned.has(id));
  }

  /** Every body of an owner, with what is gated inside. */
  bodies(stage: StageDefinition): Record<string, StageDefinition[]> {
    const fields = OWNED[stage.component] ?? [];
    return Object.fromEntries(fields.map((name) => [name, this.#withGated(ids(stage.config?.[name]))]));
  }

  #withGated(listed: string[]): StageDefinition[] {
    const all = new Set(listed);
    for (let size = -1; size !== all.size; ) {
      size = all.size;
      for (const stage of this.#stages) if (all.has(stage.id)) for (const id of branchIds(stage)) all.add(id);
    }
    return this.#stages.filter(({ id }) => all.has(id));
  }

  /** The gate of a stage and the branches that let it run. */
  gate(stage: StageDefinition): { id: string; branches: string[] } | undefined {
    for (const gate of this.#stages) {
      const branches = Object.entries(branchesOf(gate)).flatMap(([name, list]) =>
        list.includes(stage.id) ? [name] : [],
      );
      if (branches.length > 0) return { id: gate.id, branches };
    }
    return undefined;
  }

  /** Ids of the same list that must be finished first. */
  dependencies(stage: StageDefinition, list: readonly StageDefinition[]): string[] {
    const all = new Set([...(stage.depends_on ?? []), ...this.#mentions(stage, list, /stages\.(\w+)\./g)]);
    const gate = this.gate(stage);
    if (gate) all.add(gate.id);
    return list.map(({ id }) => id).filter((id) => all.has(id));
  }

  /** What the skip rule looks at: names of stages, and of variables. */
  skipDependencies(stage: StageDefinition): { ids: string[]; variables: string[] } {
    const text = JSON.stringify([stage.config ?? {}, stage.when ?? true]);
    const read = [...text.matchAll(/stages\.(\w+)\.output/g)].map((match) => match[1] ?? '');
    const variables = [...text.matchAll(/context\.vars\.(\w+)/g)].map((match) => match[1] ?? '');
    return { ids: [...(stage.depends_on ?? []), ...read], variables };
  }

  #mentions(stage: StageDefinition, list: readonly StageDefinition[], pattern: RegExp): string[] {
    const own = named(JSON.stringify([stage.config ?? {}, stage.when ?? true]), list, pattern);
    const inside = Object.values(this.bodies(stage)).flat();
    return [...own, ...inside.flatMap((inner) => this.#mentions(inner, list, pattern))];
  }

  /** Stages whose outputs are the result of a list. */
  finals(list: readonly StageDefinition[]): StageDefinition[] {
    const before = new Map(list.map((stage) => [stage.id, this.dependencies(stage, list)]));
    const behind = (id: string): StageDefinition[] => {
      const reached = new Set([id]);
      for (let size = 0; size !== reached.size; ) {
        size = reached.size;
        for (const [other, needed] of before) if (needed.some((one) => reached.has(one))) reached.add(other);
      }
      return list.filter((other) => other.id !== id && reached.has(other.id));
    };
    const heavy = list.filter((stage) => !LIGHT.has(stage.component));
    const open = heavy.filter(({ id }) => behind(id).every((other) => LIGHT.has(other.component)));
    return open.length > 0 ? open : list.filter(({ id }) => behind(id).length === 0);
  }
}

/** Branch names of a gate with the ids behind each. */
function branchesOf(stage: StageDefinition): Record<string, string[]> {
  const config = stage.config ?? {};
  if (stage.component === 'conditional') return { true: ids(config.true_branch), false: ids(config.false_branch) };
  if (stage.component !== 'router') return {};
  const routes = Object.entries(config.routes ?? {}).map(([name, list]): [string, string[]] => [
    name,
    ids(list as Json),
  ]);
  return { ...Object.fromEntries(routes), default: ids(config.default) };
}

function branchIds(stage: StageDefinition): string[] {
  return Object.values(branchesOf(stage)).flat();
}

/** Ids of the list that a text names, as stages or through the variables that they set. */
function named(text: string, list: readonly StageDefinition[], pattern: RegExp): string[] {
  const direct = [...text.matchAll(pattern)].map((match) => match[1] ?? '');
  const variables = new Set([...text.matchAll(/context\.vars\.(\w+)/g)].map((match) => match[1]));
  const setters = list.filter(
    (stage) => stage.component === 'variable-set' && variables.has(String(stage.config?.name)),
  );
  return [...direct, ...setters.map(({ id }) => id)];
}
