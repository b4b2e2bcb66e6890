import { compare, equal, unordered } from '../equality.ts';
import type { Evaluate, Evaluation } from '../evaluation.ts';
import { fault } from '../fault.ts';
import { makeDuration, makeTimestamp } from '../functions/time.ts';
import { get, type Operand } from '../operand.ts';
import { joinSecrets } from '../secrets.ts';
import type { Node, NodeOf } from '../tree.ts';
import { Duration, isPlainObject, kindOf, Timestamp, wordFor } from '../values.ts';

type Binary = NodeOf<'binary'>;

export function emitBinary(node: Binary, operand: (node: Node) => Operand): Evaluate {
  const left = operand(node.left);
  const right = operand(node.right);
  switch (node.operator) {
    case '+':
      return emitPlus(node, left, right);
    case '-':
      return emitMinus(node, left, right);
    case '*':
      return (evaluation) => {
        const [a, b] = [get(evaluation, left), get(evaluation, right)];
        return typeof a === 'number' && typeof b === 'number' ? finite(a * b, node) : refuse(node, a, b);
      };
    case '/':
    case '%':
      return emitDivide(node, left, right);
    case '==':
    case '!=':
      return emitEquals(node, left, right);
    case 'in':
      return emitIn(node, left, right);
    default:
      return emitOrder(node, left, right);
  }
}

function emitPlus(node: Binary, left: Operand, right: Operand): Evaluate {
  return (evaluation) => {
    const a = get(evaluation, left);
    const b = get(evaluation, right);
    if (typeof a === 'number' && typeof b === 'number') return finite(a + b, node);
    if (typeof a === 'string' && typeof b === 'string') {
      evaluation.build(a.length + b.length);
      return a + b;
    }
    return addOthers(evaluation, node, a, b);
  };
}

function addOthers(evaluation: Evaluation, node: Binary, a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b)) {
    evaluation.spend((a.length + b.length) >> 1);
    evaluation.build((a.length + b.length) * 8);
    // The same item may now stand in many places: `a + a`.
    evaluation.unweighed = true;
    return a.concat(b);
  }
  const joined = joinSecrets(a, b);
  if (joined) return joined;
  if (a instanceof Duration && b instanceof Duration) return makeDuration(a.ms + b.ms, node);
  if (a instanceof Timestamp && b instanceof Duration) return makeTimestamp(a.ms + b.ms, node);
  if (a instanceof Duration && b instanceof Timestamp) return makeTimestamp(a.ms + b.ms, node);
  const [hintLeft, hintRight] = [textHint(node.left, a, b), textHint(node.right, b, a)];
  const found = `${node.left.text} is ${wordFor(kindOf(a))} and ${node.right.text} is ${wordFor(kindOf(b))}`;
  const say = `+ adds two numbers, or joins two texts or two lists; ${found}`;
  return fault('type_mismatch', say, node, hintLeft ?? hintRight);
}

function textHint(node: Node, value: unknown, other: unknown): string | undefined {
  if (value === null)
    return `Say what to take instead: \`default(${node.text}, ${typeof other === 'number' ? '0' : '""'})\``;
  if (other instanceof Duration && typeof value === 'string') return `Write \`timestamp(${node.text})\``;
  if (typeof other !== 'string' || typeof value === 'string') return undefined;
  return `Write \`string(${node.text})\`, or give it its own {{ }}`;
}

function emitMinus(node: Binary, left: Operand, right: Operand): Evaluate {
  return (evaluation) => {
    const a = get(evaluation, left);
    const b = get(evaluation, right);
    if (typeof a === 'number' && typeof b === 'number') return finite(a - b, node);
    if (a instanceof Timestamp && b instanceof Timestamp) return makeDuration(a.ms - b.ms, node);
    if (a instanceof Timestamp && b instanceof Duration) return makeTimestamp(a.ms - b.ms, node);
    if (a instanceof Duration && b instanceof Duration) return makeDuration(a.ms - b.ms, node);
    return refuse(node, a, b);
  };
}

