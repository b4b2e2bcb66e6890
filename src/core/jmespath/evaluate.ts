import type { Json, JsonObject } from '../json.ts';
import { StageError } from '../run.ts';
import { FUNCTIONS } from './functions.ts';
import { kindName, misfit } from './kinds.ts';
import { Meter } from './meter.ts';
import { equal } from './order.ts';
import type { Node } from './parse.ts';
import { type Call, Reference } from './types.ts';

type Scope = ReadonlyMap<string, Json>;

/** One evaluation of one expression: what it works on, and what it has left. */
// Not the library's interpreter: it can't be bounded, reads prototypes, sorts numbers as text, and takes data with a
// field "expref" for code.
export class Evaluator implements Call {
  readonly meter = new Meter();
  readonly #root: Json;
  #scope: Scope = new Map();

  constructor(root: Json) {
    this.#root = root;
  }

  apply(reference: Reference, value: Json): Json {
    // Guaranteed by `#call`, the only place that makes references.
    return this.evaluate(reference.node as Node, value);
  }

  wrongType(message: string): never {
    throw new StageError('EXPRESSION', 'jmespath_type', message);
  }

  wrongValue(message: string): never {
    throw new StageError('EXPRESSION', 'jmespath_value', message);
  }

  /** The value of a node with `@` being `value`. */
  evaluate(node: Node, value: Json): Json {
    this.meter.spend(1);
    return this.#visit(node, value);
  }

