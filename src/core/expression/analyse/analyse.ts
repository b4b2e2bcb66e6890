import type { ASTNode } from '@marcbachmann/cel-js';
import { fold } from '../fold.ts';
import type { BinaryOperator, Kind, Node } from '../tree.ts';
import type { ExpressionOptions } from '../types.ts';
import { kindOf } from '../values.ts';
import { Analysis } from './analysis.ts';
import { checkCall } from './calls.ts';
import { checkAccess, checkName, isAccess } from './names.ts';

/** Checks a syntax tree: resolves its names, binds its calls, finds all its problems and what it refers to. */
export function analyse(source: string, tree: ASTNode, options: ExpressionOptions): { node: Node; analysis: Analysis } {
  const analysis = new Analysis(source, options);
  return { node: check(tree, analysis), analysis };
}

function check(tree: ASTNode, analysis: Analysis): Node {
  return fold(checkNode(tree, analysis));
}

function checkNode(tree: ASTNode, analysis: Analysis): Node {
  switch (tree.op) {
    case 'value':
      return checkLiteral(tree, analysis);
    case 'id':
      return checkName(tree, analysis);
    case '.':
    case '.?':
    case '[]':
    case '[?]':
      return checkAccess(tree, analysis, check);
    case 'call':
    case 'rcall':
      return checkCall(tree, analysis, check);
    case 'list':
      return checkList(tree, analysis);
    case 'map':
      return checkObject(tree, analysis);
    case '?:':
      return checkChoice(tree, analysis);
    case '!_':
    case '-_': {
      const operand = check(tree.args, analysis);
      const [op, kind, sign] =
        tree.op === '!_' ? (['not', 'boolean', '!'] as const) : (['negate', 'number', '-'] as const);
      analysis.open(operand, `\`${sign}\` cannot be used with a secret`);
      return analysis.make(tree, kind, { op, operand }, [operand]);
    }
    case '&&':
    case '||': {
      const [left, right] = [check(tree.args[0], analysis), check(tree.args[1], analysis)];
      for (const side of [left, right]) analysis.open(side, 'A secret cannot decide anything');
      return analysis.make(tree, 'boolean', { op: tree.op === '&&' ? 'and' : 'or', left, right }, [left, right]);
    }
    default:
      return checkBinary(tree, analysis);
  }
}

function checkLiteral(tree: Extract<ASTNode, { op: 'value' }>, analysis: Analysis): Node {
  const written = tree.args;
  if (written instanceof Uint8Array) {
    if (/[^\0-\x7f]/.test(analysis.source.slice(tree.start, tree.end + 1))) {
      return analysis.problem('EXPRESSION_SYNTAX', 'Bytes are written in ASCII', tree, 'Write other bytes as `\\xE9`');
    }
    return analysis.make(tree, 'bytes', { op: 'constant', value: written });
  }
  if (typeof written === 'bigint' || (typeof written === 'object' && written !== null)) {
    // Whole numbers come as bigints, unsigned ones in a box that prints as one.
    const exact = typeof written === 'bigint' ? written : BigInt(String(written));
    if (exact > 2n ** 53n) {
      const hint = 'Numbers are JSON numbers, which are exact up to 9007199254740992; carry an id as text';
      return analysis.problem('INTEGER_TOO_LARGE', 'A whole number beyond 2^53 would not be exact', tree, hint);
    }
    return analysis.make(tree, 'number', { op: 'constant', value: Number(exact) });
  }
  // What is left of literals is text, true or false, null, and numbers with a point.
  return analysis.make(tree, kindOf(written) as Kind, { op: 'constant', value: written });
}

function checkList(tree: Extract<ASTNode, { op: 'list' }>, analysis: Analysis): Node {
  const items = tree.args.map((item) => check(item, analysis));
  for (const item of items) analysis.open(item, 'A secret cannot be put into a list');
  return analysis.make(tree, 'list', { op: 'list', items }, items);
}

