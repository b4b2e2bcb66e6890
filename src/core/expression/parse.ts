import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { quote } from '../quote.ts';
import { marks } from './lexical.ts';
import type { ExpressionProblem } from './types.ts';

/** Bounds of an expression's text (PIPELINES.md 3). */
export const MAX_NODES = 200;
export const MAX_DEPTH = 24;

export type Parsed =
  | { readonly ok: true; readonly tree: ASTNode }
  | { readonly ok: false; readonly problem: ExpressionProblem };

// Only its parser is used: its evaluator knows neither our numbers nor our limits.
const grammar = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
  limits: { maxAstNodes: MAX_NODES, maxDepth: MAX_DEPTH },
});

/** The syntax tree of an expression, or the one thing that keeps it from having one. */
export function parse(source: string): Parsed {
  if (source.trim() === '') {
    return refuse('EXPRESSION_SYNTAX', 'The expression is empty', 0, source.length, 'Write what is to be read here');
  }
  // The library parses `!` and `-` recursively and counts nodes on the way back, when the stack is gone already.
  if (unaryOperators(source) > MAX_NODES) return tooLarge('maxAstNodes', 0, source.length);
  try {
    return { ok: true, tree: grammar.parse(source).ast };
  } catch (error) {
    if (error instanceof ParseError) return { ok: false, problem: explain(error, source) };
    // The stack, should anything nest in a way that the count above does not see.
    if (error instanceof RangeError) return tooLarge('maxDepth', 0, source.length);
    throw error;
  }
}

function unaryOperators(source: string): number {
  let count = 0;
  for (const { unit } of marks(source)) if (unit === '!' || unit === '-') count++;
  return count;
}

function explain(error: ParseError, source: string): ExpressionProblem {
  const start = Math.min(error.range?.start ?? 0, source.length);
  const end = Math.min(Math.max(error.range?.end ?? start, start), source.length);
  // A character outside the basic plane is two units, and the library marks the first.
  const whole = end > start && (source.codePointAt(end - 1) ?? 0) > 0xffff ? end + 1 : end;
  if (error.code === 'limit_exceeded') {
    const [, limit = ''] = /^Exceeded (\w+)/.exec(error.summary) ?? [];
    return tooLarge(limit, start, whole).problem;
  }
  const found = source.slice(start, whole).trim();
  const { message, hint } = describe(error, found, source);
  return { code: 'EXPRESSION_SYNTAX', message, hint, start, end: whole };
}

function describe(error: ParseError, found: string, source: string): { message: string; hint?: string | undefined } {
  const what = found === '' ? 'the end of the expression' : quote(found);
  const hint = habit(found, source);
  switch (error.code) {
    case 'unexpected_token':
      return { message: found === '' ? 'A value is missing at the end' : `A value was expected, not ${what}`, hint };
    case 'expected_token':
      return { message: `${expected(error.summary)} was expected, not ${what}`, hint };
    case 'unexpected_character':
      return { message: `${what} was not expected here`, hint };
    case 'reserved_identifier':
      return { message: `${what} is a reserved word`, hint: 'After a dot it is allowed: `input.if`' };
    case 'unterminated_string':
      return { message: 'The text is not closed', hint: `End it with ${found.startsWith("'") ? "'" : '"'}` };
    case 'newline_in_string':
      return { message: 'A line ends inside a text', hint: 'Write \\n, or put the text in triple quotes' };
    case 'invalid_macro_argument':
      return {
        message: `A variable's name was expected, not ${what}`,
        hint: 'It looks like `input.items.map(x, x.name)`',
      };
    default:
      return { message: error.summary, hint };
  }
}

const TOKENS: Readonly<Record<string, string>> = {
  RPAREN: '`)`',
  RBRACKET: '`]`',
  RBRACE: '`}`',
  COLON: '`:`',
  IDENTIFIER: 'A name',
};

function expected(summary: string): string {
  const [, token = ''] = /^Expected (\w+)/.exec(summary) ?? [];
  return TOKENS[token] ?? 'Something else';
}

/** What people write who come from other languages. */
function habit(found: string, source: string): string | undefined {
  const words: Readonly<Record<string, string>> = {
    '=': 'Compare with `==`; nothing is assigned in an expression',
    '&': 'Write `&&`',
    '|': 'Write `||`; functions are called as `x.trim()` or `trim(x)`',
    and: 'Write `&&`',
    or: 'Write `||`',
    not: 'Write `!`',
    is: 'Write `==`',
    '`': 'Text goes in "double" or \'single\' quotes',
    '>': source.includes('=>') ? 'Write `items.map(x, x.name)`: the variable, then what to make of it' : '',
    '{{': 'Write the expression without {{ }}',
    $: 'A path begins with `input`, `stages`, `context`, `vars` or `secrets`',
    ';': 'One expression, without `;`',
  };
  if (/^[^\0-\x7f]/.test(found) && /^\p{L}/u.test(found))
    return 'Names with other letters go in brackets: `input["größe"]`';
  return (Object.hasOwn(words, found) && words[found]) || undefined;
}

function tooLarge(limit: string, start: number, end: number): Extract<Parsed, { ok: false }> {
  const message =
    limit === 'maxDepth'
      ? `The expression is nested deeper than ${MAX_DEPTH} levels`
      : `The expression has more than ${MAX_NODES} parts`;
  const hint = 'Compute a part of it in a stage of its own, e.g. `variable-set`, and read that';
  return refuse('limit_exceeded', message, start, end, hint);
}

function refuse(
  code: string,
  message: string,
  start: number,
  end: number,
  hint?: string,
): Extract<Parsed, { ok: false }> {
  return { ok: false, problem: { code, message, hint, start, end } };
}
