import type { Evaluate, Evaluation } from '../evaluation.ts';
import { Fault, fault } from '../fault.ts';
import type { Node, NodeOf } from '../tree.ts';
import { kindOf, wordFor } from '../values.ts';

export function emitNot({ operand }: NodeOf<'not' | 'negate'>, value: Evaluate): Evaluate {
  return (evaluation) => {
    const found = value(evaluation);
    return typeof found === 'boolean' ? !found : refuse('!', operand, found);
  };
}

export function emitAnd({ left, right }: NodeOf<'and' | 'or'>, first: Evaluate, second: Evaluate): Evaluate {
  return (evaluation) => {
    let found: unknown;
    try {
      found = first(evaluation);
      if (typeof found !== 'boolean') refuse('&&', left, found);
    } catch (error) {
      return other(evaluation, error, second, false);
    }
    if (found === false) return false;
    const last = second(evaluation);
    return typeof last === 'boolean' ? last : refuse('&&', right, last);
  };
}

export function emitOr({ left, right }: NodeOf<'and' | 'or'>, first: Evaluate, second: Evaluate): Evaluate {
  return (evaluation) => {
    let found: unknown;
    try {
      found = first(evaluation);
      if (typeof found !== 'boolean') refuse('||', left, found);
    } catch (error) {
      return other(evaluation, error, second, true);
    }
    if (found === true) return true;
    const last = second(evaluation);
    return typeof last === 'boolean' ? last : refuse('||', right, last);
  };
}

/** The left side failed: the right one alone may decide, else the fault stays. */
function other(evaluation: Evaluation, error: unknown, second: Evaluate, decisive: boolean): boolean {
  if (!(error instanceof Fault) || error.final) throw error;
  if (second(evaluation) === decisive) return decisive;
  throw error;
}

export function emitChoice({ test }: NodeOf<'choice'>, condition: Evaluate, yes: Evaluate, no: Evaluate): Evaluate {
  return (evaluation) => {
    const found = condition(evaluation);
    if (found === true) return yes(evaluation);
    return found === false ? no(evaluation) : refuse('? :', test, found);
  };
}

function refuse(operator: string, node: Node, found: unknown): never {
  const kind = kindOf(found);
  const hint =
    kind === 'text' || kind === 'list' || kind === 'object'
      ? `write size(${node.text}) > 0`
      : kind === 'null'
        ? `write ${node.text} != null, or default(${node.text}, false)`
        : kind === 'number'
          ? `write ${node.text} != 0`
          : undefined;
  return fault('type_mismatch', `${operator} takes true or false, but ${node.text} is ${wordFor(kind)}`, node, hint);
}
