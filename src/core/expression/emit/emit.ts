import type { Evaluate, Evaluation } from '../evaluation.ts';
import { fault } from '../fault.ts';
import { holds, itemsOf } from '../macros.ts';
import type { Loop, Macro, Node, NodeOf } from '../tree.ts';
import { define, kindOf, NONE, Optional, wordFor } from '../values.ts';
import { emitBinary } from './binary.ts';
import { emitAnd, emitChoice, emitNot, emitOr } from './logic.ts';
import { emitAbsent, emitHas, emitMember, readSoftly } from './path.ts';

/** Compiles a checked expression into closures, each made for its node. */
export function emit(node: Node): Evaluate {
  switch (node.op) {
    case 'constant': {
      const { value } = node;
      return () => value;
    }
    case 'variable': {
      const { slot } = node;
      return ({ slots }) => slots[slot];
    }
    case 'root':
    case 'local':
    case 'stage':
    case 'secret':
    case 'member':
      return emitMember(node, emit);
    case 'not':
      return emitNot(node, emit(node.operand));
    case 'negate':
      return emitNegate(node);
    case 'and':
      return emitAnd(node, emit(node.left), emit(node.right));
    case 'or':
      return emitOr(node, emit(node.left), emit(node.right));
    case 'binary':
      return emitBinary(node, emit);
    case 'choice':
      return emitChoice(node, emit(node.test), emit(node.yes), emit(node.no));
    case 'list':
      return emitList(node);
    case 'object':
      return emitObject(node);
    case 'has':
      return emitHas(node, emit);
    case 'default':
      return emitAbsent(readSoftly(node.value, emit, true), emit(node.fallback), (value) => value == null);
    case 'orValue':
      return emitOrValue(node);
    case 'macro':
      return emitMacro(node, node.macro);
    case 'call':
      return emitCall(node);
  }
}

function emitNegate(node: NodeOf<'negate'>): Evaluate {
  const operand = emit(node.operand);
  return (evaluation) => {
    const value = operand(evaluation);
    // 0 - x, since -x turns 0 into -0.
    if (typeof value === 'number') return 0 - value;
    const found = wordFor(kindOf(value));
    return fault('type_mismatch', `- takes a number, but ${node.operand.text} is ${found}`, node.operand);
  };
}

function emitList(node: NodeOf<'list'>): Evaluate {
  const items = node.items.map(emit);
  const places = node.items.map(placing);
  const { length } = items;
  return (evaluation) => {
    evaluation.build(16 + length * 8);
    const list = new Array<unknown>(length);
    for (let i = 0; i < length; i++) {
      const value = (items[i] as Evaluate)(evaluation);
      places[i]?.(evaluation, value);
      list[i] = value;
    }
    return list;
  };
}

function emitObject(node: NodeOf<'object'>): Evaluate {
  const entries = node.entries.map(({ key, value }) => ({
    key,
    name: key.op === 'constant' ? String(key.value) : undefined,
    keyOf: emit(key),
    content: emit(value),
    place: placing(value),
  }));
  const weight = 16 + entries.reduce((total, { name }) => total + 16 + (name?.length ?? 0), 0);
  return (evaluation) => {
    evaluation.build(weight);
    const object: Record<string, unknown> = {};
    for (const { key, name, keyOf, content, place } of entries) {
      const text = name ?? keyOf(evaluation);
      if (typeof text !== 'string') {
        const found = wordFor(kindOf(text));
        fault('type_mismatch', `keys are text, but ${key.text} is ${found}`, key, `write string(${key.text})`);
      }
      if (name === undefined) evaluation.build(text.length);
      const value = content(evaluation);
      place?.(evaluation, value);
      define(object, text, value);
    }
    return object;
  };
}

/**
 * What is to be done with a value that goes into a new list or object: text is weighed; what is not JSON yet, or may
 * be put into many places, marks the result as one that must be walked before it leaves. Undefined: nothing.
 */
export function placing(node: Node): ((evaluation: Evaluation, value: unknown) => void) | undefined {
  switch (node.kind) {
    case 'number':
    case 'boolean':
    case 'null':
      return undefined;
    case 'list':
    case 'object':
      // Made right here: its own parts were weighed.
      if (node.op === 'list' || node.op === 'object' || (node.op === 'macro' && node.macro.name === 'map'))
        return undefined;
      return mark;
    default:
      return weigh;
  }
}

function mark(evaluation: Evaluation): void {
  evaluation.unweighed = true;
}

function weigh(evaluation: Evaluation, value: unknown): void {
  if (typeof value === 'string') evaluation.build(value.length);
  else if (typeof value === 'object' && value !== null) evaluation.unweighed = true;
}

function emitOrValue(node: NodeOf<'orValue'>): Evaluate {
  const { value } = node;
  const fallback = emit(node.fallback);
  if (value.op === 'member' || value.op === 'secret' || value.op === 'stage') {
    return emitAbsent(readSoftly(value, emit, false), fallback, (found) => found === undefined);
  }
  const optional = emit(value);
  return (evaluation) => {
    const found = optional(evaluation);
    if (found instanceof Optional)
      return found === NONE || found.value === undefined ? fallback(evaluation) : found.value;
    const hint = 'write it behind `.?` or `[?…]`, or use default(x, y)';
    return fault(
      'type_mismatch',
      `orValue() needs an optional value, but ${value.text} is ${wordFor(kindOf(found))}`,
      value,
      hint,
    );
  };
}

function emitMacro(node: NodeOf<'macro'>, macro: Macro): Evaluate {
  const range = emit(node.range);
  const body = emit(node.body);
  const condition = node.filter && emit(node.filter);
  const { slot } = node;
  const cost = 1 + node.body.size;
  const conditionCost = node.filter?.size ?? 0;
  const loop: Loop = {
    node,
    each(evaluation, item) {
      evaluation.fuel -= cost;
      if (evaluation.fuel < 0) evaluation.refuel();
      evaluation.slots[slot] = item;
      return body(evaluation);
    },
    filter:
      condition &&
      ((evaluation, item) => {
        evaluation.spend(conditionCost);
        evaluation.slots[slot] = item;
        return holds(condition(evaluation), node, node.filter);
      }),
    place: placing(node.body) ?? (() => {}),
  };
  return (evaluation) => macro.run(evaluation, itemsOf(evaluation, range(evaluation), node), loop);
}

function emitCall(node: NodeOf<'call'>): Evaluate {
  const { signature } = node;
  // One that keeps something is made anew for each call that is written.
  const run = 'make' in signature ? signature.make() : signature.run;
  const [first, second, third, ...more] = node.args.map(emit);
  if (!first) return (evaluation) => run(evaluation, node);
  if (!second) return (evaluation) => run(evaluation, node, first(evaluation));
  if (!third) return (evaluation) => run(evaluation, node, first(evaluation), second(evaluation));
  if (more.length === 0) {
    return (evaluation) => run(evaluation, node, first(evaluation), second(evaluation), third(evaluation));
  }
  const args = [first, second, third, ...more];
  return (evaluation) => run(evaluation, node, ...args.map((argument) => argument(evaluation)));
}
