import { StageError } from '../run.ts';
import { analyse } from './analyse/analyse.ts';
import { emit } from './emit/emit.ts';
import { operandOf } from './emit/operand.ts';
import { asFault, Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { get, type Operand } from './operand.ts';
import { parse } from './parse.ts';
import { leave } from './result.ts';
import type { Node } from './tree.ts';
import type {
  Budget,
  Compiled,
  Environment,
  Expression,
  ExpressionOptions,
  ExpressionProblem,
  References,
} from './types.ts';

/** Compiles a bare expression (PIPELINES.md 3), or gives every problem in it. */
export function compileExpression(source: string, options: ExpressionOptions = {}): Compiled<Expression> {
  const built = build(source, options);
  if (!built.ok) return { ok: false, problems: built.problems.map((problem) => ({ ...problem, path: [] })) };
  return { ok: true, value: new CompiledExpression(built) };
}

/** An expression that can be run: what templates and conditions are made of. */
export interface Built {
  readonly ok: true;
  readonly source: string;
  readonly node: Node;
  readonly references: References;
  /** Values of macro variables that it needs. */
  readonly slots: number;
  /** Steps of one evaluation, without what macros repeat. */
  readonly size: number;
  readonly operand: Operand;
}

export type BuildResult = Built | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

/** Parses, checks and compiles. Ranges of problems are within the source. */
export function build(source: string, options: ExpressionOptions): BuildResult {
  const parsed = parse(source);
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] };
  const { node, analysis } = analyse(source, parsed.tree, options);
  if (analysis.problems.length > 0) {
    return { ok: false, problems: analysis.problems.sort((a, b) => a.start - b.start || a.end - b.end) };
  }
  const { references, slots } = analysis;
  return { ok: true, source, node, references, slots, size: node.size, operand: operandOf(node, emit) };
}

/** The value of an expression as it leaves: JSON or a Secret. Throws Faults. */
export function run(evaluation: Evaluation, { slots, size, operand }: Built): unknown {
  if (slots > evaluation.slots.length) evaluation.slots = new Array(slots).fill(undefined);
  evaluation.fuel -= size;
  if (evaluation.fuel < 0) evaluation.refuel();
  evaluation.unweighed = false;
  return leave(evaluation, get(evaluation, operand));
}

export class CompiledExpression implements Expression {
  readonly source: string;
  readonly references: References;
  readonly #built: Built;

  constructor(built: Built) {
    this.source = built.source;
    this.references = built.references;
    this.#built = built;
  }

  evaluate(environment: Environment, locals?: Readonly<Record<string, unknown>>): unknown {
    try {
      return run(new Evaluation(environment, locals), this.#built);
    } catch (error) {
      throw asStageError(error, this.source);
    }
  }

  evaluateWithin(budget: Budget, environment: Environment, locals?: Readonly<Record<string, unknown>>): unknown {
    const evaluation = new Evaluation(environment, locals, budget);
    try {
      return run(evaluation, this.#built);
    } catch (error) {
      throw asStageError(error, this.source);
    } finally {
      evaluation.settle(budget);
    }
  }
}

/** What an evaluation threw as the StageError that the stage fails with; `details` has the source and the place. */
export function asStageError(error: unknown, source: string, path?: readonly (string | number)[]): unknown {
  const known = asFault(error);
  if (!(known instanceof Fault)) return known;
  const { message, hint } = known.say();
  const { place } = known;
  const details = {
    expression: source,
    ...(place && { start: place.start, end: place.end }),
    ...(path && { path: [...path] }),
  };
  return new StageError('EXPRESSION', known.code, message, { hint, details });
}
