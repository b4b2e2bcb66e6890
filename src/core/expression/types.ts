import type { Json, JsonPath } from '../json.ts';
import type { Failure, StageStatus } from '../run.ts';

/** What an expression names, found in its syntax tree. */
export interface References {
  /** Each stage id with the fields that are read of it. */
  readonly stages: ReadonlyMap<string, ReadonlySet<'output' | 'status' | 'error'>>;
  /** Names under `vars` that must exist before the first stage. */
  readonly vars: ReadonlySet<string>;
  /** Names that are only read as `vars.?X`, inside `has` or `default`, or beside a `has(vars.X)`. Never in `vars` too. */
  readonly optionalVars: ReadonlySet<string>;
  /** Names under `secrets`, told apart in the same way. */
  readonly secrets: ReadonlySet<string>;
  readonly optionalSecrets: ReadonlySet<string>;
  /** Names under `context.vars`. */
  readonly contextVars: ReadonlySet<string>;
  /** Direct fields of `context`, `vars` included. */
  readonly context: ReadonlySet<string>;
  /** Every root that is named. */
  readonly roots: ReadonlySet<string>;
}

/** Something wrong in an expression: a range of UTF-16 offsets within its own source. */
export interface ExpressionProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** Which names an expression may use beside `input stages context vars secrets`. */
export interface ExpressionOptions {
  /** Extra roots: `item` and `index` of filter, `trigger`, `error`. */
  readonly locals?: readonly string[];
  /** Roots that are not to be had here, e.g. `stages` in a trigger's input. */
  readonly without?: readonly string[];
  /** Why a secret may not be used here; undefined where it may. */
  readonly noSecrets?: string | undefined;
}

export interface StageView {
  readonly output: unknown;
  readonly status: StageStatus;
  readonly error: Failure | null;
}

/** What the roots are while an expression is evaluated. */
export interface Environment {
  readonly input: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly vars: Readonly<Record<string, unknown>>;
  /** Secret values by name. */
  readonly secrets: ReadonlyMap<string, unknown>;
  /** The stage as seen from here: inner names hide outer ones. */
  stage(id: string): StageView | undefined;
  /** Values of `locals`. */
  readonly locals?: Readonly<Record<string, unknown>> | undefined;
  /** What `now()` says, epoch milliseconds: the stage's first start. */
  readonly now: number;
  /** What `uuid()` is derived from: run id and path. Several calls in one stage differ by a counter kept here. */
  readonly uuids: { readonly seed: string; count: number };
}

/** What is left of the bounds that several evaluations share: one per stage for its `item` expressions. */
export interface Budget {
  steps: number;
  /** Milliseconds of evaluating; time in between does not count. */
  ms: number;
}

/** A compiled expression. */
export interface Expression {
  readonly source: string;
  readonly references: References;
  /**
   * The value as JSON, or a Secret. Throws StageError `EXPRESSION` (`missing_field`, `type_mismatch`,
   * `division_by_zero`, `limit_exceeded`, …). `locals` overrides the environment's.
   */
  evaluate(environment: Environment, locals?: Readonly<Record<string, unknown>>): unknown;
  /** The same, out of a budget (`createBudget` of `evaluation.ts`) that it shares with other evaluations. */
  evaluateWithin(budget: Budget, environment: Environment, locals?: Readonly<Record<string, unknown>>): unknown;
}

/** A compiled JSON value whose strings may hold templates. */
export interface Template {
  /** True when nothing has to be evaluated: `value` is the whole answer. */
  readonly constant: boolean;
  readonly value: Json;
  readonly references: References;
  /** A fresh value per call (constant parts are shared): JSON that may hold Secrets. Errors as `Expression`. */
  resolve(environment: Environment): unknown;
}

/** What compiling gives: the compiled form, or every problem that was found. `path` leads to the string. */
export type Compiled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly (ExpressionProblem & { readonly path: JsonPath })[] };
