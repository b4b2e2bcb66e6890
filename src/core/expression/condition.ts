import { StageError } from '../run.ts';
import { type Built, build, CompiledExpression } from './compile.ts';
import { templateWithin } from './lexical.ts';
import { scan } from './scan.ts';
import type { Compiled, Environment, Expression, ExpressionOptions, ExpressionProblem } from './types.ts';
import { kindOf, wordFor } from './values.ts';

/**
 * Compiles a field that is an expression by nature and decides something (`when`, `condition`, `until`): a bare
 * expression, exactly one template, or a boolean. What can only give something else is a problem.
 */
export function compileCondition(value: string | boolean, options: ExpressionOptions = {}): Compiled<Expression> {
  const noSecrets = options.noSecrets ?? 'A secret cannot decide anything: what happens would show something of it';
  return compileField(value, { ...options, noSecrets }, true);
}

/** The same for a field that may give any value (`concurrency.key`). */
export function compileBare(value: string | boolean, options: ExpressionOptions = {}): Compiled<Expression> {
  return compileField(value, options, false);
}

/** Evaluates a condition. Throws StageError `EXPRESSION` `not_boolean` when it is neither true nor false. */
export function evaluateCondition(
  condition: Expression,
  environment: Environment,
  locals?: Readonly<Record<string, unknown>>,
): boolean {
  return asBoolean(condition.evaluate(environment, locals), condition.source);
}

/** The value of a condition; StageError `EXPRESSION` `not_boolean` when it is neither true nor false. */
export function asBoolean(value: unknown, source: string): boolean {
  if (typeof value === 'boolean') return value;
  const message = `${source} must give true or false, not ${wordFor(kindOf(value))}`;
  const hint =
    kindOf(value) === 'null'
      ? `Write \`default(${source}, false)\``
      : 'Compare it: `x == "yes"`, `x > 0`, `size(x) > 0`';
  throw new StageError('EXPRESSION', 'not_boolean', message, { hint, details: { expression: source } });
}

function compileField(value: string | boolean, options: ExpressionOptions, decides: boolean): Compiled<Expression> {
  if (typeof value === 'boolean') return compileField(String(value), options, decides);
  const { pieces } = scan(value);
  const templates = pieces.filter((piece) => piece.kind === 'expression');
  const [template] = templates;
  if (!value.trimStart().startsWith('{{')) return finish(value, 0, options, decides);
  const around = pieces.some((piece) => piece.kind === 'text' && piece.text.trim() !== '');
  if (!template || templates.length > 1 || around) return { ok: false, problems: [mixed(value, 0, value.length)] };
  return finish(template.source, template.start, options, decides);
}

function finish(source: string, start: number, options: ExpressionOptions, decides: boolean): Compiled<Expression> {
  const built = build(source, options);
  if (built.ok) {
    const problem = decides ? notBoolean(built) : undefined;
    if (!problem) return { ok: true, value: new CompiledExpression(built) };
    return { ok: false, problems: [place(problem, start)] };
  }
  const braces = start === 0 ? templateWithin(source) : undefined;
  const problems = braces === undefined ? built.problems : [mixed(source, braces, source.length)];
  return { ok: false, problems: problems.map((problem) => place(problem, start)) };
}

function place(problem: ExpressionProblem, start: number): ExpressionProblem & { readonly path: readonly [] } {
  return { ...problem, start: problem.start + start, end: problem.end + start, path: [] };
}

function mixed(value: string, start: number, end: number): ExpressionProblem & { readonly path: readonly [] } {
  const bare = value
    .slice(0, 80)
    .replaceAll(/\{\{\s*|\s*\}\}/g, '')
    .trim();
  const hint = `Write it without braces: ${bare}${value.length > 80 ? '…' : ''}`;
  const message = 'This field is an expression: bare, or exactly one template, and nothing around it';
  return { code: 'TEMPLATE_IN_EXPRESSION', message, hint, start, end, path: [] };
}

function notBoolean({ node }: Built): ExpressionProblem | undefined {
  const { kind, start, end, text } = node;
  if (kind === 'any' || kind === 'boolean') return undefined;
  const hint =
    kind === 'optional'
      ? `Write \`${text}.orValue(false)\`, or \`has(…)\``
      : 'Compare it: `x == "yes"`, `x > 0`, `size(x) > 0`';
  const found = wordFor(kind);
  return { code: 'NOT_BOOLEAN', message: `A condition is true or false; this gives ${found}`, hint, start, end };
}