function emitDivide(node: Binary, left: Operand, right: Operand): Evaluate {
  const remainder = node.operator === '%';
  return (evaluation) => {
    const a = get(evaluation, left);
    const b = get(evaluation, right);
    if (typeof a !== 'number' || typeof b !== 'number') return refuse(node, a, b);
    if (b === 0) fault('division_by_zero', `${node.right.text} is 0, and nothing can be divided by it`, node);
    return finite(remainder ? a % b : a / b, node);
  };
}

function finite(value: number, node: Binary): number {
  // x - x is 0 for every number but NaN and the infinities; adding 0 turns -0 into 0.
  if (value - value === 0) return value + 0;
  return fault('not_finite', `${node.text} is larger than numbers can be`, node);
}

function refuse(node: Binary, a: unknown, b: unknown): never {
  const [bad, value] = typeof a === 'number' ? [node.right, b] : [node.left, a];
  const kind = kindOf(value);
  const hint =
    kind === 'text'
      ? `Write \`double(${bad.text})\``
      : kind === 'null'
        ? `Say what to take instead: \`default(${bad.text}, 0)\``
        : undefined;
  return fault('type_mismatch', `${node.operator} takes numbers, but ${bad.text} is ${wordFor(kind)}`, bad, hint);
}

function emitEquals(node: Binary, left: Operand, right: Operand): Evaluate {
  const wanted = node.operator === '==';
  const constant = node.right.op === 'constant' ? node.right.value : undefined;
  if (typeof constant === 'number' || typeof constant === 'boolean' || typeof constant === 'string') {
    // A secret is never the same as a scalar, so nothing of it shows.
    return (evaluation) => (get(evaluation, left) === constant) === wanted;
  }
  return (evaluation) => equal(evaluation, get(evaluation, left), get(evaluation, right)) === wanted;
}

function emitOrder(node: Binary, left: Operand, right: Operand): Evaluate {
  const { operator } = node;
  const mismatch = (a: unknown, b: unknown): never =>
    unordered(a, b, `${operator} compares two numbers, two texts or two of another kind that has an order`, node);
  const order: Evaluate = (evaluation) => compare(evaluation, get(evaluation, left), get(evaluation, right), mismatch);
  switch (operator) {
    case '<':
      return (evaluation) => {
        const a = get(evaluation, left);
        const b = get(evaluation, right);
        return typeof a === 'number' && typeof b === 'number' ? a < b : compare(evaluation, a, b, mismatch) < 0;
      };
    case '>':
      return (evaluation) => {
        const a = get(evaluation, left);
        const b = get(evaluation, right);
        return typeof a === 'number' && typeof b === 'number' ? a > b : compare(evaluation, a, b, mismatch) > 0;
      };
    case '<=':
      return (evaluation) => (order(evaluation) as number) <= 0;
    default:
      return (evaluation) => (order(evaluation) as number) >= 0;
  }
}

/** From this many items on, a set of constants is quicker than going through them. */
const SET_FROM = 5;

function emitIn(node: Binary, left: Operand, right: Operand): Evaluate {
  const constant = node.right.op === 'constant' ? node.right.value : undefined;
  if (Array.isArray(constant) && constant.length >= SET_FROM && constant.every((item) => typeof item === 'string')) {
    const known = new Set<unknown>(constant);
    return (evaluation) => {
      const item = get(evaluation, left);
      // Anything but text is compared below, where secrets are refused.
      return typeof item === 'object' ? isIn(evaluation, node, item, constant) : known.has(item);
    };
  }
  return (evaluation) => isIn(evaluation, node, get(evaluation, left), get(evaluation, right));
}

function isIn(evaluation: Evaluation, node: Binary, item: unknown, range: unknown): boolean {
  if (Array.isArray(range)) {
    for (const other of range) {
      evaluation.spend(1);
      if (equal(evaluation, item, other)) return true;
    }
    return false;
  }
  if (isPlainObject(range)) {
    if (typeof item === 'string') return Object.hasOwn(range, item);
    return fault('type_mismatch', `Keys are text, but ${node.left.text} is ${wordFor(kindOf(item))}`, node.left);
  }
  const kind = kindOf(range);
  const hint = kind === 'text' ? `Write \`${node.right.text}.contains(${node.left.text})\`` : undefined;
  const say = `\`in\` looks into a list or the keys of an object, but ${node.right.text} is ${wordFor(kind)}`;
  return fault('type_mismatch', say, node.right, hint);
}
