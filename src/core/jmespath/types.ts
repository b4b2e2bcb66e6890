import type { Json } from '../json.ts';
import type { Meter } from './meter.ts';

/** What a function may ask of the evaluation that calls it. */
export interface Call {
  readonly meter: Meter;
  /** Evaluates an expression that was passed as `&expression`. */
  apply(reference: Reference, value: Json): Json;
  /** Fails with EXPRESSION `jmespath_type`. */
  wrongType(message: string): never;
  /** Fails with EXPRESSION `jmespath_value`. */
  wrongValue(message: string): never;
}

/** An argument written `&expression`. A class, so that no data can pass for one. */
export class Reference {
  readonly node: unknown;

  constructor(node: unknown) {
    this.node = node;
  }
}

export type ArgumentKind =
  | 'any'
  | 'number'
  | 'string'
  | 'array'
  | 'object'
  | 'numbers'
  | 'strings'
  | 'arrays'
  | 'expression';

export interface JmesFunction {
  /** What each argument may be. */
  readonly arguments: readonly (readonly ArgumentKind[])[];
  /** Arguments at the end that may be left out. */
  readonly optional?: number;
  /** The last argument may be repeated. */
  readonly variadic?: boolean;
  /** `args` are of the kinds declared. */
  // The table pairs each function with its own kinds, which are checked before it is called.
  readonly run: (args: never, call: Call) => Json;
}
