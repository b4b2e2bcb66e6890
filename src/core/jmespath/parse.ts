import { compile, tokenize } from '@jmespath-community/jmespath';
import type { ExpressionProblem } from '../expression/types.ts';
import { type Scanned, scan, syntax } from './scan.ts';

export type Node = ReturnType<typeof compile>;
export type Token = ReturnType<typeof tokenize>[number];

export interface Parsed {
  readonly node: Node;
  /** Where each function is called, in order. */
  readonly calls: readonly { readonly name: string; readonly start: number; readonly end: number }[];
}

/** Larger sources are refused: parser and evaluation recurse, and the stack ends where nobody can say. */
const LONGEST = 10_000;
const MOST_TOKENS = 500;

/** Parses an expression by the library; positions are offsets in the source. */
export function parse(source: string): Parsed | ExpressionProblem {
  if (source.trim() === '') return syntax('the expression is empty', 0, source.length);
  if (source.length > LONGEST) {
    return syntax(
      `a JMESPath expression has at most ${LONGEST} characters, this has ${source.length}`,
      0,
      source.length,
    );
  }
  const scanned = scan(source);
  if ('code' in scanned) return scanned;
  const tokens = tokenize(scanned.text);
  if (tokens.length > MOST_TOKENS) {
    const hint = 'Split it over several json-transform stages.';
    return syntax(
      `a JMESPath expression has at most ${MOST_TOKENS} words and signs, this has ${tokens.length}`,
      0,
      source.length,
      hint,
    );
  }
  const odd = oddNeighbours(tokens, scanned);
  if (odd) return odd;
  try {
    return { node: compile(scanned.text), calls: findCalls(tokens, scanned) };
  } catch {
    return locate(tokens, scanned, source);
  }
}

const ENDS = new Set([
  'UnquotedIdentifier',
  'QuotedIdentifier',
  'Literal',
  'Number',
  'Rbracket',
  'Rparen',
  'Rbrace',
  'Current',
  'Root',
  'Variable',
  'Flatten',
]);
const BEGINS = new Set([
  'UnquotedIdentifier',
  'QuotedIdentifier',
  'Literal',
  'Number',
  'Current',
  'Root',
  'Variable',
  'Lbrace',
  'Not',
]);
const CLOSES = new Set(['Rbracket', 'Rparen', 'Rbrace']);
const LET_WORDS = new Set<unknown>(['let', 'in']);

/** What the library's parser lets pass: operands side by side, a comma before a bracket, `1-2` as a number. */
function oddNeighbours(tokens: readonly Token[], scanned: Scanned): ExpressionProblem | undefined {
  for (const [i, token] of tokens.entries()) {
    const { start, end, text } = span(tokens, i, scanned);
    if (token.type === 'Number' && !/^-?\d+$/.test(text)) {
      return syntax(
        `\`${text}\` is not a whole number`,
        start,
        end,
        'Numbers in calculations are literals: `1` in backticks.',
      );
    }
    const before = tokens[i - 1];
    if (!before) continue;
    if (before.type === 'Comma' && CLOSES.has(token.type))
      return syntax(`expected an expression before \`${text}\``, start, end);
    const isLet = [before, token].some(({ type, value }) => type === 'UnquotedIdentifier' && LET_WORDS.has(value));
    if (!isLet && ENDS.has(before.type) && BEGINS.has(token.type)) {
      return syntax(`expected an operator, a comma or the end, found \`${text}\``, start, end);
    }
  }
  return undefined;
}

function span(tokens: readonly Token[], index: number, scanned: Scanned): { start: number; end: number; text: string } {
  const from = tokens[index]?.start ?? scanned.text.length;
  // The lexer counts a literal from behind its backtick.
  const first = scanned.text[from - 1] === '`' && tokens[index]?.type === 'Literal' ? from - 1 : from;
  const next = tokens[index + 1];
  const to = next
    ? next.start - (next.type === 'Literal' && scanned.text[next.start - 1] === '`' ? 1 : 0)
    : scanned.text.length;
  const text = scanned.text.slice(first, to).trimEnd();
  const start = scanned.offsets[first] ?? 0;
  return { start, end: (scanned.offsets[first + text.length - 1] ?? start) + 1, text };
}

function findCalls(tokens: readonly Token[], scanned: Scanned): Parsed['calls'] {
  return tokens.flatMap((token, i) => {
    if (token.type !== 'UnquotedIdentifier' || tokens[i + 1]?.type !== 'Lparen') return [];
    const { start } = span(tokens, i, scanned);
    const name = String(token.value);
    return [{ name, start, end: start + name.length }];
  });
}

/** The library's errors have no position: the token is the first one up to which the source no longer just ends early. */
function locate(tokens: readonly Token[], scanned: Scanned, source: string): ExpressionProblem {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (failsWithin(scanned.text.slice(0, tokens[middle + 1]?.start ?? scanned.text.length))) high = middle;
    else low = middle + 1;
  }
  if (low === tokens.length) return syntax('the expression ends too early', source.length, source.length);
  const { start, end, text } = span(tokens, low, scanned);
  return syntax(`\`${text}\` is not expected here`, start, end);
}

const AT_THE_END = /\(EOF\)|got: EOF$|type: EOF/;

/** Whether a beginning of the source is wrong whatever follows. */
function failsWithin(text: string): boolean {
  try {
    compile(text);
    return false;
  } catch (error) {
    return error instanceof Error && !(error instanceof TypeError) && !AT_THE_END.test(error.message);
  }
}
