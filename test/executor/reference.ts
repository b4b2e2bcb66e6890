import type { Json, JsonObject } from '../../src/core/json.ts';
import type { PipelineDefinition, StageDefinition } from '../../src/core/pipeline.ts';
import { Shape } from './reference-lists.ts';
import { evaluate, resolve, type Scope, type State, setterOf, stateOf } from './reference-scope.ts';
import { digest, duration } from './tasks.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a run of a pipeline must come to. */
export interface Prediction {
  readonly status: 'succeeded' | 'failed';
  readonly result: Json;
  readonly error: { readonly type: string; readonly path: string } | null;
  readonly stages: ReadonlyMap<string, State>;
  /** Instants at which a failure, a break or a return stopped something. */
  readonly stops: ReadonlySet<number>;
}

class Failed extends Error {
  readonly type: string;
  readonly path: string;

  constructor(type: string, path: string) {
    super(type);
    this.type = type;
    this.path = path;
  }
}

class Returned extends Error {
  readonly value: Json;

  constructor(value: Json) {
    super('returned');
    this.value = value;
  }
}

class Stopped extends Error {}

/** Tells everything below it to stop. */
class Stop {
  stopped = false;
  readonly #below: (() => void)[] = [];

  child(): Stop {
    const child = new Stop();
    if (this.stopped) child.stop();
    this.#below.push(() => child.stop());
    return child;
  }

  stop(): void {
    this.stopped = true;
    for (const tell of this.#below) tell();
  }

  sleep(clock: VirtualClock, ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.stopped) return reject(new Stopped());
      const cancel = clock.after(ms, resolve);
      this.#below.push(() => {
        cancel();
        reject(new Stopped());
      });
    });
  }
}

/**
 * Interprets pipeline definitions as PIPELINES.md 4 and 5 read, as naively as it can: every stage is a promise that
 * waits for the promises of its dependencies. Knows the components of `tasks.ts` and the control stages.
 */
class Interpreter {
  readonly stages = new Map<string, State>();
  readonly stops = new Set<number>();
  readonly #clock: VirtualClock;
  readonly #children: ReadonlyMap<string, PipelineDefinition>;

  constructor(clock: VirtualClock, children: ReadonlyMap<string, PipelineDefinition>) {
    this.#clock = clock;
    this.#children = children;
  }

  async pipeline(definition: PipelineDefinition, input: Json, prefix: string, stop: Stop): Promise<Json> {
    const shape = new Shape(definition);
    const scope = scopeOf(undefined, prefix, shape.main, {}, input);
    try {
      return await this.#list(shape, shape.main, scope, stop);
    } catch (thrown) {
      if (thrown instanceof Returned) return thrown.value;
      throw thrown;
    }
  }

