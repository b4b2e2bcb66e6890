import type { Json, JsonObject } from '../../src/core/json.ts';
import type { PipelineDefinition, StageDefinition } from '../../src/core/pipeline.ts';
import fc from '../setup/property.ts';

type Kind =
  | 'task'
  | 'effect'
  | 'variable'
  | 'logger'
  | 'delay'
  | 'return'
  | 'conditional'
  | 'router'
  | 'foreach'
  | 'loop'
  | 'trycatch'
  | 'subpipeline';

/** A stage before its names: numbers pick among what is there. Everything shrinks towards a plain task. */
interface Blueprint {
  readonly kind: Kind;
  readonly reads: readonly number[];
  readonly after: readonly number[];
  readonly any: boolean;
  readonly when: 'nothing' | 'status' | 'value' | 'input' | 'index' | 'never';
  readonly off: boolean;
  readonly goOn: boolean;
  readonly fails: number;
  readonly type: string;
  readonly attempts: number;
  readonly number: number;
  readonly flag: boolean;
  readonly flag2: boolean;
  readonly lists: readonly (readonly Blueprint[])[];
}

/** A whole random pipeline with what it needs to run. */
export interface RandomRun {
  readonly definition: PipelineDefinition;
  readonly children: PipelineDefinition[];
  readonly input: JsonObject;
}

const seldom = (weight: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: 100 - weight, arbitrary: fc.constant(false) }, { weight, arbitrary: fc.constant(true) });

function blueprint(kind: fc.Arbitrary<Kind>, lists: fc.Arbitrary<Blueprint[][]>): fc.Arbitrary<Blueprint> {
  return fc.record({
    kind,
    reads: fc.array(fc.nat(99), { maxLength: 2 }),
    after: fc.array(fc.nat(99), { maxLength: 2 }),
    any: fc.boolean(),
    when: fc.oneof(
      { weight: 6, arbitrary: fc.constant<Blueprint['when']>('nothing') },
      { weight: 2, arbitrary: fc.constantFrom<Blueprint['when'][]>('status', 'value', 'input', 'index', 'never') },
    ),
    off: seldom(3),
    goOn: seldom(30),
    fails: fc.oneof({ weight: 7, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }) }),
    type: fc.constantFrom('CONNECTIVITY', 'COMPONENT'),
    attempts: fc.integer({ min: 1, max: 3 }),
    number: fc.nat(3),
    flag: fc.boolean(),
    flag2: fc.boolean(),
    lists,
  });
}

const leaf = blueprint(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Kind>('task') },
    { weight: 3, arbitrary: fc.constant<Kind>('effect') },
    { weight: 1, arbitrary: fc.constantFrom<Kind[]>('variable', 'logger', 'delay', 'return') },
  ),
  fc.constant([]),
);

const { node } = fc.letrec<{ node: Blueprint }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: blueprint(
        fc.constantFrom<Kind[]>('conditional', 'router', 'foreach', 'loop', 'trycatch', 'trycatch', 'subpipeline'),
        fc.array(fc.array(tie('node'), { minLength: 1, maxLength: 2, size: 'max' }), { minLength: 3, maxLength: 3 }),
      ),
    },
  ),
}));

function randomRuns(order: Order): fc.Arbitrary<RandomRun> {
  const nodes = fc.array(node, { minLength: 1, maxLength: 7, size: 'max' });
  return fc.record({ nodes, flag: fc.boolean(), items: fc.array(fc.nat(9), { maxLength: 3 }) }).map((parts) => {
    const children: PipelineDefinition[] = [];
    const definition = new Builder('main', { order, children, ids: [] }).build(parts.nodes);
    return { definition, children, input: { flag: parts.flag, items: parts.items, n: parts.items.length } };
  });
}

/** Random pipelines. All control stages, nesting, failures, retries; at most one return per pipeline. */
export const randomRun = randomRuns('free');

/** The same with every stage after the one before it: what they come to does not depend on time. */
export const randomSequence = randomRuns('sequence');

/** What a list of stages may name. */
interface Place {
  /** Expressions that give a value. */
  readonly readable: readonly string[];
  /** Ids of stages of the same list. */
  readonly ids: string[];
  /** Ids of the same list whose end takes time. */
  readonly timed: string[];
  readonly indexed: boolean;
  /** In finally stages. */
  readonly last: boolean;
}

type Order = 'free' | 'sequence';

/** What a pipeline and its children have in common. */
interface Family {
  readonly order: Order;
  readonly children: PipelineDefinition[];
  /** Ids of all of them, so that none is there twice. */
  readonly ids: string[];
}

/** Gives names to blueprints. */
class Builder {
  readonly #name: string;
  readonly #family: Family;
  readonly #stages: StageDefinition[] = [];
  #returned = false;

  constructor(name: string, family: Family) {
    this.#name = name;
    this.#family = family;
  }

