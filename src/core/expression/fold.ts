import { emit } from './emit/emit.ts';
import { asFault, Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { jsonOf } from './result.ts';
import type { Kind, Node } from './tree.ts';
import type { Environment } from './types.ts';
import { kindOf } from './values.ts';

/** Nothing that is folded reads from it. */
const NOTHING: Environment = {
  input: null,
  context: {},
  vars: {},
  secrets: new Map(),
  stage: () => undefined,
  now: 0,
  uuids: { seed: '', count: 0 },
};

/** Longer results are made when they are needed. */
const LARGEST = 1_000;

/** The node as a constant where all that it needs is constant; the node itself where it is not, or fails. */
export function fold(node: Node): Node {
  const parts = partsOf(node);
  if (!parts?.every((part) => part.op === 'constant')) return node;
  try {
    const evaluation = new Evaluation(NOTHING, undefined, { steps: 10_000, ms: 20 });
    const value = emit(node)(evaluation);
    const size = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
    // A list or object that holds more than JSON is made anew, so that whoever takes it knows.
    const known = !evaluation.unweighed || jsonOf(evaluation, value) === value;
    if (size > LARGEST || !known) return node;
    const { start, end, text } = node;
    // Whatever is computed of constants has one of the kinds that nodes know; secrets are never constant.
    return { op: 'constant', value, start, end, text, kind: kindOf(value) as Kind, secrets: [], size: 1 };
  } catch (error) {
    if (asFault(error) instanceof Fault) return node;
    throw error;
  }
}

/** What a node is computed of; undefined for those that read, repeat, or differ each time. */
function partsOf(node: Node): readonly Node[] | undefined {
  switch (node.op) {
    case 'not':
    case 'negate':
      return [node.operand];
    case 'and':
    case 'or':
    case 'binary':
      return [node.left, node.right];
    case 'choice':
      return [node.test, node.yes, node.no];
    case 'list':
      return node.items;
    case 'object':
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case 'call':
      return node.signature.varies ? undefined : node.args;
    default:
      return undefined;
  }
}