  #visit(node: Node, value: Json): Json {
    switch (node.type) {
      case 'Identity':
      case 'Current':
        return value;
      case 'Root':
        return this.#root;
      case 'Literal':
        return node.value;
      case 'Field':
        return isMap(value) && Object.hasOwn(value, node.name) ? (value[node.name] ?? null) : null;
      case 'Index':
        return Array.isArray(value) ? (value.at(node.value) ?? null) : null;
      case 'Slice':
        return this.#slice(node, value);
      case 'Subexpression': {
        const left = this.evaluate(node.left, value);
        return left === null ? null : this.evaluate(node.right, left);
      }
      case 'IndexExpression':
      case 'Pipe':
        return this.evaluate(node.right, this.evaluate(node.left, value));
      case 'Projection':
        return this.#project(node, value);
      case 'ValueProjection': {
        const base = this.evaluate(node.left, value);
        return isMap(base) ? this.#collect(Object.values(base), node.right) : null;
      }
      case 'FilterProjection': {
        const base = this.evaluate(node.left, value);
        if (!Array.isArray(base)) return null;
        const kept = base.filter((item) => !isFalse(this.evaluate(node.condition, item)));
        return this.#collect(kept, node.right);
      }
      case 'Flatten': {
        const list = this.evaluate(node.child, value);
        if (!Array.isArray(list)) return null;
        this.meter.room(list.reduce<number>((length, item) => length + (Array.isArray(item) ? item.length : 1), 0));
        return this.meter.built(list.flat() as Json[]);
      }
      case 'MultiSelectList':
        return this.meter.built(node.children.map((child) => this.evaluate(child, value)));
      case 'MultiSelectHash':
        return this.meter.built(
          Object.fromEntries(node.children.map((child) => [child.name, this.evaluate(child.value, value)])),
        );
      case 'Comparator':
        return this.#compare(node, value);
      case 'Arithmetic':
      case 'Unary':
        return this.#calculate(node, value);
      case 'Ternary':
        return this.evaluate(isFalse(this.evaluate(node.condition, value)) ? node.falseExpr : node.trueExpr, value);
      case 'OrExpression': {
        const left = this.evaluate(node.left, value);
        return isFalse(left) ? this.evaluate(node.right, value) : left;
      }
      case 'AndExpression': {
        const left = this.evaluate(node.left, value);
        return isFalse(left) ? left : this.evaluate(node.right, value);
      }
      case 'NotExpression':
        return isFalse(this.evaluate(node.child, value));
      case 'Function':
        return this.#call(node, value);
      case 'LetExpression':
        return this.#let(node, value);
      case 'Variable': {
        const bound = this.#scope.get(node.name);
        return bound === undefined ? this.wrongValue(`the variable $${node.name} is not defined`) : bound;
      }
      case 'ExpressionReference':
        return this.wrongType('an expression after & can only be an argument of a function');
      case 'Binding':
        return this.wrongValue('an assignment can only stand in a let expression');
    }
  }

  #collect(items: readonly Json[], node: Node): Json {
    if (node.type === 'Identity') this.meter.spend(items.length >> 3);
    const results: Json[] = [];
    for (const item of items) {
      const result = node.type === 'Identity' ? item : this.evaluate(node, item);
      if (result !== null) results.push(result);
    }
    return this.meter.built(results);
  }

  #project(node: { readonly left: Node; readonly right: Node }, value: Json): Json {
    const base = this.evaluate(node.left, value);
    const { left } = node;
    // A slice of a text is a text, not a list to go over.
    if (typeof base === 'string' && left.type === 'IndexExpression' && left.right.type === 'Slice') {
      return this.evaluate(node.right, base);
    }
    return Array.isArray(base) ? this.#collect(base, node.right) : null;
  }

  #slice(node: Extract<Node, { type: 'Slice' }>, value: Json): Json {
    if (!Array.isArray(value) && typeof value !== 'string') return null;
    const items: readonly Json[] = typeof value === 'string' ? [...value] : value;
    this.meter.spend(items.length >> 3);
    const step = node.step ?? 1;
    if (step === 0) return this.wrongValue('the step of a slice must not be 0');
    const { length } = items;
    const bound = (index: number | null, absent: number): number => {
      if (index === null) return absent;
      const from = index < 0 ? index + length : index;
      return step > 0 ? Math.min(Math.max(from, 0), length) : Math.min(Math.max(from, -1), length - 1);
    };
    const start = bound(node.start, step > 0 ? 0 : length - 1);
    const stop = bound(node.stop, step > 0 ? length : -1);
    const taken: Json[] = [];
    for (let i = start; step > 0 ? i < stop : i > stop; i += step) taken.push(items[i] as Json);
    return typeof value === 'string' ? taken.join('') : this.meter.built(taken);
  }

  #compare(node: Extract<Node, { type: 'Comparator' }>, value: Json): Json {
    const left = this.evaluate(node.left, value);
    const right = this.evaluate(node.right, value);
    if (node.name === 'EQ') return equal(left, right, this.meter);
    if (node.name === 'NE') return !equal(left, right, this.meter);
    if (typeof left !== 'number' || typeof right !== 'number') return null;
    if (node.name === 'GT') return left > right;
    if (node.name === 'GTE') return left >= right;
    return node.name === 'LT' ? left < right : left <= right;
  }

  #calculate(node: Extract<Node, { type: 'Arithmetic' | 'Unary' }>, value: Json): Json {
    const left = node.type === 'Unary' ? 0 : this.evaluate(node.left, value);
    const right = this.evaluate(node.type === 'Unary' ? node.operand : node.right, value);
    if (typeof left !== 'number' || typeof right !== 'number') {
      const odd = typeof left === 'number' ? right : left;
      return this.wrongType(`a calculation takes numbers, found ${kindName(odd)}`);
    }
    const result = calculate(node.operator, left, right);
    if (!Number.isFinite(result))
      return this.wrongValue('the calculation gives no number: a division by 0, or too large');
    return result;
  }

  #call(node: Extract<Node, { type: 'Function' }>, value: Json): Json {
    const definition = Object.hasOwn(FUNCTIONS, node.name) ? FUNCTIONS[node.name] : undefined;
    if (!definition) return this.wrongValue(`there is no function ${node.name}()`);
    const args = node.children.map((child) => {
      return child.type === 'ExpressionReference' ? new Reference(child.child) : this.evaluate(child, value);
    });
    for (const argument of args) this.meter.spend(weight(argument));
    const problem = misfit(node.name, definition, args);
    if (problem !== undefined) return this.wrongType(problem);
    // Guaranteed by `misfit`: the arguments are of the kinds that the function declares.
    return this.meter.built(definition.run(args as never, this));
  }

  #let(node: Extract<Node, { type: 'LetExpression' }>, value: Json): Json {
    const outer = this.#scope;
    const bound = node.bindings.map((binding) => [binding.variable, this.evaluate(binding.reference, value)] as const);
    this.#scope = new Map([...outer, ...bound]);
    const result = this.evaluate(node.expression, value);
    this.#scope = outer;
    return result;
  }
}

function calculate(operator: string, left: number, right: number): number {
  if (operator === 'Plus') return left + right;
  if (operator === 'Minus') return left - right;
  if (operator === 'Divide') return left / right;
  if (operator === 'Modulo') return left % right;
  if (operator === 'Div') return Math.floor(left / right);
  return left * right;
}

/** About how many steps a function takes that looks at all of an argument once. */
function weight(argument: Json | Reference): number {
  if (typeof argument === 'string') return argument.length >> 6;
  return Array.isArray(argument) ? argument.length >> 3 : 1;
}

function isMap(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What counts as false: null, false, and empty texts, lists and objects. */
function isFalse(value: Json): boolean {
  if (value === null || value === false || value === '') return true;
  if (typeof value !== 'object') return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
