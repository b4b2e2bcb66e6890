import type { Evaluate, Evaluation } from '../evaluation.ts';
import { Fault, fault } from '../fault.ts';
import { get, type Operand } from '../operand.ts';
import type { Node, NodeOf } from '../tree.ts';
import { kindOf, wordFor } from '../values.ts';

export function emitNot({ operand }: NodeOf<'not' | 'negate'>, value: Operand): Evaluate {
  return (evaluation) => {
    const found = get(evaluation, value);
    return typeof found === 'boolean' ? !found : refuse('!', operand, found);
  };
}

export function emitAnd({ left, right }: NodeOf<'and' | 'or'>, first: Operand, second: Operand): Evaluate {
  return (evaluation) => {
    let found: unknown;
    try {
      found = get(evaluation, first);
      if (typeof found !== 'boolean') refuse('&&', left, found);
    } catch (error) {
      return other(evaluation, error, second, false);
    }
    if (found === false) return false;
    const last = get(evaluation, second);
    return typeof last === 'boolean' ? last : refuse('&&', right, last);
  };
}

export function emitOr({ left, right }: NodeOf<'and' | 'or'>, first: Operand, second: Operand): Evaluate {
  return (evaluation) => {
    let found: unknown;
    try {
      found = get(evaluation, first);
      if (typeof found !== 'boolean') refuse('||', left, found);
    } catch (error) {
      return other(evaluation, error, second, true);
    }
    if (found === true) return true;
    const last = get(evaluation, second);
    return typeof last === 'boolean' ? last : refuse('||', right, last);
  };
}

/** The left side failed: the right one alone may decide, else the fault stays. */
function other(evaluation: Evaluation, error: unknown, second: Operand, decisive: boolean): boolean {
  if (!(error instanceof Fault) || error.final) throw error;
  if (get(evaluation, second) === decisive) return decisive;
  throw error;
}

export function emitChoice({ test }: NodeOf<'choice'>, condition: Operand, yes: Operand, no: Operand): Evaluate {
  return (evaluation) => {
    const found = get(evaluation, condition);
    if (found === true) return get(evaluation, yes);
    return found === false ? get(evaluation, no) : refuse('? :', test, found);
  };
}

function refuse(operator: string, node: Node, found: unknown): never {
  const kind = kindOf(found);
  const hint =
    kind === 'text' || kind === 'list' || kind === 'object'
      ? `Write \`size(${node.text}) > 0\``
      : kind === 'null'
        ? `Write \`${node.text} != null\`, or \`default(${node.text}, false)\``
        : kind === 'number'
          ? `Write \`${node.text} != 0\``
          : undefined;
  return fault('type_mismatch', `${operator} takes true or false, but ${node.text} is ${wordFor(kind)}`, node, hint);
}
