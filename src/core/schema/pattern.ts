import { RE2JS, RE2JSException } from 're2js';
import type { Budget } from './budget.ts';

/** A compiled regular expression. `cost` is about how many elementary steps a test of one character takes. */
export interface Pattern {
  readonly source: string;
  readonly cost: number;
  /** Whether it is found anywhere in the text, as JSON Schema has it. Time is linear in the text. */
  test(text: string): boolean;
}

/** Longer patterns are refused: their automata would be too large. */
const LONGEST = 5_000;
/** Patterns of one schema: each takes some milliseconds to compile. */
const MOST = 500;

/** The patterns of one schema document, each compiled once. */
export class Patterns {
  readonly #known = new Map<string, Pattern | { readonly problem: string }>();

  get(source: string): Pattern | { readonly problem: string } {
    const known = this.#known.get(source);
    if (known) return known;
    if (this.#known.size >= MOST) return { problem: `a schema has at most ${MOST} different patterns` };
    const pattern = compilePattern(source);
    this.#known.set(source, pattern);
    return pattern;
  }
}

/** Compiles a pattern in JavaScript's syntax, as far as RE2 has it: no lookaround, no backreferences. */
export function compilePattern(source: string): Pattern | { readonly problem: string } {
  if (source.length > LONGEST) {
    return { problem: `a pattern has at most ${LONGEST} characters, this one has ${source.length}` };
  }
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(toRe2(source)));
    return { source, cost: compiled.programSize(), test: (text) => compiled.test(text) };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { problem: error.message.replace(/^error parsing regexp: /, '') };
  }
}

/** Tests a pattern at the price of its automaton. */
export function testPattern(pattern: Pattern, text: string, budget: Budget): boolean {
  budget.spend(1 + Math.ceil((text.length * pattern.cost) / 100));
  return pattern.test(text);
}

// What `\s` is in JavaScript; RE2 knows only the ASCII ones.
const SPACES = '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';

// Long names of Unicode categories, which RE2 only knows by their short ones.
const CATEGORIES: Readonly<Record<string, string>> = {
  Letter: 'L',
  Lowercase_Letter: 'Ll',
  Uppercase_Letter: 'Lu',
  Titlecase_Letter: 'Lt',
  Modifier_Letter: 'Lm',
  Other_Letter: 'Lo',
  Mark: 'M',
  Number: 'N',
  Decimal_Number: 'Nd',
  digit: 'Nd',
  Letter_Number: 'Nl',
  Other_Number: 'No',
  Punctuation: 'P',
  punct: 'P',
  Symbol: 'S',
  Math_Symbol: 'Sm',
  Currency_Symbol: 'Sc',
  Separator: 'Z',
  Space_Separator: 'Zs',
  Other: 'C',
  Control: 'Cc',
};

/** Rewrites what JavaScript and RE2 write differently and RE2JS's own translation leaves alone. */
function toRe2(source: string): string {
  let out = '';
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const unit = source[i] as string;
    if (unit !== '\\') {
      if (unit === '[') inClass = true;
      else if (unit === ']') inClass = false;
      out += unit;
      continue;
    }
    const next = source[++i] ?? '';
    if (next === 's') out += inClass ? SPACES : `[${SPACES}]`;
    else if (next === 'S' && !inClass) out += `[^${SPACES}]`;
    else if ((next === 'p' || next === 'P') && source[i + 1] === '{') {
      const end = source.indexOf('}', i);
      const name = source.slice(i + 2, end < 0 ? undefined : end).replace(/^(General_Category|gc|Script|sc)=/, '');
      out += `\\${next}{${Object.hasOwn(CATEGORIES, name) ? CATEGORIES[name] : name}}`;
      i = end < 0 ? source.length : end;
    } else out += `\\${next}`;
  }
  return out;
}
