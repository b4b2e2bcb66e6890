import type { ExpressionProblem } from '../expression/types.ts';
import type { Json } from '../json.ts';
import { StageError } from '../run.ts';
import { nearest } from '../suggest.ts';
import { Evaluator } from './evaluate.ts';
import { FUNCTIONS } from './functions.ts';
import { wrongCount } from './kinds.ts';
import { type Node, type Parsed, parse } from './parse.ts';

/** A compiled JMESPath expression (jmespath.site, which the official cases of jmespath.org hold for). */
export interface Jmespath {
  readonly source: string;
  /**
   * What the expression finds in the data; the data is not changed and may be shared with the result. Throws StageError
   * EXPRESSION: `jmespath_type`, `jmespath_value`, `limit_exceeded`.
   */
  evaluate(data: Json): Json;
}

/** Compiles an expression; a problem's offsets count UTF-16 units of the source. */
export function compileJmespath(
  source: string,
): { readonly ok: true; readonly value: Jmespath } | { readonly ok: false; readonly problem: ExpressionProblem } {
  const parsed = parse(source);
  if ('code' in parsed) return { ok: false, problem: parsed };
  const problem = checkCalls(parsed);
  if (problem) return { ok: false, problem };
  return { ok: true, value: { source, evaluate: (data) => evaluate(parsed.node, data) } };
}

function evaluate(node: Node, data: Json): Json {
  try {
    return new Evaluator(data).evaluate(node, data);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The engine's own limits: a text, list or stack that it refuses to make.
    const message = `the JMESPath expression builds too much: ${error.message}`;
    throw new StageError('EXPRESSION', 'limit_exceeded', message, { cause: error });
  }
}

/** Functions that do not exist, or are called with too few or too many arguments. */
function checkCalls({ node, calls }: Parsed): ExpressionProblem | undefined {
  for (const { name, start, end } of calls) {
    if (Object.hasOwn(FUNCTIONS, name)) continue;
    const meant = nearest(name, Object.keys(FUNCTIONS));
    const hint =
      meant === undefined ? `Functions are: ${Object.keys(FUNCTIONS).sort().join(', ')}.` : `Did you mean "${meant}"?`;
    return { code: 'jmespath_function', message: `JMESPath has no function ${name}()`, hint, start, end };
  }
  for (const { name, count } of countArguments(node)) {
    const definition = FUNCTIONS[name];
    const message = definition && wrongCount(name, definition, count);
    const place = calls.find((call) => call.name === name);
    if (message) return { code: 'jmespath_function', message, start: place?.start ?? 0, end: place?.end ?? 0 };
  }
  return undefined;
}

function* countArguments(root: Node): Generator<{ name: string; count: number }> {
  const queue: unknown[] = [root];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    // Literals hold data, which is not to be taken for nodes.
    const node = next as { type?: unknown; name?: unknown; children?: unknown };
    if (node.type === 'Literal') continue;
    if (node.type === 'Function' && Array.isArray(node.children)) {
      yield { name: String(node.name), count: node.children.length };
    }
    queue.push(...Object.values(node).reverse());
  }
}
