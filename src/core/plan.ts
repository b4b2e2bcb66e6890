import type { ComponentDescriptor } from './descriptor.ts';
import type { Expression, Template } from './expression/types.ts';
import type { Json, JsonSchema } from './json.ts';
import type { PipelineDefinition, StageDefinition } from './pipeline.ts';
import type { ErrorType } from './run.ts';

/** A pipeline that was checked and compiled: all that the executor needs. */
export interface Plan {
  readonly name: string;
  readonly version: string;
  readonly definition: PipelineDefinition;
  readonly main: Graph;
  /** Absent: the output of the only final stage; several: an object by stage id. */
  readonly result: Template | undefined;
  readonly input: JsonSchema | undefined;
  readonly output: JsonSchema | undefined;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly maxParallel: number;
  readonly concurrency:
    | { readonly limit: number; readonly key: Expression | undefined; readonly on_limit: 'queue' | 'reject' }
    | undefined;
  readonly onFailure: { readonly pipeline: string; readonly input: Template | undefined } | undefined;
  readonly requires: Requirements;
}

/** What a pipeline names and a host must have. */
export interface Requirements {
  readonly vars: readonly string[];
  readonly secrets: readonly string[];
  /** Secrets that are read where they exist. */
  readonly optionalSecrets: readonly string[];
  /** The same of triggers: needed where they are active, not for a run. */
  readonly triggers: { readonly vars: readonly string[]; readonly secrets: readonly string[] };
  /** Subpipelines and `on_failure`, with the semver range where one is written. */
  readonly pipelines: readonly { readonly name: string; readonly range?: string | undefined }[];
  /** Component name to version. */
  readonly components: Readonly<Record<string, string>>;
}

/** The stages of one scope. */
export interface Graph {
  /** In topological order; `index` of each is its place here. */
  readonly stages: readonly PlannedStage[];
  /** Places of the final stages (PIPELINES.md 1, `result`), in file order. */
  readonly finals: readonly number[];
  readonly byId: ReadonlyMap<string, number>;
  /** Variable name (`context.vars.<name>`) to the place of its only setter. */
  readonly variables: ReadonlyMap<string, number>;
}

export interface RetryPolicy {
  /** Counts the first. Null: the component's own default, which may depend on the resolved config. */
  readonly maxAttempts: number | null;
  /** Milliseconds. */
  readonly delay: number;
  readonly factor: number;
  readonly maxDelay: number;
  readonly jitter: boolean;
  readonly on: ReadonlySet<ErrorType>;
}

export interface PlannedStage {
  readonly id: string;
  readonly index: number;
  readonly definition: StageDefinition;
  readonly component: ComponentDescriptor;
  /** Everything of `config` that is resolved when the stage starts, constants included; late fields left out. */
  readonly config: Template;
  /** `expression` fields of scope `stage`: resolved with the config, must give a boolean. */
  readonly conditions: Readonly<Record<string, Expression>>;
  /** `expression` fields of scope `body` or `item`. */
  readonly lateExpressions: Readonly<Record<string, Expression>>;
  /** `template` fields of scope `body`. */
  readonly lateTemplates: Readonly<Record<string, Template>>;
  /** Places in the same graph that must be finished first: `depends_on`, expressions, gate, what its bodies read. */
  readonly dependencies: readonly number[];
  /** Places of the stages that wait for this one. */
  readonly dependents: readonly number[];
  /** Those dependencies that the skip rule looks at. */
  readonly skipDependencies: readonly number[];
  /** Ids of stages of enclosing scopes (for a catch list also of the try list) that the skip rule looks at too. */
  readonly outerSkipDependencies: readonly string[];
  readonly join: 'all' | 'any';
  /** The gate, and the branches that let this stage run: `true`, `false`, route names, `default`. */
  readonly gate: { readonly index: number; readonly branches: readonly string[] } | undefined;
  /** Bodies of an owner by config field: `loop_stages`, `try_stages`, `catch_stages`, `finally_stages`. */
  readonly bodies: Readonly<Record<string, Graph>>;
  readonly when: Expression | boolean;
  /** Milliseconds per attempt. */
  readonly timeout: number | undefined;
  readonly retry: RetryPolicy;
  readonly onError: 'fail' | 'continue';
  /** `ttl` in milliseconds. */
  readonly cache: { readonly ttl: number; readonly key: Template | undefined } | undefined;
  readonly enabled: boolean;
  /** Config values that are the same for every run of the plan, e.g. `pipeline`, `item_variable`. */
  readonly constants: Readonly<Record<string, Json>>;
}
