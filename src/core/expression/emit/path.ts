import type { Evaluate, Evaluation } from '../evaluation.ts';
import { Fault, fault } from '../fault.ts';
import { get, isData, type Operand } from '../operand.ts';
import { read } from '../read.ts';
import type { Node, NodeOf } from '../tree.ts';
import { NONE, Optional } from '../values.ts';
import { type Emit, operandOf, plainName } from './operand.ts';

type Member = NodeOf<'member'>;
type Place = Member | NodeOf<'root' | 'local' | 'stage' | 'secret'>;

/** A root, or a field or item of something. Fails when a step is missing; gives an Optional behind `.?`. */
export function emitMember(node: Place, emit: Emit): Evaluate {
  if (node.op === 'root') return emitRoot(node);
  if (node.kind === 'optional') {
    const found = readSoftly(node, emit, false);
    return (evaluation) => {
      const value = found(evaluation);
      return value === undefined ? NONE : new Optional(value);
    };
  }
  return node.op === 'member' ? emitChain(node, emit) : emitBase(node);
}

function emitRoot({ name }: NodeOf<'root'>): Evaluate {
  switch (name) {
    case 'input':
      return ({ environment }) => environment.input;
    case 'vars':
      return ({ environment }) => environment.vars;
    case 'context':
      return ({ environment }) => environment.context;
  }
}

function emitBase(node: NodeOf<'local' | 'stage' | 'secret'>): Evaluate {
  const find = softBase(node);
  return (evaluation) => {
    const value = find(evaluation);
    return value === undefined ? fault('missing_field', `${node.text} does not exist here`, node) : value;
  };
}

/** The value, or undefined when there is none. */
function softBase(node: NodeOf<'local' | 'stage' | 'secret'>): Evaluate {
  switch (node.op) {
    case 'local': {
      const { name } = node;
      return ({ locals, environment }) => {
        const from = locals && Object.hasOwn(locals, name) ? locals : environment.locals;
        return from && Object.hasOwn(from, name) ? (from[name] ?? null) : undefined;
      };
    }
    case 'secret': {
      const { name } = node;
      return ({ environment }) => environment.secrets.get(name);
    }
    case 'stage': {
      const { id, field } = node;
      return ({ environment }) => {
        const stage = environment.stage(id);
        return stage && (stage[field] ?? null);
      };
    }
  }
}

/** The steps of `a.b.c` from the left, and what they start from. */
function flatten(node: Member): { base: Node; steps: readonly Member[] } {
  const steps: Member[] = [];
  let base: Node = node;
  while (base.op === 'member') {
    steps.unshift(base);
    base = base.object;
  }
  return { base, steps };
}

function emitChain(node: Member, emit: Emit): Evaluate {
  const { base, steps } = flatten(node);
  const names = steps.map(({ key }) => plainName(key));
  // Optional values that come out of variables and branches are met by the general form.
  const quick = names.every((name) => name !== undefined) && base.kind !== 'optional';
  return quick
    ? emitNames(operandOf(base, emit), steps, names as readonly string[])
    : emitSteps(emit(base), steps, emit);
}

/** Unrolled for the usual lengths: this is what most expressions spend their time on. */
function emitNames(base: Operand, steps: readonly Member[], names: readonly string[]): Evaluate {
  const [first = '', second = '', third = ''] = names;
  /** Goes the same way step by step, and says where it ends. */
  const slowly = (start: unknown): unknown => {
    let value = start;
    for (let i = 0; i < steps.length; i++) value = read(value, names[i], steps[i] as Member, false);
    return value;
  };
  switch (steps.length) {
    case 1:
      return (evaluation) => {
        const a = get(evaluation, base);
        const found = isData(a) ? a[first] : undefined;
        return found === undefined ? slowly(a) : found;
      };
    case 2:
      return (evaluation) => {
        const a = get(evaluation, base);
        const b = isData(a) ? a[first] : undefined;
        const found = isData(b) ? b[second] : undefined;
        return found === undefined ? slowly(a) : found;
      };
    case 3:
      return (evaluation) => {
        const a = get(evaluation, base);
        const b = isData(a) ? a[first] : undefined;
        const c = isData(b) ? b[second] : undefined;
        const found = isData(c) ? c[third] : undefined;
        return found === undefined ? slowly(a) : found;
      };
    default:
      return (evaluation) => {
        const start = get(evaluation, base);
        let value = start;
        for (const name of names) value = isData(value) ? value[name] : undefined;
        return value === undefined ? slowly(start) : value;
      };
  }
}

