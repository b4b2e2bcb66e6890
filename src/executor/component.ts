import type { GenericSchema, InferOutput } from 'valibot';
import type { ComponentExample, ConfigField } from '../core/descriptor.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Clock, IncomingResponse, OutgoingRequest } from '../core/ports.ts';
import type { Usage } from '../core/run.ts';

/** An `item` expression as a component gets it: one budget of steps and time for all its evaluations in a stage. */
export interface BoundExpression {
  readonly source: string;
  evaluate(locals: Readonly<Record<string, unknown>>): unknown;
}

/** What a component is given for one attempt. */
export interface StageContext {
  /** Aborts on timeout, cancellation, or when another stage failed. */
  readonly signal: AbortSignal;
  readonly attempt: number;
  /** `<run_id>/<path>`: the same when the stage is repeated after a crash (PIPELINES.md 4, journal). */
  readonly idempotencyKey: string;
  readonly clock: Clock;
  /** `ai.model` of the project, for AI components whose config names none. */
  readonly defaultModel?: string | undefined;
  /** The only way out. Throws StageError `CONNECTIVITY`, `TIMEOUT`, `QUOTA`, `SECURITY`. */
  fetch(request: Omit<OutgoingRequest, 'signal' | 'max_bytes'>): Promise<IncomingResponse>;
  /** An entry of the run's log; masked. */
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, data?: Json): void;
  /** A line for whoever watches; masked, not recorded. */
  progress(text: string): void;
  /** Masks a text that was made of secrets, such as encoded credentials, wherever it would be shown or recorded. */
  hide(text: string): void;
  /** Tokens that this attempt used; several calls add up. */
  usage(usage: Usage): void;
  /** Expressions of scope `item`, by config field. */
  readonly expressions: Readonly<Record<string, BoundExpression>>;
}

/**
 * A component: what a stage runs. Made with `defineComponent`; `config` and `output` are valibot schemas, and unknown
 * config keys are errors (use `v.strictObject`).
 */
export interface ComponentDefinition<C extends GenericSchema = GenericSchema, O extends GenericSchema = GenericSchema> {
  /** Kebab case: `http-request`. */
  readonly name: string;
  /** Semver; part of a release's identity. */
  readonly version: string;
  /** One sentence for `fm components`. */
  readonly summary: string;
  readonly category?: 'ai' | 'operator' | 'control' | 'custom';
  /** True when it touches anything outside its arguments: network, files, processes. */
  readonly effects: boolean;
  readonly config: C;
  readonly output: O;
  readonly fields?: Readonly<Record<string, ConfigField>>;
  /** Milliseconds per attempt when the stage says nothing; null for none. Default 30,000. */
  readonly timeout?: number | null;
  /** Attempts when the stage's `retry` says nothing. Default 1. */
  readonly maxAttempts?: number | ((config: InferOutput<C>) => number);
  /** Whether `cache` may be set. Default true. */
  readonly cacheable?: boolean;
  readonly example?: ComponentExample;
  /** Absent for control components and waits, which the executor runs itself. Throws StageError. */
  readonly run?: (config: InferOutput<C>, context: StageContext) => Promise<InferOutput<O>> | InferOutput<O>;
}

/** A component of any schemas, as registries hold it. */
export interface Component extends Omit<ComponentDefinition, 'run' | 'maxAttempts'> {
  readonly maxAttempts?: number | ((config: JsonObject) => number);
  readonly run?: (config: JsonObject, context: StageContext) => Promise<unknown> | unknown;
}

/**
 * Declares a component (PIPELINES.md 6). Takes its definition and gives it back with the types of config and output
 * inferred from the schemas.
 */
export function defineComponent<const C extends GenericSchema, const O extends GenericSchema>(
  definition: ComponentDefinition<C, O>,
): Component {
  // The executor parses a config with this very schema before it calls `run`, so the types hold.
  return definition as unknown as Component;
}
