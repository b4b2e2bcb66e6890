import type { Evaluate, Evaluation } from './evaluation.ts';

/**
 * A part of an expression as the closure around it evaluates it: constants, variables, `input` and short paths are read in
 * place, anything else is called. Half of all nodes are such leaves, and a call costs more than reading one.
 */
export interface Operand {
  readonly run: Evaluate;
  readonly leaf: Leaf;
  readonly constant: unknown;
  /** Of the variable that it is or starts from; below 0 for `input`. */
  readonly slot: number;
  readonly first: string;
  readonly second: string;
}

export const CALL = 0;
export const CONSTANT = 1;
export const START = 2;
export const ONE_FIELD = 3;
export const TWO_FIELDS = 4;
type Leaf = typeof CALL | typeof CONSTANT | typeof START | typeof ONE_FIELD | typeof TWO_FIELDS;

/** A plain object, as JSON has them. Others are read with more care. */
export function isData(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && value.constructor === Object;
}

/** A variable, or `input` where the slot is below 0. */
function start(evaluation: Evaluation, slot: number): unknown {
  return slot < 0 ? evaluation.environment.input : evaluation.slots[slot];
}

/** The operand's value. Where a field is missing, its closure goes the way again and says so. */
export function get(evaluation: Evaluation, operand: Operand): unknown {
  switch (operand.leaf) {
    case CONSTANT:
      return operand.constant;
    case START:
      return start(evaluation, operand.slot);
    case ONE_FIELD: {
      const object = start(evaluation, operand.slot);
      const found = isData(object) ? object[operand.first] : undefined;
      return found === undefined ? operand.run(evaluation) : found;
    }
    case TWO_FIELDS: {
      const outer = start(evaluation, operand.slot);
      const object = isData(outer) ? outer[operand.first] : undefined;
      const found = isData(object) ? object[operand.second] : undefined;
      return found === undefined ? operand.run(evaluation) : found;
    }
    default:
      return operand.run(evaluation);
  }
}
