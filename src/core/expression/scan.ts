import { quote } from '../quote.ts';
import { marks } from './lexical.ts';
import type { ExpressionProblem } from './types.ts';

/** A piece of a string that may hold templates. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `start`: where the expression's source begins within the string. */
  | { readonly kind: 'expression'; readonly source: string; readonly start: number };

export interface Scanned {
  readonly pieces: readonly Piece[];
  readonly problem: ExpressionProblem | undefined;
}

/**
 * Takes a string apart at its templates. `{{` begins one, `\{{` is the two braces themselves; a template ends at the
 * first `}}` outside of texts and balanced braces.
 */
export function scan(text: string): Scanned {
  const pieces: Piece[] = [];
  let literal = '';
  let at = 0;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', at)) {
    if (text[open - 1] === '\\' && open > at) {
      literal += `${text.slice(at, open - 1)}{{`;
      at = open + 2;
      continue;
    }
    literal += text.slice(at, open);
    const end = endOfTemplate(text, open + 2);
    if (typeof end !== 'number') return { pieces, problem: unterminated(text, open, end.openText) };
    if (literal !== '') pieces.push({ kind: 'text', text: literal });
    literal = '';
    pieces.push({ kind: 'expression', source: text.slice(open + 2, end), start: open + 2 });
    at = end + 2;
  }
  literal += text.slice(at);
  if (literal !== '' || pieces.length === 0) pieces.push({ kind: 'text', text: literal });
  return { pieces, problem: undefined };
}

function endOfTemplate(text: string, start: number): number | { readonly openText: number | undefined } {
  let depth = 0;
  const steps = marks(text, start);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    const { at, unit } = step.value;
    if (unit === '{') depth++;
    else if (unit === '}' && depth > 0) depth--;
    else if (unit === '}' && text[at + 1] === '}') return at;
  }
}

function unterminated(text: string, open: number, openText: number | undefined): ExpressionProblem {
  const hint =
    openText === undefined
      ? 'End it with `}}`, or write `\\{{` for the braces themselves'
      : `The text that begins with ${quote(text.slice(openText, openText + 12))} is not closed`;
  return { code: 'TEMPLATE_UNTERMINATED', message: 'The template is not closed', hint, start: open, end: text.length };
}
