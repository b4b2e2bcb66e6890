import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from '../../suggest.ts';
import { FUNCTIONS } from '../functions/index.ts';
import { MACROS } from '../macros.ts';
import type { Macro, Node, Signature } from '../tree.ts';
import { type Analysis, literalText, ROOTS } from './analysis.ts';
import { type Check, isAccess } from './names.ts';

export type Call = Extract<ASTNode, { op: 'call' | 'rcall' }>;

/** A call in one form: what stands before the dot is the first argument. */
interface Written {
  readonly tree: Call;
  readonly name: string;
  readonly method: boolean;
  readonly args: readonly ASTNode[];
}

/** `f(x, y)` and `x.f(y)`: a macro, a lazy form, or a function. */
export function checkCall(tree: Call, analysis: Analysis, check: Check): Node {
  const call = written(tree);
  const { name, method, args } = call;
  if (method && name === 'bind' && isNamed(args[0], 'cel')) {
    const hint = 'Write the value twice, or compute it in a `variable-set` stage';
    return analysis.problem('BIND_REFUSED', '`cel.bind` is not part of the language', tree, hint);
  }
  if (name === 'has' && !method) return checkHas(call, analysis, check);
  if (name === 'default') return checkDefault(call, analysis, check);
  if (name === 'orValue') return checkOrValue(call, analysis, check);
  const macro = MACROS.get(name);
  if (macro) return checkMacro(call, macro, analysis, check);
  const signature = FUNCTIONS.get(name);
  return signature ? checkFunction(call, signature, analysis, check) : unknownFunction(call, analysis, check);
}

function written(tree: Call): Written {
  if (tree.op === 'call') return { tree, name: tree.args[0], method: false, args: tree.args[1] };
  const [name, receiver, rest] = tree.args;
  return { tree, name, method: true, args: [receiver, ...rest] };
}

function isNamed(tree: ASTNode | undefined, name: string): boolean {
  return tree?.op === 'id' && tree.args === name;
}

function checkHas({ tree, args }: Written, analysis: Analysis, check: Check): Node {
  const [path] = args;
  if (args.length !== 1 || !path || !isAccess(path)) {
    return wrongArguments(analysis, tree, '`has(a.b)` takes one field, and says whether it is there');
  }
  askFor(path, analysis);
  const target = leniently(analysis, () => check(path, analysis));
  if (target.op !== 'secret') analysis.open(target, 'A secret has no fields');
  return analysis.make(tree, 'boolean', { op: 'has', target }, [target]);
}

/** Notes that somebody asks whether a var or a secret is there at all. */
function askFor(path: ASTNode, analysis: Analysis): void {
  let at = path;
  while (isAccess(at)) {
    const [object, key] = at.args;
    const name = typeof key === 'string' ? key : literalText(key);
    if (name !== undefined && isNamed(object, 'vars')) analysis.asked('vars', name);
    if (name !== undefined && isNamed(object, 'secrets')) analysis.asked('secrets', name);
    at = object;
  }
}

function leniently(analysis: Analysis, check: () => Node): Node {
  analysis.lenient++;
  try {
    return check();
  } finally {
    analysis.lenient--;
  }
}

function checkDefault({ tree, args }: Written, analysis: Analysis, check: Check): Node {
  const [first, second] = args;
  if (!first || !second || args.length !== 2) {
    return wrongArguments(
      analysis,
      tree,
      '`default(x, y)` takes two values: `y` is taken where `x` is missing or null',
    );
  }
  const value = leniently(analysis, () => check(first, analysis));
  const fallback = check(second, analysis);
  return either(analysis, tree, 'default', value, fallback);
}

function checkOrValue({ tree, args }: Written, analysis: Analysis, check: Check): Node {
  const [first, second] = args;
  if (!first || !second || args.length !== 2) {
    return wrongArguments(analysis, tree, '`a.?b.orValue(y)` takes one value: the one where `a.b` is missing');
  }
  const value = check(first, analysis);
  const fallback = check(second, analysis);
  if (value.kind !== 'optional' && (value.op === 'member' || value.op === 'stage' || value.op === 'secret')) {
    const hint = `Write \`${optionally(value)}\`, or \`default(${value.text}, …)\``;
    return analysis.problem(
      'NOT_OPTIONAL',
      `\`${value.text}\` is not optional, so \`orValue()\` has no use`,
      tree,
      hint,
    );
  }
  return either(analysis, tree, 'orValue', value, fallback);
}

