import type { Evaluate, Evaluation } from '../evaluation.ts';
import { fault } from '../fault.ts';
import { itemsOf } from '../macros.ts';
import { get, type Operand } from '../operand.ts';
import { place } from '../place.ts';
import type { Loop, Macro, Node, NodeOf, Placing } from '../tree.ts';
import { define, kindOf, NONE, Optional, wordFor } from '../values.ts';
import { emitBinary } from './binary.ts';
import { emitAnd, emitChoice, emitNot, emitOr } from './logic.ts';
import { operandOf } from './operand.ts';
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
      return emitNot(node, operand(node.operand));
    case 'negate':
      return emitNegate(node);
    case 'and':
      return emitAnd(node, operand(node.left), operand(node.right));
    case 'or':
      return emitOr(node, operand(node.left), operand(node.right));
    case 'binary':
      return emitBinary(node, operand);
    case 'choice':
      return emitChoice(node, operand(node.test), operand(node.yes), operand(node.no));
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

function operand(node: Node): Operand {
  return operandOf(node, emit);
}

function emitNegate(node: NodeOf<'negate'>): Evaluate {
  const inner = operand(node.operand);
  return (evaluation) => {
    const value = get(evaluation, inner);
    // 0 - x, since -x turns 0 into -0.
    if (typeof value === 'number') return 0 - value;
    const found = wordFor(kindOf(value));
    return fault('type_mismatch', `- takes a number, but ${node.operand.text} is ${found}`, node.operand);
  };
}

function emitList(node: NodeOf<'list'>): Evaluate {
  const items = node.items.map(operand);
  const placings = node.items.map(placingOf);
  const { length } = items;
  return (evaluation) => {
    evaluation.build(16 + length * 8);
    const list = new Array<unknown>(length);
    for (let i = 0; i < length; i++) {
      const value = get(evaluation, items[i] as Operand);
      place(evaluation, placings[i] as Placing, value);
      list[i] = value;
    }
    return list;
  };
}

function emitObject(node: NodeOf<'object'>): Evaluate {
  const names = node.entries.map(({ key }) => (key.op === 'constant' ? String(key.value) : undefined));
  const keys = node.entries.map(({ key }) => emit(key));
  const values = node.entries.map(({ value }) => operand(value));
  const placings = node.entries.map(({ value }) => placingOf(value));
  const { length } = names;
  const weight = 16 + names.reduce((total, name) => total + 16 + (name?.length ?? 0), 0);
  return (evaluation) => {
    evaluation.build(weight);
    const object: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const name = names[i] ?? keyOf(evaluation, (node.entries[i] as Entry).key, keys[i] as Evaluate);
      const value = get(evaluation, values[i] as Operand);
      place(evaluation, placings[i] as Placing, value);
      define(object, name, value);
    }
    return object;
  };
}

type Entry = NodeOf<'object'>['entries'][number];

function keyOf(evaluation: Evaluation, node: Node, key: Evaluate): string {
  const name = key(evaluation);
  if (typeof name !== 'string') {
    const found = wordFor(kindOf(name));
    return fault(
      'type_mismatch',
      `Keys are text, but ${node.text} is ${found}`,
      node,
      `Write \`string(${node.text})\``,
    );
  }
  evaluation.build(name.length);
  return name;
}

/** Whether a value must be looked at when it becomes a part of another. */
function placingOf(node: Node): Placing {
  switch (node.kind) {
    case 'number':
    case 'boolean':
    case 'null':
      return 'nothing';
    case 'text':
      // Joined right here, and counted then.
      return node.op === 'binary' ? 'nothing' : 'weigh';
    case 'list':
    case 'object':
      // Made right here: its own parts were looked at.
      return node.op === 'list' || node.op === 'object' || (node.op === 'macro' && node.macro.name === 'map')
        ? 'nothing'
        : 'mark';
    default:
      return 'weigh';
  }
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
    const hint = 'Write it behind `.?` or `[?…]`, or use `default(x, y)`';
    return fault(
      'type_mismatch',
      `orValue() needs an optional value, but ${value.text} is ${wordFor(kindOf(found))}`,
      value,
      hint,
    );
  };
}

function emitMacro(node: NodeOf<'macro'>, macro: Macro): Evaluate {
  const range = operand(node.range);
  const loop: Loop = {
    node,
    slot: node.slot,
    cost: 1 + node.body.size + (node.filter?.size ?? 0),
    body: emit(node.body),
    filter: node.filter && operand(node.filter),
    placing: placingOf(node.body),
  };
  return (evaluation) => macro.run(evaluation, itemsOf(evaluation, get(evaluation, range), node), loop);
}

function emitCall(node: NodeOf<'call'>): Evaluate {
  const { signature } = node;
  // One that keeps something is made anew for each call that is written.
  const run = 'make' in signature ? signature.make() : signature.run;
  const [first, second, third, ...more] = node.args.map(operand);
  if (!first) return (evaluation) => run(evaluation, node);
  if (!second) return (evaluation) => run(evaluation, node, get(evaluation, first));
  if (!third) return (evaluation) => run(evaluation, node, get(evaluation, first), get(evaluation, second));
  if (more.length === 0) {
    return (evaluation) =>
      run(evaluation, node, get(evaluation, first), get(evaluation, second), get(evaluation, third));
  }
  const args = [first, second, third, ...more];
  return (evaluation) => run(evaluation, node, ...args.map((argument) => get(evaluation, argument)));
}