function checkObject(tree: Extract<ASTNode, { op: 'map' }>, analysis: Analysis): Node {
  const known = new Set<unknown>();
  const entries = tree.args.map(([name, content]) => {
    const [key, value] = [check(name, analysis), check(content, analysis)];
    analysis.open(key, 'A secret cannot be a key');
    analysis.open(value, 'A secret cannot be put into an object');
    if (key.op === 'constant') {
      if (typeof key.value === 'string') analysis.admits(key.value, key);
      else if (name.op === 'value') {
        const hint = `Write \`"${analysis.textOf(name)}"\``;
        analysis.problem('WRONG_ARGUMENTS', `Keys are text, not \`${key.text}\``, key, hint);
      }
      if (known.has(key.value)) {
        analysis.problem(
          'DUPLICATE_KEY',
          `The key \`${key.text}\` is written twice`,
          key,
          'Only the last one would count',
        );
      }
      known.add(key.value);
    }
    return { key, value };
  });
  const children = entries.flatMap(({ key, value }) => [key, value]);
  return analysis.make(tree, 'object', { op: 'object', entries }, children);
}

function checkChoice(tree: Extract<ASTNode, { op: '?:' }>, analysis: Analysis): Node {
  const [test, yes, no] = tree.args.map((part) => check(part, analysis)) as [Node, Node, Node];
  analysis.open(test, 'A secret cannot decide anything');
  const kind = yes.kind === no.kind ? yes.kind : 'any';
  const secrets = [...yes.secrets, ...no.secrets];
  return analysis.make(tree, kind, { op: 'choice', test, yes, no, secrets }, [test, yes, no]);
}

type Binary = Extract<ASTNode, { op: BinaryOperator }>;

function checkBinary(tree: Binary, analysis: Analysis): Node {
  const hyphen = hyphenatedStage(tree, analysis);
  if (hyphen) return hyphen;
  const [left, right] = [check(tree.args[0], analysis), check(tree.args[1], analysis)];
  const operator = tree.op;
  let secrets: readonly string[] = [];
  if (operator === '+') {
    secrets = [...left.secrets, ...right.secrets];
    if (secrets.length > 0) for (const side of [left, right]) joinable(side, analysis);
  } else for (const side of [left, right]) analysis.open(side, `\`${operator}\` cannot be used with a secret`);
  return analysis.make(tree, kindOfBinary(operator, left, right), { op: 'binary', operator, left, right, secrets }, [
    left,
    right,
  ]);
}

/** Around a secret there is text only. */
function joinable(side: Node, analysis: Analysis): void {
  if (side.kind === 'any' || side.kind === 'text' || side.secrets.length > 0) return;
  analysis.problem('SECRET_MISUSE', 'Only text can be joined to a secret', side, `Write \`string(${side.text})\``);
}

function kindOfBinary(operator: BinaryOperator, left: Node, right: Node): Kind {
  switch (operator) {
    case '+': {
      // One side tells what both must be.
      const known = [left.kind, right.kind].find((kind) => kind === 'number' || kind === 'text' || kind === 'list');
      return known ?? 'any';
    }
    case '-':
      return left.kind === 'number' && right.kind === 'number' ? 'number' : 'any';
    case '*':
    case '/':
    case '%':
      return 'number';
    default:
      return 'boolean';
  }
}

/** `stages.my-id.output` is read as a subtraction; what is meant is `stages["my-id"].output`. */
function hyphenatedStage(tree: Binary, analysis: Analysis): Node | undefined {
  const [left] = tree.args;
  if (tree.op !== '-' || !isAccess(left)) return undefined;
  const [object, key] = left.args;
  if (object.op !== 'id' || object.args !== 'stages' || typeof key !== 'string' || !analysis.isRoot('stages')) {
    return undefined;
  }
  const [, rest = '', field = '.output'] = /^([\w-]*)(\.\w+)?/.exec(analysis.source.slice(left.end)) ?? [];
  const message = `\`${analysis.textOf({ start: left.start, end: left.end + rest.length })}\` is a subtraction`;
  const hint = `An id with a hyphen goes in brackets: \`stages["${key}${rest}"]${field}\``;
  return analysis.problem('UNKNOWN_STAGE_FIELD', message, tree, hint);
}
