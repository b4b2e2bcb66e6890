import type { Evaluate } from '../evaluation.ts';
import { CALL, CONSTANT, ONE_FIELD, type Operand, START, TWO_FIELDS } from '../operand.ts';
import type { Node } from '../tree.ts';

export type Emit = (node: Node) => Evaluate;

/** What a closure needs to evaluate a part with `get`. */
export function operandOf(node: Node, emit: Emit): Operand {
  const none = { run: emit(node), leaf: CALL, constant: undefined, slot: -1, first: '', second: '' } as const;
  if (node.op === 'constant') return { ...none, leaf: CONSTANT, constant: node.value };
  const own = slotOf(node);
  if (own !== undefined) return { ...none, leaf: START, slot: own };
  const last = plainStep(node);
  if (!last) return none;
  const slot = slotOf(last.object);
  if (slot !== undefined) return { ...none, leaf: ONE_FIELD, slot, first: last.name };
  const before = plainStep(last.object);
  const start = before && slotOf(before.object);
  if (!before || start === undefined) return none;
  return { ...none, leaf: TWO_FIELDS, slot: start, first: before.name, second: last.name };
}

function slotOf(node: Node): number | undefined {
  if (node.op === 'variable') return node.slot;
  return node.op === 'root' && node.name === 'input' ? -1 : undefined;
}

function plainStep(node: Node): { object: Node; name: string } | undefined {
  const name = node.op === 'member' && node.kind !== 'optional' ? plainName(node.key) : undefined;
  return node.op === 'member' && name !== undefined ? { object: node.object, name } : undefined;
}

/** The constant name of a step that no object inherits, so that `isData` is all that has to be tested. */
export function plainName(key: Node): string | undefined {
  if (key.op !== 'constant' || typeof key.value !== 'string') return undefined;
  return key.value in Object.prototype ? undefined : key.value;
}
