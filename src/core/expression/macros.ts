import type { Evaluation } from './evaluation.ts';
import { Fault, fault } from './fault.ts';
import { sorted } from './functions/lists.ts';
import { get, type Operand } from './operand.ts';
import { place } from './place.ts';
import { textOf } from './result.ts';
import type { Loop, Macro, Node, NodeOf } from './tree.ts';
import { define, isPlainObject, keysOf, kindOf, wordFor } from './values.ts';

type MacroNode = NodeOf<'macro'>;

/** One round: sets the variable, counts the steps, evaluates the body. */
function each(evaluation: Evaluation, loop: Loop, item: unknown): unknown {
  evaluation.fuel -= loop.cost;
  if (evaluation.fuel < 0) evaluation.refuel();
  evaluation.slots[loop.slot] = item;
  return loop.body(evaluation);
}

function takesPart(evaluation: Evaluation, { node, slot, cost }: Loop, filter: Operand, item: unknown): boolean {
  evaluation.spend(cost);
  evaluation.slots[slot] = item;
  return holds(get(evaluation, filter), node, node.filter);
}

const map: Macro = {
  name: 'map',
  form: 'x.map(i, value)',
  filters: true,
  kind: 'list',
  run(evaluation, items, loop) {
    const { filter, placing } = loop;
    const made: unknown[] = [];
    for (const item of items) {
      if (filter && !takesPart(evaluation, loop, filter, item)) continue;
      const value = each(evaluation, loop, item);
      place(evaluation, placing, value);
      made.push(value);
    }
    evaluation.build(made.length * 8);
    return made;
  },
};

const filter: Macro = {
  name: 'filter',
  form: 'x.filter(i, condition)',
  kind: 'list',
  run(evaluation, items, loop) {
    const kept: unknown[] = [];
    for (const item of items) if (holds(each(evaluation, loop, item), loop.node)) kept.push(item);
    evaluation.build(kept.length * 8);
    return kept;
  },
};

const all: Macro = {
  name: 'all',
  form: 'x.all(i, condition)',
  kind: 'boolean',
  run: (evaluation, items, loop) => !decides(evaluation, items, loop, false),
};

const exists: Macro = {
  name: 'exists',
  form: 'x.exists(i, condition)',
  kind: 'boolean',
  run: (evaluation, items, loop) => decides(evaluation, items, loop, true),
};

/** Whether the condition is `wanted` for an item. As with `&&` and `||`, one such item makes faults of others moot. */
function decides(evaluation: Evaluation, items: readonly unknown[], loop: Loop, wanted: boolean): boolean {
  const { body, cost, slot, node } = loop;
  const { slots } = evaluation;
  let first: Fault | undefined;
  for (let i = 0; i < items.length; i++) {
    evaluation.fuel -= cost;
    if (evaluation.fuel < 0) evaluation.refuel();
    slots[slot] = items[i];
    try {
      const value = body(evaluation);
      if (value === wanted) return true;
      if (value !== !wanted) holds(value, node);
    } catch (error) {
      if (!(error instanceof Fault) || error.final) throw error;
      first ??= error;
    }
  }
  if (first) throw first;
  return false;
}

const existsOne: Macro = {
  name: 'exists_one',
  form: 'x.exists_one(i, condition)',
  kind: 'boolean',
  run(evaluation, items, loop) {
    let count = 0;
    for (const item of items) if (holds(each(evaluation, loop, item), loop.node)) count++;
    return count === 1;
  },
};

/** The condition of a macro; the fault `type_mismatch` when it is neither true nor false. */
function holds(value: unknown, { macro, body }: MacroNode, part: Node = body): boolean {
  if (typeof value === 'boolean') return value;
  const found = wordFor(kindOf(value));
  return fault('type_mismatch', `${macro.form} takes a condition, but ${part.text} is ${found}`, part);
}

const sortBy: Macro = {
  name: 'sortBy',
  form: 'x.sortBy(i, key)',
  byField: true,
  kind: 'list',
  run(evaluation, items, loop) {
    const keyed = items.map((item) => ({ item, key: each(evaluation, loop, item) }));
    evaluation.build(keyed.length * 32);
    const what = `${loop.node.range.text} can only be sorted when ${loop.node.body.text} of its items`;
    return sorted(evaluation, keyed, ({ key }) => key, what, loop.node).map(({ item }) => item);
  },
};

const groupBy: Macro = {
  name: 'groupBy',
  form: 'x.groupBy(i, key)',
  byField: true,
  kind: 'object',
  run(evaluation, items, loop) {
    const groups = new Map<string, unknown[]>();
    for (const item of items) {
      const key = keyOf(evaluation, each(evaluation, loop, item), loop.node);
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
    return toObject(evaluation, groups, items.length);
  },
};

const indexBy: Macro = {
  name: 'indexBy',
  form: 'x.indexBy(i, key)',
  byField: true,
  kind: 'object',
  run(evaluation, items, loop) {
    const index = new Map<string, unknown>();
    for (const item of items) index.set(keyOf(evaluation, each(evaluation, loop, item), loop.node), item);
    return toObject(evaluation, index, 0);
  },
};

/** A key as text. Null counts as the text `null`. */
function keyOf(evaluation: Evaluation, value: unknown, { macro, body }: MacroNode): string {
  const kind = kindOf(value);
  if (kind === 'null') return 'null';
  if (kind !== 'list' && kind !== 'object' && kind !== 'secret') return textOf(evaluation, value);
  const hint = `Choose a field of it, or \`json(${body.text})\``;
  return fault('type_mismatch', `${macro.form} takes text as a key, but ${body.text} is ${wordFor(kind)}`, body, hint);
}

function toObject(evaluation: Evaluation, map: ReadonlyMap<string, unknown>, items: number): Record<string, unknown> {
  evaluation.build(items * 8);
  const object: Record<string, unknown> = {};
  for (const [key, value] of map) {
    evaluation.build(key.length + 16);
    define(object, key, value);
  }
  return object;
}

/** What a macro goes through: the items of a list, the keys of an object. */
export function itemsOf(evaluation: Evaluation, range: unknown, { macro, range: node }: MacroNode): readonly unknown[] {
  if (Array.isArray(range)) return range;
  if (isPlainObject(range)) {
    const keys = keysOf(evaluation, range);
    evaluation.build(keys.length * 8);
    return keys;
  }
  const kind = kindOf(range);
  const hint =
    kind === 'null'
      ? `Say what to take instead: \`default(${node.text}, [])\``
      : kind === 'optional'
        ? `Say what it is when it is absent: \`${node.text}.orValue([])\``
        : undefined;
  const message = `${macro.form} takes a list or an object, but ${node.text} is ${wordFor(kind)}`;
  return fault('type_mismatch', message, node, hint);
}

const ALL: readonly Macro[] = [map, filter, all, exists, existsOne, sortBy, groupBy, indexBy];

export const MACROS: ReadonlyMap<string, Macro> = new Map(ALL.map((macro) => [macro.name, macro]));
