import type { Json, JsonSchema } from '../../json.ts';
import type { Evaluation, SchemaNode } from '../evaluation.ts';
import { count } from '../show.ts';
import type { Compiler, Keyword, Keywords } from './keyword.ts';

const allOf: Keyword<'allOf'> = (schemas, _schema, compiler) => {
  const nodes = compileAll(schemas, compiler);
  return (data, evaluation, seen) => {
    let holds = true;
    for (const node of nodes) if (!evaluation.apply(node, data, seen)) holds = false;
    return holds;
  };
};

const anyOf: Keyword<'anyOf'> = (schemas, _schema, compiler) => {
  const nodes = compileAll(schemas, compiler);
  return (data, evaluation, seen) => {
    let holds = false;
    for (const node of nodes) {
      if (!evaluation.test(node, data, seen)) continue;
      holds = true;
      // Later forms only matter for what they have looked at.
      if (!seen) break;
    }
    return holds || evaluation.error('anyOf', () => noForm(nodes, data, evaluation));
  };
};

const oneOf: Keyword<'oneOf'> = (schemas, _schema, compiler) => {
  const nodes = compileAll(schemas, compiler);
  return (data, evaluation, seen) => {
    const matching: number[] = [];
    for (const [i, node] of nodes.entries()) if (evaluation.test(node, data, seen)) matching.push(i + 1);
    if (matching.length === 1) return true;
    return evaluation.error('oneOf', () =>
      matching.length === 0
        ? noForm(nodes, data, evaluation)
        : `must match exactly one of ${count(nodes.length, 'form')}, matches ${matching.join(' and ')}`,
    );
  };
};

const not: Keyword<'not'> = (schema, _schema, compiler) => {
  const node = compiler.node(schema);
  return (data, evaluation) =>
    !evaluation.test(node, data) || evaluation.error('not', () => 'must not match the schema in "not"');
};

const ifThenElse: Keyword<'if'> = (condition, { then: yes, else: no }, compiler) => {
  const test = compiler.node(condition);
  const branches = {
    yes: yes === undefined ? undefined : compiler.node(yes),
    no: no === undefined ? undefined : compiler.node(no),
  };
  return (data, evaluation, seen) => {
    const branch = evaluation.test(test, data, seen) ? branches.yes : branches.no;
    return branch === undefined || evaluation.apply(branch, data, seen);
  };
};

function compileAll(schemas: readonly JsonSchema[], compiler: Compiler): SchemaNode[] {
  return schemas.map((schema) => compiler.node(schema));
}

/** Why none of the forms fits: the first thing that is wrong with each. */
function noForm(nodes: readonly SchemaNode[], data: Json, evaluation: Evaluation): string {
  const message = `matches none of ${count(nodes.length, 'form')}`;
  const reasons: string[] = [];
  for (const [i, node] of nodes.slice(0, 5).entries()) {
    const error = evaluation.firstError(node, data);
    if (error) reasons.push(`(${i + 1}) ${error.path ? `${error.path} ` : ''}${error.message}`);
  }
  if (nodes.length > 5) reasons.push('…');
  return reasons.length === 0 ? message : `${message}: ${reasons.join('; ')}`;
}

export const COMBINED_KEYWORDS: Keywords = {
  $ref: (reference, schema, compiler) => compiler.reference('$ref', reference, schema),
  $dynamicRef: (reference, schema, compiler) => compiler.reference('$dynamicRef', reference, schema),
  allOf,
  anyOf,
  oneOf,
  not,
  if: ifThenElse,
};