/** The path with `?` in its last step. */
function optionally({ text }: Node): string {
  const at = text.lastIndexOf('.');
  return at >= 0 && at > text.lastIndexOf('[') ? `${text.slice(0, at)}.?${text.slice(at + 1)}` : `${text} with [?…]`;
}

function either(analysis: Analysis, tree: Call, op: 'default' | 'orValue', value: Node, fallback: Node): Node {
  const secrets = [...value.secrets, ...fallback.secrets];
  return analysis.make(tree, 'any', { op, value, fallback, secrets }, [value, fallback]);
}

function checkMacro(call: Written, macro: Macro, analysis: Analysis, check: Check): Node {
  const { tree, method, args } = call;
  const [range, variable, ...rest] = args;
  if (macro.byField && range && variable && rest.length === 0) {
    return byField(tree, macro, check(range, analysis), check(variable, analysis), analysis);
  }
  const [body, filter] = rest.length === 2 ? [rest[1], rest[0]] : [rest[0], undefined];
  if (!range || !variable || !body || rest.length > (macro.filters ? 2 : 1)) {
    const form = method ? macro.form : macro.form.replace(/^x\.(\w+)\(/, '$1(x, ');
    const also = macro.filters ? ', and may take a condition before the value' : '';
    return wrongArguments(analysis, tree, `\`${form}\` takes a variable and what is done with it${also}`);
  }
  const items = check(range, analysis);
  analysis.open(items, 'A secret has no items');
  const slot = bind(variable, analysis);
  const condition = filter && check(filter, analysis);
  const inner = check(body, analysis);
  analysis.variables.pop();
  for (const part of [condition, inner]) if (part) analysis.open(part, 'A secret cannot be put into a list');
  return makeMacro(tree, macro, items, slot, condition, inner, analysis);
}

function makeMacro(
  tree: Call,
  macro: Macro,
  range: Node,
  slot: number,
  filter: Node | undefined,
  body: Node,
  analysis: Analysis,
): Node {
  const children = filter ? [range, filter, body] : [range, body];
  return analysis.make(tree, macro.kind, { op: 'macro', macro, range, slot, filter, body }, children);
}

/** Makes the variable of a macro known, until it is popped. */
function bind(tree: ASTNode, analysis: Analysis): number {
  const slot = analysis.variables.length;
  analysis.slots = Math.max(analysis.slots, slot + 1);
  const name = tree.op === 'id' ? tree.args : '';
  if (tree.op !== 'id') {
    analysis.problem(
      'WRONG_ARGUMENTS',
      "A variable's name was expected here",
      tree,
      'It looks like `items.map(i, i.name)`',
    );
  } else if ((ROOTS as readonly string[]).includes(name) || analysis.isLocal(name)) {
    analysis.problem('HIDDEN_ROOT', `The variable \`${name}\` would hide the root of that name`, tree, 'Call it `i`');
  }
  analysis.variables.push({ name, slot });
  return slot;
}

/** `sortBy(list, "price")`: the field of that name of each item. */
function byField(tree: Call, macro: Macro, range: Node, key: Node, analysis: Analysis): Node {
  analysis.open(range, 'A secret has no items');
  analysis.open(key, 'A secret cannot choose what is read');
  if (key.op !== 'constant' || typeof key.value !== 'string') {
    return wrongArguments(
      analysis,
      tree,
      `\`${macro.form}\` takes a variable and a key, or the name of a field in quotes`,
    );
  }
  analysis.admits(key.value, key);
  const slot = analysis.variables.length;
  analysis.slots = Math.max(analysis.slots, slot + 1);
  const item = analysis.make(key, 'any', { op: 'variable', slot }, [], 'item');
  const rest = { op: 'member', object: item, key, optional: false } as const;
  const body = analysis.make(key, 'any', rest, [item, key], `item.${key.value}`);
  return makeMacro(tree, macro, range, slot, undefined, body, analysis);
}

function checkFunction(call: Written, signature: Signature, analysis: Analysis, check: Check): Node {
  const { tree } = call;
  const args = call.args.map((argument) => check(argument, analysis));
  if (args.length < signature.least || args.length > signature.most) {
    const { least, most } = signature;
    const count = least === most ? `${least}` : `${least} to ${most}`;
    const noun = most === 1 && least === 1 ? 'value' : 'values';
    const message = `\`${signature.form}\` takes ${most === 0 ? 'nothing' : `${count} ${noun}`}, and here are ${args.length}`;
    return wrongArguments(analysis, tree, call.method ? `${message}, the one before the dot counted` : message);
  }
  const secrets: string[] = [];
  for (const argument of args) {
    if (signature.secrets) secrets.push(...argument.secrets);
    else analysis.open(argument, `A secret cannot be given to \`${signature.name}()\``);
  }
  const node = analysis.make(tree, signature.kind, { op: 'call', signature, args, secrets }, args);
  const problem = node.op === 'call' ? signature.check?.(node) : undefined;
  return problem === undefined ? node : analysis.problem('WRONG_ARGUMENTS', problem, args.at(-1) ?? tree);
}

const LIST_HINT = '`fm explain UNKNOWN_FUNCTION` lists all functions';

function wrongArguments(analysis: Analysis, tree: ASTNode, message: string): Node {
  return analysis.problem('WRONG_ARGUMENTS', message, tree, LIST_HINT);
}

/** What functions of other languages are called here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  length: 'size(x)',
  count: 'size(x)',
  toUpperCase: 'x.upper()',
  upperAscii: 'x.upper()',
  toLowerCase: 'x.lower()',
  lowerAscii: 'x.lower()',
  includes: 'x.contains(text), or item in list',
  find: 'x.filter(i, condition)[0]',
  forEach: 'x.map(i, value)',
  reduce: 'sum(x), or a stage of its own',
  some: 'x.exists(i, condition)',
  any: 'x.exists(i, condition)',
  every: 'x.all(i, condition)',
  slice: 'x.substring(from, to)',
  substr: 'x.substring(from, to)',
  concat: 'x + y',
  stringify: 'json(x)',
  toJson: 'json(x)',
  fromJson: 'parseJson(s)',
  format: 'date(t, format, zone), or text with {{ }} in it',
  bool: 'x == "true"',
  type: 'has(x.field), or a check by schema-validate',
  hasValue: 'has(a.b)',
  coalesce: 'default(x, y)',
  distinct: 'x.unique()',
  average: 'sum(x) / size(x)',
  avg: 'sum(x) / size(x)',
  uint: 'int(x)',
  number: 'double(x)',
  getFullYear: 'int(date(t, "yyyy"))',
  encodeURIComponent: 'urlEncode(s)',
};

function unknownFunction(call: Written, analysis: Analysis, check: Check): Node {
  const { tree, name, method, args } = call;
  for (const argument of method ? args.slice(0, 1) : args) check(argument, analysis);
  const near = nearest(name, [...FUNCTIONS.keys(), ...MACROS.keys(), 'has', 'default', 'orValue']);
  const elsewhere = Object.hasOwn(ELSEWHERE, name) ? name : nearest(name, Object.keys(ELSEWHERE));
  const hint =
    near !== undefined && elsewhere !== name
      ? `Did you mean \`${near}\`?`
      : elsewhere !== undefined
        ? `Write \`${ELSEWHERE[elsewhere]}\``
        : LIST_HINT;
  const [receiver] = args;
  const start = method && receiver ? tree.input.indexOf(name, receiver.end) : tree.start;
  const place = { start, end: start + name.length };
  return analysis.problem('UNKNOWN_FUNCTION', `There is no function \`${analysis.textOf(place)}\``, place, hint);
}
