import type { ASTNode } from '@marcbachmann/cel-js';
import { quoteList } from '../../quote.ts';
import { nearest } from '../../suggest.ts';
import { step } from '../read.ts';
import type { Node, StageField } from '../tree.ts';
import { type Analysis, literalText } from './analysis.ts';

export type Check = (tree: ASTNode, analysis: Analysis) => Node;

type Access = Extract<ASTNode, { op: '.' | '.?' | '[]' | '[?]' }>;

const STAGE_FIELDS: readonly StageField[] = ['output', 'status', 'error'];

export function isAccess(tree: ASTNode): tree is Access {
  return tree.op === '.' || tree.op === '.?' || tree.op === '[]' || tree.op === '[?]';
}

/** A name on its own: a variable, a local, or a root. */
export function checkName(tree: Extract<ASTNode, { op: 'id' }>, analysis: Analysis): Node {
  const name = tree.args;
  const variable = analysis.variable(name);
  if (variable) return analysis.make(tree, 'any', { op: 'variable', slot: variable.slot });
  if (analysis.isLocal(name)) {
    analysis.root(name);
    return analysis.make(tree, 'any', { op: 'local', name });
  }
  if (!analysis.isRoot(name)) return unknownName(tree, analysis);
  analysis.root(name);
  switch (name) {
    case 'input':
    case 'context':
      return analysis.make(tree, 'any', { op: 'root', name });
    case 'stages':
      return analysis.problem('STAGE_NOT_LITERAL', '`stages` cannot be used as a whole', tree, STAGE_HINT);
    case 'vars':
    case 'secrets':
      return analysis.problem(
        'NAME_NOT_LITERAL',
        `\`${name}\` cannot be used as a whole`,
        tree,
        `Write \`${name}.NAME\``,
      );
  }
}

const STAGE_HINT = 'Write `stages.ID.output`: the stages that are read must be known before the run starts';

function unknownName(tree: Extract<ASTNode, { op: 'id' }>, analysis: Analysis): Node {
  const name = tree.args;
  const shown = analysis.textOf(tree);
  const { names, options } = analysis;
  if (options.without?.includes(name)) {
    const message = `\`${shown}\` is not to be had here`;
    return analysis.problem('UNKNOWN_ROOT', message, tree, `What is: ${quoteList(names)}`);
  }
  const hyphenated = /(\w{1,40})-$/.exec(analysis.source.slice(Math.max(0, tree.start - 41), tree.start))?.[1];
  if (hyphenated !== undefined) {
    const message = `\`${hyphenated}-${shown}\` is a subtraction, and there is no \`${shown}\``;
    const hint = `A name with a hyphen goes in brackets: \`["${hyphenated}-${shown}"]\``;
    return analysis.problem('UNKNOWN_ROOT', message, tree, hint);
  }
  const near = nearest(name, names);
  const hint =
    near !== undefined
      ? `Did you mean \`${near}\`?`
      : `Names begin with ${quoteList(names)}; text goes in quotes: \`"${shown}"\``;
  return analysis.problem('UNKNOWN_ROOT', `There is no \`${shown}\``, tree, hint);
}

/** The root that a tree is, where no variable hides it. */
function rootOf(tree: ASTNode, analysis: Analysis): string | undefined {
  if (tree.op !== 'id' || analysis.variable(tree.args) || analysis.isLocal(tree.args)) return undefined;
  return analysis.isRoot(tree.args) ? tree.args : undefined;
}

/** `a.b`, `a["b"]`, `a.?b`, `a[?b]`. */
export function checkAccess(tree: Access, analysis: Analysis, check: Check): Node {
  const object = tree.args[0];
  const root = rootOf(object, analysis);
  if (root === 'stages') return bareStage(tree, analysis);
  if (root === 'vars' || root === 'secrets') return checkNamed(tree, root, analysis, check);
  if (root === 'context') return checkContext(tree, analysis, check);
  if (isAccess(object) && rootOf(object.args[0], analysis) === 'stages') return checkStage(tree, object, analysis);
  if (isContextVars(object, analysis)) return checkContextVar(tree, analysis, check);
  return member(tree, check(object, analysis), analysis, check);
}

function keyOf(tree: Access): string | undefined {
  const key = tree.args[1];
  return typeof key === 'string' ? key : literalText(key);
}

function keyPlace(tree: Access): { start: number; end: number } {
  const key = tree.args[1];
  return typeof key === 'string' ? { start: tree.end - key.length, end: tree.end } : key;
}

function isOptional(tree: Access): boolean {
  return tree.op === '.?' || tree.op === '[?]';
}

/** A step into something: the key is a name, or an expression in brackets. */
function member(tree: Access, object: Node, analysis: Analysis, check: Check): Node {
  const right = tree.args[1];
  const place = keyPlace(tree);
  const key =
    typeof right === 'string' ? analysis.make(place, 'text', { op: 'constant', value: right }) : check(right, analysis);
  if (key.op === 'constant' && typeof key.value === 'string') analysis.admits(key.value, place);
  analysis.open(object, `\`${analysis.textOf(place)}\` of a secret cannot be read`);
  analysis.open(key, 'A secret cannot choose what is read');
  const optional = isOptional(tree) || object.kind === 'optional';
  const behind = /^[\w$]/.test(object.text) || object.op === 'list' ? object.text : `(${object.text})`;
  const name = key.op === 'constant' && typeof key.value === 'string' ? step(key.value) : `[${key.text}]`;
  const shown = isOptional(tree) ? `${name.charAt(0)}?${name.slice(1)}` : name;
  const kind = optional ? 'optional' : 'any';
  return analysis.make(tree, kind, { op: 'member', object, key, optional }, [object, key], `${behind}${shown}`);
}

