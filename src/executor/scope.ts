import type { Json } from '../core/json.ts';
import type { Graph } from '../core/plan.ts';
import type { Failure, StageStatus } from '../core/run.ts';

/** Where a stage stands while its graph runs. Outputs are in their recorded (masked) form. */
export interface StageState {
  status: StageStatus;
  output: Json;
  error: Failure | null;
  /** Of a gate that succeeded: the branch that it opened, null for none. */
  branch: string | null | undefined;
}

/** What a pipeline (the run's own or a subpipeline) gives to all its scopes. */
export interface PipelineFrame {
  readonly name: string;
  readonly version: string;
  readonly input: Json;
  /** 0 for the run's own pipeline. */
  readonly depth: number;
}

/** One execution of one graph: the main one, an iteration's, a try, catch or finally list's. */
export class Scope {
  readonly graph: Graph;
  readonly frame: PipelineFrame;
  /** Where names are looked up that this graph does not have. */
  readonly parent: Scope | undefined;
  /** What stage ids are appended to: empty, or ends with `/`. */
  readonly prefix: string;
  readonly states: StageState[];
  /** Loop variables and `error`, shown under `context`. */
  readonly variables: Readonly<Record<string, unknown>>;

  constructor(
    graph: Graph,
    frame: PipelineFrame,
    prefix: string,
    parent?: Scope,
    variables: Readonly<Record<string, unknown>> = {},
  ) {
    this.graph = graph;
    this.frame = frame;
    this.prefix = prefix;
    this.parent = parent;
    this.variables = variables;
    this.states = graph.stages.map(() => ({ status: 'pending', output: null, error: null, branch: undefined }));
  }

  /** The list is left out, e.g. catch stages when there was no error: whoever reads them sees skipped ones. */
  skipAll(): void {
    for (const state of this.states) state.status = 'skipped';
  }

  /** The nearest stage of that name, going outwards. */
  find(id: string): StageState | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const index = scope.graph.byId.get(id);
      if (index !== undefined) return scope.states[index];
    }
    return undefined;
  }

  /** `context.vars`: what the setters that are visible from here have set. */
  contextVars(): Record<string, unknown> {
    const out: Record<string, unknown> = this.parent ? this.parent.contextVars() : {};
    for (const [name, index] of this.graph.variables) {
      const state = this.states[index];
      if (state?.status === 'succeeded') out[name] = (state.output as { value?: Json } | null)?.value ?? null;
      else if (state?.status !== 'pending') out[name] = null;
    }
    return out;
  }

  /** Loop variables and `error` from here outwards; inner ones hide outer ones. */
  contextVariables(): Record<string, unknown> {
    return this.parent ? { ...this.parent.contextVariables(), ...this.variables } : { ...this.variables };
  }

  /** What this graph gives: the output of its only final stage, several by id (PIPELINES.md 1, `result`). */
  finalOutput(): Json {
    const { finals, stages } = this.graph;
    if (finals.length === 1) return this.states[finals[0] as number]?.output ?? null;
    return Object.fromEntries(finals.map((index) => [stages[index]?.id ?? '', this.states[index]?.output ?? null]));
  }
}