  build(nodes: readonly Blueprint[]): PipelineDefinition {
    this.#list(nodes, { readable: ['input.n'], ids: [], timed: [], indexed: false, last: false });
    return { name: this.#name, max_parallel: 1_000, stages: this.#stages };
  }

  /** The ids of a list; `place.ids` and `place.timed` grow as stages are named. */
  #list(nodes: readonly Blueprint[], place: Place): string[] {
    return nodes.map((node) => this.#stage(node, place));
  }

  /** A return leaves once and behind something that takes time; two delays would end at one instant. */
  #kind(node: Blueprint, place: Place): Kind {
    const { kind } = node;
    if (kind === 'return') return this.#returned || place.last || place.timed.length === 0 ? 'task' : kind;
    return kind === 'delay' && (place.last || this.#family.order === 'free') ? 'task' : kind;
  }

  #stage(node: Blueprint, place: Place): string {
    const kind = this.#kind(node, place);
    const id = `${kind}${this.#family.ids.length}`;
    this.#family.ids.push(id);
    // Takes its place now, so that the stages of its lists get other names.
    const stage: StageDefinition = { id, component: COMPONENTS[kind] };
    this.#stages.push(stage);
    Object.assign(stage, kind === 'return' ? this.#leaving(node, place) : this.#common(node, place));
    const gated: string[] = [];
    stage.config = this.#config(kind, node, stage, place, gated);
    place.ids.push(id, ...gated);
    if (kind === 'task' || kind === 'effect') place.timed.push(id);
    return id;
  }

  #leaving(node: Blueprint, place: Place): Partial<StageDefinition> {
    const when = this.#family.order === 'sequence' ? { when: `stages.${place.ids.at(-1)}.status != 'x'` } : {};
    return { depends_on: [pick(place.timed, node.number)], ...when };
  }