  /** Runs a list of stages to its result. Throws Failed, Returned or Stopped. */
  async #list(shape: Shape, list: StageDefinition[], scope: Scope, outer: Stop): Promise<Json> {
    const stop = outer.child();
    const finished = new Map<string, Promise<void>>();
    let first: unknown;
    for (const stage of list) this.#enter(shape, list, stage, scope);
    const start = (stage: StageDefinition): Promise<void> => {
      const before = list.filter(({ id }) => shape.dependencies(stage, list).includes(id));
      const running =
        finished.get(stage.id) ??
        this.#after(before.map(start), shape, stage, scope, stop).catch((thrown) => {
          if (stop.stopped) return;
          first = thrown;
          this.stops.add(this.#clock.now());
          stop.stop();
        });
      finished.set(stage.id, running);
      return running;
    };
    await Promise.all(list.map(start));
    if (first) throw first;
    if (outer.stopped) throw new Stopped();
    const finals = shape.finals(list);
    const output = (stage: StageDefinition): Json => stateOf(scope, stage.id)?.output ?? null;
    const [only, ...others] = finals;
    if (only && others.length === 0) return output(only);
    return Object.fromEntries(finals.map((stage) => [stage.id, output(stage)]));
  }

  #enter(shape: Shape, list: StageDefinition[], stage: StageDefinition, scope: Scope): void {
    const after = shape.dependencies(stage, list).map((id) => scope.prefix + id);
    const state: State = {
      status: 'stopped',
      output: null,
      errorType: null,
      attempts: 0,
      started: null,
      finished: null,
      after,
    };
    scope.states.set(stage.id, state);
    this.stages.set(scope.prefix + stage.id, state);
  }

  async #after(before: Promise<void>[], shape: Shape, stage: StageDefinition, scope: Scope, stop: Stop): Promise<void> {
    await Promise.all(before);
    const state = stateOf(scope, stage.id);
    if (!state || stop.stopped) return;
    if (!admitted(shape, stage, scope)) {
      Object.assign(state, { status: 'skipped', finished: this.#clock.now() });
      return;
    }
    state.started = this.#clock.now();
    try {
      state.output = await this.#run(shape, stage, scope, stop, state);
      state.status = 'succeeded';
    } catch (thrown) {
      if (thrown instanceof Returned && stage.component === 'return') {
        Object.assign(state, { status: 'succeeded', output: { returned: true, value: thrown.value } });
      }
      if (!(thrown instanceof Failed)) throw thrown;
      state.status = 'failed';
      state.errorType = thrown.type;
      if (stage.on_error !== 'continue' || stop.stopped) throw thrown;
    } finally {
      state.finished = this.#clock.now();
    }
  }

  async #run(shape: Shape, stage: StageDefinition, scope: Scope, stop: Stop, state: State): Promise<Json> {
    const config = stage.config ?? {};
    const path = scope.prefix + stage.id;
    const expression = (name: string, fallback: Json): Json =>
      config[name] === undefined ? fallback : condition(config[name], scope);
    switch (stage.component) {
      case 'conditional':
        return { branch_taken: expression('condition', true) };
      case 'router':
        return { route_taken: route(config, resolve(config.value ?? null, scope)) };
      case 'variable-set':
        return { value: resolve(config.value ?? null, scope) };
      case 'logger':
        return { message: config.message ?? null };
      case 'delay':
        await stop.sleep(this.#clock, 3_600_000);
        return null;
      case 'return':
        if (expression('condition', true) === false) return { returned: false };
        throw new Returned(resolve(config.value ?? null, scope));
      case 'subpipeline':
        return this.#child(config, scope, path, stop);
      case 'foreach':
        return this.#foreach(shape, stage, scope, path, stop);
      case 'loop':
        return this.#loop(shape, stage, scope, path, stop);
      case 'trycatch':
        return this.#trycatch(shape, stage, scope, path, stop);
      default:
        return this.#task(stage, scope, path, stop, state);
    }
  }

  async #task(stage: StageDefinition, scope: Scope, path: string, stop: Stop, state: State): Promise<Json> {
    const { fails = 0, type = 'COMPONENT', value = null } = stage.config ?? {};
    const { max_attempts = 1, on = ['TIMEOUT', 'CONNECTIVITY', 'RATE_LIMIT', 'PROVIDER'] } = stage.retry ?? {};
    for (let attempt = 1; ; attempt++) {
      state.attempts = attempt;
      await stop.sleep(this.#clock, duration(path, attempt));
      if (attempt > Number(fails)) return digest(stage.id, resolve(value, scope));
      if (attempt >= max_attempts || !on.includes(String(type))) throw new Failed(String(type), path);
      await stop.sleep(this.#clock, 7 * 2 ** (attempt - 1));
    }
  }

  async #child(config: JsonObject, scope: Scope, path: string, stop: Stop): Promise<Json> {
    const child = this.#children.get(String(config.pipeline));
    if (!child) throw new Error(`no pipeline ${config.pipeline}`);
    return this.pipeline(child, resolve(config.input ?? {}, scope), `${path}/`, stop);
  }

  async #foreach(shape: Shape, stage: StageDefinition, scope: Scope, path: string, stop: Stop): Promise<Json> {
    const config = stage.config ?? {};
    const items = resolve(config.items ?? [], scope) as Json[];
    const body = shape.bodies(stage).loop_stages ?? [];
    const all = stop.child();
    const results: Json[] = items.map(() => null);
    const errors: Json[] = [];
    let first: unknown;
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < items.length && !all.stopped) {
        const index = next++;
        const context = { item: items[index] ?? null, index, total: items.length };
        try {
          const inside = scopeOf(scope, `${path}[${index}]/`, body, context, scope.input);
          results[index] = await this.#list(shape, body, inside, all);
        } catch (thrown) {
          if (all.stopped) return;
          if (thrown instanceof Failed && config.break_on_error === false)
            errors.push({ index, error: { type: thrown.type } });
          else {
            first = thrown;
            this.stops.add(this.#clock.now());
            all.stop();
          }
        }
      }
    };
    const width = config.parallel === true ? Number(config.max_parallel ?? 5) : 1;
    await Promise.all(Array.from({ length: width }, work));
    if (first) throw first;
    if (stop.stopped) throw new Stopped();
    return { results, errors, count: items.length };
  }

  async #loop(shape: Shape, stage: StageDefinition, scope: Scope, path: string, stop: Stop): Promise<Json> {
    const config = stage.config ?? {};
    const body = shape.bodies(stage).loop_stages ?? [];
    const cap = Number(config.max_iterations ?? 100);
    const results: Json[] = [];
    let previous: Json = config.initial ?? null;
    let done = false;
    while (!done && results.length < cap) {
      const inside = scopeOf(
        scope,
        `${path}[${results.length}]/`,
        body,
        { iteration: results.length, previous },
        scope.input,
      );
      previous = await this.#list(shape, body, inside, stop);
      results.push(previous);
      done = condition(config.until ?? false, inside) === true;
    }
    const onLimit = config.on_limit ?? (config.max_iterations === undefined ? 'fail' : 'continue');
    if (!done && onLimit === 'fail') throw new Failed('QUOTA', path);
    return { results, last: previous, iterations: results.length, exhausted: !done };
  }

  async #trycatch(shape: Shape, stage: StageDefinition, scope: Scope, path: string, stop: Stop): Promise<Json> {
    const config = stage.config ?? {};
    const { try_stages = [], catch_stages = [], finally_stages = [] } = shape.bodies(stage);
    const goesOn = (config.error_scope ?? (catch_stages.length > 0 ? 'continue' : 'propagate')) === 'continue';
    const types = config.catch_error_types;
    const trying = scopeOf(scope, `${path}/`, try_stages, {}, scope.input);
    let catching = trying;
    let thrown: unknown;
    let output: Json = null;
    try {
      output = { status: 'succeeded', error: null, result: await this.#list(shape, try_stages, trying, stop) };
    } catch (error) {
      thrown = error;
      if (error instanceof Failed && (!Array.isArray(types) || types.includes(error.type))) {
        const caught = { type: error.type };
        if (catch_stages.length > 0) {
          catching = scopeOf(trying, `${path}/`, catch_stages, { error: caught }, scope.input);
          try {
            output = {
              status: 'recovered',
              error: caught,
              result: await this.#list(shape, catch_stages, catching, stop),
            };
            if (goesOn) thrown = undefined;
          } catch (second) {
            thrown = second;
          }
        } else if (goesOn) {
          output = { status: 'failed', error: caught, result: null };
          thrown = undefined;
        }
      }
    }
    if (finally_stages.length > 0) {
      const error = thrown instanceof Failed ? { type: thrown.type } : null;
      // Nothing stops finally: it gets a stop of its own.
      await this.#list(
        shape,
        finally_stages,
        scopeOf(catching, `${path}/`, finally_stages, { error }, scope.input),
        new Stop(),
      );
    }
    if (thrown) throw thrown;
    return output;
  }
}

