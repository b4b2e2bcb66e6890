import type { ExpressionProblem } from '../expression/types.ts';

/** A source as the library's lexer reads it correctly, and where its units were before. */
export interface Scanned {
  readonly text: string;
  /** For each unit of `text`, and its end, the offset in the source. */
  readonly offsets: readonly number[];
}

const OTHER = /[\w \t\n\r()*,.:@\]{}+%?\u2212\u00d7\u00f7!<=>&|/$[-]/;

/**
 * Goes over quotes and characters, where the library says no position, and rewrites what its lexer gets wrong: `\\` in
 * raw strings stays two characters (official compliance cases), and a literal may hold more than one escaped backtick.
 */
export function scan(source: string): Scanned | ExpressionProblem {
  let text = '';
  const offsets: number[] = [];
  for (let at = 0; at < source.length; ) {
    const char = source[at] as string;
    if (char !== "'" && char !== '"' && char !== '`') {
      if (!OTHER.test(char)) return syntax(`\`${char}\` is not part of JMESPath`, at, at + 1);
      text += char;
      offsets.push(at++);
      continue;
    }
    const end = closing(source, at);
    if (end < 0) return syntax(`the ${NAMES[char]} that begins with ${char} is not closed`, at, source.length);
    const piece = rewrite(source.slice(at, end), char);
    if (!holdsJson(piece, char)) return syntax(`this is not a ${NAMES[char]}`, at, end, HINTS[char]);
    for (let i = 0; i < piece.length; i++) offsets.push(Math.min(at + i, end - 1));
    text += piece;
    at = end;
  }
  offsets.push(source.length);
  return { text, offsets };
}

const NAMES: Readonly<Record<string, string>> = { "'": 'text', '"': 'quoted name', '`': 'literal' };
const HINTS: Readonly<Record<string, string>> = {
  '"': 'Names in double quotes are JSON strings; a text is written in single quotes.',
  '`': 'Between backticks is JSON: `1`, `true`, `"text"`. A plain text is shorter in single quotes: \'text\'.',
};

export function syntax(message: string, start: number, end: number, hint?: string): ExpressionProblem {
  return { code: 'jmespath_syntax', message, hint, start, end };
}

/** The offset after the quote that closes the one at `start`; below 0 when there is none. */
function closing(source: string, start: number): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === source[start]) return i + 1;
  }
  return -1;
}

function rewrite(piece: string, quote: string): string {
  if (quote === '"') return piece;
  return piece.replace(/\\./gs, (pair) => {
    if (quote === "'") return pair === '\\\\' ? '\\\\\\\\' : pair;
    return pair === '\\`' ? '\\u0060' : pair;
  });
}

function holdsJson(piece: string, quote: string): boolean {
  if (quote === "'") return true;
  try {
    JSON.parse(quote === '"' ? piece : piece.slice(1, -1));
    return true;
  } catch {
    return false;
  }
}