  #common(node: Blueprint, place: Place): Partial<StageDefinition> {
    const after = [...new Set(place.ids.length > 0 ? node.after.map((n) => pick(place.ids, n)) : [])];
    const when = this.#when(node, place);
    const failing = (node.kind === 'task' || node.kind === 'effect') && node.fails > 0;
    return {
      join: node.any ? ('any' as const) : ('all' as const),
      ...(after.length > 0 ? { depends_on: after } : {}),
      ...(when === undefined ? {} : { when }),
      ...(node.off ? { enabled: false } : {}),
      ...(node.goOn ? { on_error: 'continue' as const } : {}),
      ...(failing ? { retry: retryOf(node) } : {}),
    };
  }

  #when(node: Blueprint, place: Place): string | boolean | undefined {
    const before = place.ids.at(-1);
    if (this.#family.order === 'sequence' && before) return SEQUENCE[node.when](before);
    const id = place.ids.length > 0 ? pick(place.ids, node.number) : undefined;
    if (node.when === 'never') return false;
    if (node.when === 'input') return 'input.flag == true';
    if (node.when === 'index' && place.indexed) return 'context.index != 1';
    if (node.when === 'status' && id) return `stages.${id}.status == 'succeeded'`;
    if (node.when === 'value' && id) return `default(stages.${id}.output.v, 9) != 1`;
    return undefined;
  }

  #value(node: Blueprint, place: Place): Json {
    const all = [...place.readable, ...place.ids.map((id) => `stages.${id}.output`)];
    return node.reads.map((n) => `{{ ${pick(all, n)} }}`);
  }

  #test(node: Blueprint, place: Place): Json {
    const id = place.ids.length > 0 ? pick(place.ids, node.number) : undefined;
    return id && node.flag ? `default(stages.${id}.output.v, 9) != 1` : 'input.flag == true';
  }

  #config(kind: Kind, node: Blueprint, stage: StageDefinition, place: Place, gated: string[]): JsonObject {
    const [first = [], second = [], third = []] = node.lists;
    switch (kind) {
      case 'variable':
        return { name: `of_${stage.id}`, value: this.#value(node, place) };
      case 'logger':
        return { message: 'hello' };
      case 'delay':
        return { duration: '1h' };
      case 'return':
        this.#returned = true;
        return {
          value: { from: stage.id },
          ...(node.flag ? { condition: `default(stages.${stage.depends_on?.[0]}.output.v, 9) != 1` } : {}),
        };
      case 'conditional': {
        const config: JsonObject = {
          condition: this.#test(node, place),
          true_branch: this.#branch(first, place, gated),
        };
        return node.flag2 ? { ...config, false_branch: this.#branch(second, place, gated) } : config;
      }
      case 'router':
        return this.#router(node, place, gated);
      case 'foreach':
        return {
          items: node.flag ? '{{ input.items }}' : ['x', 'y', 'z'].slice(0, node.number),
          parallel: node.any && this.#family.order === 'free',
          max_parallel: 2,
          break_on_error: node.flag2,
          loop_stages: this.#body(first, place, ['context.item', 'context.index'], true),
        };
      case 'loop':
        return this.#loop(node, place);
      case 'trycatch':
        return this.#trycatch(node, place);
      case 'subpipeline': {
        const name = `child-${this.#name}-${stage.id}`;
        const child = new Builder(name, this.#family).build(first);
        this.#family.children.push(child);
        return { pipeline: name, input: { n: node.number, flag: node.flag, items: third.map(({ number }) => number) } };
      }
      default:
        return {
          value: this.#value(node, place),
          ...(node.fails > 0 ? { fails: node.fails, type: node.type } : {}),
          ...(kind === 'effect' ? { stamp: ['{{ uuid() }}', '{{ now() }}'] } : {}),
        };
    }
  }

  /** A branch stays in the list of its gate: it sees what is there, and later stages see it. */
  #branch(nodes: readonly Blueprint[], place: Place, gated: string[]): string[] {
    const inside: Place = { ...place, ids: [...place.ids, ...gated], timed: [...place.timed] };
    const before = inside.ids.length;
    const ids = this.#list(nodes, inside);
    gated.push(...inside.ids.slice(before));
    return ids;
  }

  #router(node: Blueprint, place: Place, gated: string[]): JsonObject {
    const [first = [], second = [], third = []] = node.lists;
    const id = place.ids.length > 0 ? pick(place.ids, node.number) : undefined;
    const zero = this.#branch(first, place, gated);
    const one = this.#branch(second, place, gated);
    return {
      value: id ? `{{ default(stages.${id}.output.v, 0) }}` : node.number,
      routes: { 0: zero, 1: node.flag2 ? [...one, ...zero.slice(0, 1)] : one },
      ...(node.flag ? { default: this.#branch(third, place, gated) } : {}),
    };
  }

  /** A list of an owner sees what is around it, and itself. */
  #body(
    nodes: readonly Blueprint[],
    place: Place,
    readable: string[],
    indexed: boolean,
    inside: string[] = [],
  ): string[] {
    const around = place.ids.map((id) => `stages.${id}.output`);
    const own: Place = {
      ...place,
      readable: [...place.readable, ...around, ...readable],
      ids: inside,
      timed: [],
      indexed,
    };
    return this.#list(nodes, own);
  }

  #loop(node: Blueprint, place: Place): JsonObject {
    // The first stage takes time and always runs, so that no loop turns without time passing.
    const steady: Blueprint = {
      ...node,
      kind: 'task',
      reads: [99, 98],
      after: [],
      when: 'nothing',
      off: false,
      goOn: false,
      fails: 0,
      lists: [],
    };
    const rest = (node.lists[0] ?? []).slice(0, 1);
    const inside: string[] = [];
    const loop_stages = this.#body(
      [steady, ...rest],
      place,
      ['context.iteration', 'context.previous'],
      place.indexed,
      inside,
    );
    return {
      loop_stages,
      until: `default(stages.${loop_stages[0]}.output.v, 9) == ${node.number}`,
      max_iterations: node.attempts,
      initial: 7,
      ...(node.flag ? { on_limit: node.flag2 ? 'fail' : 'continue' } : {}),
    };
  }

  #trycatch(node: Blueprint, place: Place): JsonObject {
    const [first = [], second = [], third = []] = node.lists;
    const tried: string[] = [];
    const config: JsonObject = { try_stages: this.#body(first, place, [], place.indexed, tried) };
    const seen = tried.map((id) => `stages.${id}.output`);
    const caught = [...seen, 'context.error.type'];
    if (node.flag) config.catch_stages = this.#body(second, place, caught, place.indexed);
    // Finally stages have an error of their own, which may be null.
    const readable = place.readable.filter((name) => name !== 'context.error.type');
    const own: Place = { ...place, readable, last: true };
    if (node.flag2) config.finally_stages = this.#body(third, own, seen, place.indexed);
    if (node.number === 1) config.catch_error_types = ['CONNECTIVITY'];
    if (node.number === 2) config.error_scope = 'continue';
    if (node.number === 3) config.error_scope = 'propagate';
    return config;
  }
}

const COMPONENTS: Record<Kind, string> = {
  task: 'task',
  effect: 'effect',
  variable: 'variable-set',
  logger: 'logger',
  delay: 'delay',
  return: 'return',
  conditional: 'conditional',
  router: 'router',
  foreach: 'foreach',
  loop: 'loop',
  trycatch: 'trycatch',
  subpipeline: 'subpipeline',
};

/** `when` of a stage behind another one, by what its blueprint says. */
const SEQUENCE: Record<Blueprint['when'], (id: string) => string> = {
  nothing: (id) => `stages.${id}.status != 'x'`,
  index: (id) => `stages.${id}.status != 'failed'`,
  input: (id) => `stages.${id}.status != 'skipped'`,
  never: (id) => `stages.${id}.status == 'x'`,
  status: (id) => `stages.${id}.status == 'succeeded'`,
  value: (id) => `default(stages.${id}.output.v, 9) != 1`,
};

function retryOf(node: Blueprint): NonNullable<StageDefinition['retry']> {
  const on = node.flag ? { on: ['COMPONENT', 'CONNECTIVITY'] } : {};
  return { max_attempts: node.attempts, delay: '7ms', jitter: false, ...on };
}

function pick<T>(list: readonly T[], n: number): T {
  const item = list[n % list.length];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