function bareStage(tree: Access, analysis: Analysis): Node {
  analysis.root('stages');
  const id = keyOf(tree);
  if (id === undefined) return computedStage(tree, analysis);
  return analysis.problem(
    'UNKNOWN_STAGE_FIELD',
    `\`${analysis.textOf(tree)}\` is a stage, not a value`,
    tree,
    `Write \`stages${step(id)}.output\`, \`.status\` or \`.error\``,
  );
}

function computedStage(tree: Access, analysis: Analysis): Node {
  return analysis.problem('STAGE_NOT_LITERAL', "A stage's id must be written out", keyPlace(tree), STAGE_HINT);
}

/** `stages.ID.FIELD`. */
function checkStage(tree: Access, stage: Access, analysis: Analysis): Node {
  analysis.root('stages');
  const id = keyOf(stage);
  if (id === undefined) return computedStage(stage, analysis);
  const field = keyOf(tree);
  const known = STAGE_FIELDS.find((name) => name === field);
  if (isOptional(stage)) {
    const hint = `A stage is there or it is not; write \`stages${step(id)}.?${known ?? 'output'}\``;
    return analysis.problem('STAGE_NOT_LITERAL', 'A stage cannot be optional', stage, hint);
  }
  if (known === undefined) {
    const near = field === undefined ? undefined : nearest(field, STAGE_FIELDS);
    const hint =
      near !== undefined
        ? `Did you mean \`stages${step(id)}.${near}\`?`
        : `What the stage gave is in its output: \`stages${step(id)}.output${field === undefined ? '' : step(field)}\``;
    return analysis.problem(
      'UNKNOWN_STAGE_FIELD',
      'A stage has only `output`, `status` and `error`',
      keyPlace(tree),
      hint,
    );
  }
  analysis.stage(id, known);
  const kind = isOptional(tree) ? 'optional' : known === 'status' ? 'text' : 'any';
  const rest = { op: 'stage', id, field: known } as const;
  return analysis.make(tree, kind, rest, [], `stages${step(id)}.${known}`);
}

/** `vars.NAME` and `secrets.NAME`. */
function checkNamed(tree: Access, root: 'vars' | 'secrets', analysis: Analysis, check: Check): Node {
  analysis.root(root);
  const name = keyOf(tree);
  if (name === undefined) {
    const message = `The name behind \`${root}\` must be written out`;
    const hint = `All ${root} that a file names are looked up before its first stage; write \`${root}.NAME\``;
    return analysis.problem('NAME_NOT_LITERAL', message, keyPlace(tree), hint);
  }
  analysis.named(root, name, isOptional(tree));
  if (root === 'vars') {
    const object = analysis.make(tree.args[0], 'any', { op: 'root', name: root });
    return member(tree, object, analysis, check);
  }
  if (analysis.options.noSecrets !== undefined) {
    return analysis.problem('SECRET_NOT_ALLOWED', analysis.options.noSecrets, tree, SECRET_HINT);
  }
  const kind = isOptional(tree) ? 'optional' : 'any';
  const rest = { op: 'secret', name, secrets: [name] } as const;
  return analysis.make(tree, kind, rest, [], `secrets${step(name)}`);
}

const SECRET_HINT = 'Use it in the config of a stage that sends it, e.g. headers or auth of http-request';

/** `context.NAME`; `context.vars.NAME` is below. */
function checkContext(tree: Access, analysis: Analysis, check: Check): Node {
  analysis.root('context');
  const name = keyOf(tree);
  if (name === undefined) {
    const hint = 'Write `context.NAME`; loop variables and `context.vars` are known by their names';
    return analysis.problem('NAME_NOT_LITERAL', 'The name behind `context` must be written out', keyPlace(tree), hint);
  }
  analysis.contextField(name);
  if (name === 'vars') {
    const hint = 'Write `context.vars.NAME`: the stage that sets it must be known before the run starts';
    return analysis.problem('NAME_NOT_LITERAL', '`context.vars` cannot be used as a whole', tree, hint);
  }
  const object = analysis.make(tree.args[0], 'any', { op: 'root', name: 'context' });
  return member(tree, object, analysis, check);
}

function isContextVars(tree: ASTNode, analysis: Analysis): tree is Access {
  return isAccess(tree) && rootOf(tree.args[0], analysis) === 'context' && keyOf(tree) === 'vars';
}

function checkContextVar(tree: Access, analysis: Analysis, check: Check): Node {
  // What isContextVars found: an access to `vars` of the root.
  const vars = tree.args[0] as Access;
  analysis.root('context');
  analysis.contextField('vars');
  const name = keyOf(tree);
  if (name === undefined) {
    const hint = 'The stage that sets it must be known before the run starts; write `context.vars.NAME`';
    return analysis.problem('NAME_NOT_LITERAL', 'The name of a variable must be written out', keyPlace(tree), hint);
  }
  analysis.contextVar(name);
  const context = analysis.make(vars.args[0], 'any', { op: 'root', name: 'context' });
  return member(tree, member(vars, context, analysis, check), analysis, check);
}