function scopeOf(
  around: Scope | undefined,
  prefix: string,
  list: StageDefinition[],
  context: JsonObject,
  input: Json,
): Scope {
  const setters = list.filter(({ component }) => component === 'variable-set');
  const variables = new Map(setters.map((stage) => [String(stage.config?.name), stage.id]));
  return { around, states: new Map(), variables, context, input, prefix };
}

/** The order of tests: gate, skip rule, enabled, when. */
function admitted(shape: Shape, stage: StageDefinition, scope: Scope): boolean {
  const gate = shape.gate(stage);
  if (gate) {
    const output = (stateOf(scope, gate.id)?.output ?? {}) as JsonObject;
    if (!gate.branches.includes(String(output.branch_taken ?? output.route_taken ?? 'none'))) return false;
  }
  const { ids, variables } = shape.skipDependencies(stage);
  const states = [...ids.map((id) => stateOf(scope, id)), ...variables.map((name) => setterOf(scope, name))];
  // Names of an owner's own body are none that it waits for.
  const before = states.filter((state) => state !== undefined).map(({ status }) => status === 'skipped');
  if (before.length > 0 && (stage.join === 'any' ? before.every(Boolean) : before.some(Boolean))) return false;
  if (stage.enabled === false) return false;
  return stage.when === undefined || condition(stage.when, scope) === true;
}

function condition(expression: Json, scope: Scope): Json {
  return typeof expression === 'string' ? evaluate(expression, scope) : expression;
}

function route(config: JsonObject, value: Json): Json {
  const routes = (config.routes ?? {}) as JsonObject;
  if (value !== null && Object.hasOwn(routes, String(value))) return String(value);
  return config.default === undefined ? null : 'default';
}

/** What a run must come to, on a clock of its own. */
export async function predict(
  definition: PipelineDefinition,
  input: Json,
  children: readonly PipelineDefinition[],
  clock: VirtualClock,
): Promise<Prediction> {
  const interpreter = new Interpreter(clock, new Map(children.map((child) => [child.name, child])));
  const { stages, stops } = interpreter;
  try {
    const result = await interpreter.pipeline(definition, input, '', new Stop());
    return { status: 'succeeded', result, error: null, stages, stops };
  } catch (thrown) {
    if (!(thrown instanceof Failed)) throw thrown;
    return { status: 'failed', result: null, error: { type: thrown.type, path: thrown.path }, stages, stops };
  }
}