function emitSteps(base: Evaluate, steps: readonly Member[], emit: Emit): Evaluate {
  const keys = steps.map(({ key }) => emit(key));
  return (evaluation) => {
    let value = base(evaluation);
    for (let i = 0; i < steps.length; i++)
      value = read(value, (keys[i] as Evaluate)(evaluation), steps[i] as Member, false);
    return value;
  };
}

/**
 * Reads a value that may be missing: undefined then. `all`: whatever is missing on the way counts, as in `default`;
 * otherwise only steps written `.?` and those behind them.
 */
export function readSoftly(node: Node, emit: Emit, all: boolean): Evaluate {
  const { base, steps } = node.op === 'member' ? flatten(node) : { base: node, steps: [] };
  const start = emitSoftBase(base, emit, all);
  const keys = steps.map(({ key }) => emit(key));
  const names = steps.map(({ key }) => plainName(key));
  const soft = steps.map(({ optional }) => all || optional);
  const walk: Evaluate = (evaluation) => {
    let value = start(evaluation);
    if (value instanceof Optional) value = value.value;
    for (let i = 0; i < steps.length && value !== undefined; i++) {
      const name = names[i];
      const found = name !== undefined && isData(value) ? value[name] : undefined;
      value =
        found === undefined
          ? read(value, (keys[i] as Evaluate)(evaluation), steps[i] as Member, soft[i] as boolean)
          : found;
    }
    return value;
  };
  const sure =
    (base.op === 'root' || base.op === 'variable' || isBase(base)) && keys.every((_, i) => isConstant(steps[i]));
  return all && !sure ? missingAsUndefined(walk) : walk;
}

function isConstant(step: Member | undefined): boolean {
  return step?.key.op === 'constant';
}

function isBase(node: Node): node is NodeOf<'local' | 'stage' | 'secret'> {
  return node.op === 'local' || node.op === 'stage' || node.op === 'secret';
}

function emitSoftBase(base: Node, emit: Emit, all: boolean): Evaluate {
  return isBase(base) && (all || base.kind === 'optional') ? softBase(base) : emit(base);
}

function missingAsUndefined(run: Evaluate): Evaluate {
  return (evaluation) => {
    try {
      return run(evaluation);
    } catch (error) {
      if (error instanceof Fault && error.missing) return undefined;
      throw error;
    }
  };
}

/** The value, or the fallback (evaluated only then) where it is absent. */
export function emitAbsent(found: Evaluate, fallback: Evaluate, absent: (value: unknown) => boolean): Evaluate {
  return (evaluation) => {
    const value = found(evaluation);
    return absent(value) ? fallback(evaluation) : value;
  };
}

/** Whether the last step is there; the steps before it must be. */
export function emitHas({ target }: NodeOf<'has'>, emit: Emit): Evaluate {
  if (target.op !== 'member') {
    const found = isBase(target) ? softBase(target) : emit(target);
    return (evaluation) => found(evaluation) !== undefined;
  }
  const object = target.object.kind === 'optional' ? readSoftly(target.object, emit, false) : emit(target.object);
  const key = emit(target.key);
  return (evaluation: Evaluation) => {
    const value = object(evaluation);
    return value !== undefined && read(value, key(evaluation), target, true) !== undefined;
  };
}
