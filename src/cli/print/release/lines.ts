import { printable } from '../../../core/quote.ts';
import { fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';

/** `+` is new, `-` is gone, `~` is changed, `!` is a warning: what colours say, signs say too. */
export type Sign = '+' | '-' | '~' | '!' | ' ';

/** One line of a comparison. Its text holds nothing that moves a cursor. */
export interface Line {
  readonly sign: Sign;
  /** How deep it stands below its heading. */
  readonly depth: number;
  readonly text: string;
}

/** Columns that the sign and the indentation of a line take. */
export function margin(depth: number): number {
  return 2 * depth + 2;
}

/** A text that comes from a file or a server, as lines; what does not fit goes on below, without a sign. */
export function linesOf(sign: Sign, depth: number, text: string, columns: number): Line[] {
  return fitText(printable(text), columns - margin(depth)).map((part, i) => ({
    sign: i === 0 ? sign : ' ',
    depth,
    text: part,
  }));
}

const STYLES = { '+': 'green', '-': 'red', '~': 'yellow', '!': 'yellow' } as const;

/** Lines for a terminal: the sign stands before the text, behind the indentation. */
export function paintLines(lines: readonly Line[], { paint }: Pick<Screen, 'paint'>): string {
  return lines
    .map(({ sign, depth, text }) => {
      const line = `${'  '.repeat(depth)}${sign} ${text}`.trimEnd();
      const style = sign === ' ' ? undefined : STYLES[sign];
      if (depth === 0 && sign === ' ') return paint('bold', text);
      if (depth === 0) return paint(style ? ['bold', style] : 'bold', line);
      return style ? paint(style, line) : line;
    })
    .join('\n');
}

/** Lines for a block of the language `diff`, which looks at the first character of each. */
export function diffBlockLines(lines: readonly Line[]): string[] {
  return lines.map(({ sign, depth, text }) => `${sign} ${'  '.repeat(depth)}${text}`.trimEnd());
}
